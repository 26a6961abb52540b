// The command bar: Ctrl or ⌘ and K. Escape closes.
import { combobox } from "./combobox.js"
import { act } from "./keys.js"

const bar = document.getElementById("command")
const field = document.getElementById("command-words")
const list = document.getElementById("command-choices")
const { ask } = combobox(field, list, { take, chosenFirst: true })

function open() {
  if (document.querySelector("dialog[open]")) return
  field.value = ""
  bar.showModal()
  ask()
}

function take(option) {
  bar.close()
  if (option.dataset.act) act(option.dataset.act, { isHere: true })
}

document.addEventListener("keydown", event => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
  event.preventDefault()
  event.stopPropagation()
  bar.open ? bar.close() : open()
}, true)

field.addEventListener("htmx:configRequest", event => {
  event.detail.parameters.case = document.getElementById("case")?.dataset.reference ?? ""
})
