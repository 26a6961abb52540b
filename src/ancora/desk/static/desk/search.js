// The search field suggests while somebody types; without a choice Enter searches for what is typed.
import { combobox } from "./combobox.js"

const field = document.getElementById("search")
const list = document.getElementById("search-choices")
const told = document.getElementById("search-told")
const { ask, choose, options } = combobox(field, list, { take })

function show(isOpen) {
  list.hidden = !isOpen
  field.setAttribute("aria-expanded", String(isOpen))
  told.textContent = isOpen ? told.dataset.words.replace("…", options().length) : ""
  if (!isOpen) choose(null)
}

async function take(option) {
  show(false)
  if (option.dataset.act !== "forget") return
  await htmx.ajax("POST", list.dataset.forget, { target: list, swap: "innerHTML" })
}

list.addEventListener("htmx:afterSwap", () => show(options().length > 0 && document.activeElement === field))
// The field keeps the focus.
list.addEventListener("mousedown", event => event.preventDefault())
field.addEventListener("focus", () => { if (!field.value) ask() })
field.addEventListener("blur", () => show(false))
field.addEventListener("keydown", event => {
  if (list.hidden && event.key === "ArrowDown") { event.preventDefault(); ask() }
}, true)
// Before the keyboard of the page, for which Escape leaves the field.
addEventListener("keydown", event => {
  if (event.key !== "Escape" || event.target !== field || list.hidden) return
  event.preventDefault()
  event.stopPropagation()
  show(false)
}, true)
