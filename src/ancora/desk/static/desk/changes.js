// What will change together with sending: chips below the text, which can be taken away one by one.
import { form } from "./writing.js";

const place = () => form()?.querySelector("[data-will-change]")
const items = () => [...place()?.querySelectorAll("li") || []]

export const changesChosen = () => ({
  changes: items().map(item => ({ code: item.dataset.code, slot: item.dataset.slot, words: item.querySelector("span").textContent })),
  macros: [...place()?.querySelectorAll("[name=macro]") || []].map(input => input.value),
})

// Of two changes that exclude each other the later one stays.
export function chooseChanges({ changes = [], macros = [] } = {}) {
  if (!place()) return
  for (const { code, slot, words } of changes) {
    items().find(item => item.dataset.slot === slot)?.remove()
    place().querySelector("ul").append(chip(code, slot, words))
  }
  const known = changesChosen().macros
  for (const pk of macros) if (!known.includes(String(pk))) place().prepend(hidden("macro", pk))
  show()
}

export function chooseNone() {
  place()?.querySelector("ul").replaceChildren()
  for (const input of place()?.querySelectorAll("[name=macro]") || []) input.remove()
  if (place()) show()
}

function chip(code, slot, words) {
  const item = document.createElement("li"), text = document.createElement("span")
  item.className = "tag sea"
  Object.assign(item.dataset, { code, slot })
  text.textContent = words
  const drop = Object.assign(document.createElement("button"), { type: "button", textContent: "×" })
  drop.dataset.drops = ""
  drop.setAttribute("aria-label", `${document.getElementById("macros")?.dataset.leaveOut || "×"}: ${words}`)
  item.append(hidden("change", code), text, drop)
  return item
}

function hidden(name, value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value })
}

function show() {
  place().hidden = !items().length
}

document.addEventListener("click", event => {
  const drop = event.target.closest("[data-drops]")
  if (!drop) return
  const next = drop.closest("li").nextElementSibling || drop.closest("li").previousElementSibling
  drop.closest("li").remove()
  show()
  form().dispatchEvent(new Event("input", { bubbles: true }))
  if (next) next.querySelector("[data-drops]").focus()
  else (form().querySelector(".ProseMirror") || form().elements.text).focus()
})
