// "@" where a word may begin in a note opens a list of the colleagues who may see the case; Enter puts one in.
import { enrich } from "./composer.js";
import { caret, focus, put, wordMayBegin } from "./placing.js";
import { isNote } from "./writing.js";

const popup = () => document.getElementById("mentions")
const input = () => document.getElementById("mention-words")
const list = () => document.getElementById("mention-list")
const options = () => [...list().children]
const active = () => list().querySelector("[aria-selected=true]")
const isOpen = () => !!popup()?.matches(":popover-open")

// The colleagues of one case, asked for once and again when the list is opened later than that.
let place = null, people = [], known = "", turn = 0

async function open() {
  place = caret()
  input().value = ""
  const address = popup().dataset.list, asked = turn += 1
  if (address !== known) people = []
  popup().showPopover()
  input().focus()
  enrich(false)
  draw()
  try {
    const answer = await fetch(address, { redirect: "error" })
    if (!answer.ok || asked !== turn) return
    people = await answer.json()
    known = address
  } catch { /* Those that are known stay. */ }
  if (isOpen() && asked === turn) draw()
}

function close(person, focuses = true) {
  if (!isOpen()) return
  const typed = `@${input().value}`
  turn += 1
  popup().hidePopover()
  if (!person) return focuses || typed !== "@" ? put(place, "", typed, focuses) : undefined
  const box = document.createElement("p"), name = document.createElement("span")
  name.dataset.mention = person.id
  name.textContent = `@${person.name}`
  box.append(name)
  put(place, box.outerHTML, name.textContent, true)
  put(caret(), "", " ", true)
}

const plain = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()

function draw() {
  const words = plain(input().value).split(/\s+/).filter(Boolean)
  const fits = one => words.every(word => plain(one.name).split(/\s+/).some(part => part.startsWith(word)))
  const found = people.filter(fits).slice(0, 50)
  list().replaceChildren(...found.map((person, at) => {
    const option = document.createElement("div")
    option.setAttribute("role", "option")
    Object.assign(option, { id: `mention-${at}`, textContent: person.name, person })
    return option
  }))
  list().hidden = !found.length
  const none = popup().querySelector(".none")
  none.textContent = found.length || popup().dataset.list !== known ? "" : none.dataset.none
  select(options()[0])
}

function select(option) {
  active()?.setAttribute("aria-selected", "false")
  option?.setAttribute("aria-selected", "true")
  option?.scrollIntoView({ block: "nearest" })
  if (option) input().setAttribute("aria-activedescendant", option.id)
  else input().removeAttribute("aria-activedescendant")
}

function step(by) {
  const shown = options(), at = shown.indexOf(active())
  if (shown.length) select(shown[(at + by + shown.length) % shown.length])
}

const keys = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  Enter: () => close(active()?.person),
  Tab: () => close(active()?.person),
  Escape: () => close(),
}

document.addEventListener("beforeinput", event => {
  if (event.data !== "@" || event.inputType !== "insertText" || !popup() || isOpen() || !isNote() || !wordMayBegin(event.target)) return
  // Without the rich editor a mention is only words.
  if (event.target.matches("textarea")) return
  event.preventDefault()
  open()
}, true)
// Before the keys of the desk, which leave a field by Escape and send by Enter.
window.addEventListener("keydown", event => {
  if (!isOpen() || !popup().contains(event.target)) return
  event.stopPropagation()
  if (event.isComposing) return
  if (event.key === "Backspace" && !input().value) { event.preventDefault(); turn += 1; popup().hidePopover(); focus() }
  else if (event.key === " " && !input().value) { event.preventDefault(); input().value = " "; close() }
  else if (keys[event.key]) { event.preventDefault(); keys[event.key]() }
}, true)
document.addEventListener("input", event => { if (event.target.id === "mention-words") { event.stopPropagation(); draw() } }, true)
// The list is left: what was typed goes where it was meant.
document.addEventListener("focusout", event => {
  if (!isOpen() || !popup().contains(event.target) || popup().contains(event.relatedTarget)) return
  if (document.hasFocus()) setTimeout(() => { if (isOpen() && !popup().contains(document.activeElement)) close(null, false) })
})
document.addEventListener("mousedown", event => { if (event.target.closest("#mentions [role=option]")) event.preventDefault() })
document.addEventListener("click", event => {
  const option = event.target.closest("#mentions [role=option]")
  if (option) close(option.person)
})
