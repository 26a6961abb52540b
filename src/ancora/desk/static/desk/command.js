// The command bar: Ctrl or ⌘ and K. The field keeps the focus; arrows walk, Enter takes, Escape closes.
import { act } from "./keys.js"

const bar = document.getElementById("command")
const field = document.getElementById("command-words")
const list = document.getElementById("command-choices")
const options = () => [...list.querySelectorAll("[role=option]")]

function choose(next) {
  for (const one of options()) one.setAttribute("aria-selected", String(one === next))
  if (!next) return field.removeAttribute("aria-activedescendant")
  field.setAttribute("aria-activedescendant", next.id)
  next.scrollIntoView({ block: "nearest" })
}

function open() {
  if (document.querySelector("dialog[open]")) return
  field.value = ""
  bar.showModal()
  field.dispatchEvent(new Event("asks"))
}

function take(option) {
  if (!option) return
  if (option.dataset.fill) {
    field.value = option.dataset.fill
    field.focus()
    return field.dispatchEvent(new Event("asks"))
  }
  bar.close()
  if (option.dataset.act) act(option.dataset.act)
}

const chosen = () => list.querySelector("[aria-selected=true]")

document.addEventListener("keydown", event => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
  event.preventDefault()
  event.stopPropagation()
  bar.open ? bar.close() : open()
}, true)

field.addEventListener("keydown", event => {
  if (event.key === "Enter") {
    event.preventDefault()
    return chosen()?.click()
  }
  const all = options()
  if (!all.length || !["ArrowDown", "ArrowUp"].includes(event.key)) return
  event.preventDefault()
  const at = all.indexOf(chosen())
  choose(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length])
})

list.addEventListener("click", event => take(event.target.closest("[role=option]")))
list.addEventListener("pointermove", event => {
  const over = event.target.closest("[role=option]")
  if (over && over !== chosen()) choose(over)
})
list.addEventListener("htmx:afterSwap", () => choose(options()[0]))
field.addEventListener("htmx:configRequest", event => {
  event.detail.parameters.case = document.getElementById("case")?.dataset.reference ?? ""
})
