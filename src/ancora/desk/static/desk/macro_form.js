// The form of a macro: a rich editor for each language; a placeholder goes where one wrote last.
import { make } from "./editor.js";

const boxes = [...document.querySelectorAll(".macro-form .rich")].map(place => {
  const textarea = place.querySelector("textarea")
  make(textarea, place.querySelector("[name^=format]"), document.activeElement === textarea)
  return textarea.closest(".prose-editor")
})
let last = boxes[0]
for (const box of boxes) box.addEventListener("focusin", () => { last = box })

document.addEventListener("click", event => {
  const name = event.target.closest("[data-placeholder]")?.dataset.placeholder
  if (!name) return
  last.editor.commands.insertContent({ type: "text", text: name })
  last.editor.view.focus()
})
