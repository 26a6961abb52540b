// Where something is being written: the composer of a case, or the form of a new mail.
export const composer = () => document.querySelector("#composer, form[data-editor]")
export const form = () => composer()?.matches("form") ? composer() : composer()?.querySelector("form")
export const words = () => composer().querySelector("[data-lay]").dataset
export const isNote = () => form()?.elements.kind?.value === "note"

export function complain(text) {
  const place = document.getElementById("complaint")
  const line = document.createElement("p")
  line.className = "complaint"
  line.textContent = text
  place?.replaceChildren(...(text ? [line] : []))
}
