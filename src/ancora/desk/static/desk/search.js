// The search field suggests while somebody types; without a choice Enter searches for what is typed.
import { combobox } from "./combobox.js"

const field = document.getElementById("search")
const list = document.getElementById("search-choices")
const told = document.getElementById("search-told")
const { ask, choose, options } = combobox(field, list, { take })
let forgotten = Promise.resolve()

function show(isOpen) {
  list.hidden = !isOpen
  field.setAttribute("aria-expanded", String(isOpen))
  told.textContent = isOpen ? told.dataset.words.replace("…", options().length) : ""
  if (!isOpen) choose(null)
}

function take(option) {
  show(false)
  if (option.dataset.act !== "forget") return
  list.replaceChildren()
  forgotten = htmx.ajax("POST", list.dataset.forget, { swap: "none" }).catch(() => {})
}

// Not what is just being forgotten.
const askAfresh = () => forgotten.then(ask)

list.addEventListener("htmx:afterSwap", () => show(options().length > 0 && document.activeElement === field))
// The field keeps the focus.
list.addEventListener("mousedown", event => event.preventDefault())
field.addEventListener("focus", () => { if (!field.value) askAfresh() })
field.addEventListener("blur", () => show(false))
field.addEventListener("keydown", event => {
  if (list.hidden && event.key === "ArrowDown") { event.preventDefault(); askAfresh() }
}, true)
// Before the keyboard of the page, for which Escape leaves the field.
addEventListener("keydown", event => {
  if (event.key !== "Escape" || event.target !== field || list.hidden) return
  event.preventDefault()
  event.stopPropagation()
  show(false)
}, true)
