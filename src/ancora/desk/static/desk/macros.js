// Macros: "/" where a word may begin, or the button, opens a list; choosing shows what one says and does, Enter takes it.
import { chooseChanges } from "./changes.js";
import { enrich } from "./composer.js";
import { caret, focus, put, wordMayBegin } from "./placing.js";
import { form } from "./writing.js";

const popup = () => document.getElementById("macros")
const part = name => popup().querySelector(name)
const input = () => document.getElementById("macro-words")
const options = () => [...popup().querySelectorAll("[role=option]:not([hidden])")]
const active = () => popup().querySelector("[role=option][aria-selected=true]")
const isOpen = () => !!popup()?.matches(":popover-open")
const isSeen = () => !part(".seeing").hidden

// Where the text goes, and what was typed to come here: given back when nothing is chosen.
let place = null, slash = "", asked = 0

async function open(typed) {
  place = caret()
  slash = typed
  toList()
  input().value = ""
  popup().showPopover()
  opener()?.setAttribute("aria-expanded", "true")
  input().focus()
  // The text of a macro has its shape: the rich editor is brought meanwhile.
  enrich(false)
  filter()
  const answer = await ask("")
  if (answer === null || !isOpen()) return
  part(".found").innerHTML = answer
  filter()
}

const opener = () => form()?.querySelector("[data-macros]")

// `text`: what is put where the caret was.
function close(text = "", focuses = true) {
  if (!isOpen()) return
  asked += 1
  popup().hidePopover()
  opener()?.setAttribute("aria-expanded", "false")
  if (text) put(place, "", text, focuses)
  else if (focuses) focus()
}

const cancel = focuses => close(slash && slash + input().value, focuses)

async function ask(path) {
  const turn = asked += 1
  try {
    const answer = await fetch(popup().dataset.list + path, { headers: { "HX-Request": "true" } })
    if (turn !== asked) return null
    if (answer.ok && !answer.redirected) return await answer.text()
    complain(answer.status === 404 ? "gone" : "broken")
  } catch { complain("unreachable") }
  return null
}

function complain(why) {
  const text = document.getElementById("toasts").dataset[why]
  document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text, kind: "error" } }))
}

function filter() {
  const words = input().value.toLowerCase().split(/\s+/).filter(Boolean)
  const every = [...popup().querySelectorAll("[role=option]")]
  const list = document.getElementById("macro-list")
  every.forEach((option, at) => {
    option.dataset.order ??= at
    option.hidden = !words.every(word => option.dataset.words.includes(word))
  })
  // Those whose name begins with what was typed come first.
  const rank = option => Number(option.dataset.order) + (words.length && option.dataset.words.startsWith(words[0]) ? 0 : every.length)
  list.append(...every.sort((one, other) => rank(one) - rank(other)))
  const none = part("[data-none]")
  if (none && every.length) {
    none.textContent = options().length ? "" : none.dataset.none
    list.hidden = !options().length
  }
  select(options()[0])
}

function select(option) {
  active()?.setAttribute("aria-selected", "false")
  option?.setAttribute("aria-selected", "true")
  option?.scrollIntoView({ block: "nearest" })
  if (option) input().setAttribute("aria-activedescendant", option.id)
  else input().removeAttribute("aria-activedescendant")
}

async function see(option) {
  const answer = option && await ask(`${option.dataset.pk}/`)
  if (!answer || !isOpen()) return
  const seeing = part(".seeing")
  seeing.innerHTML = answer
  htmx.process(seeing)
  seeing.hidden = false
  seeing.querySelector(".primary").focus()
  part(".choosing").hidden = true
}

function toList() {
  part(".choosing").hidden = false
  if (isOpen()) input().focus()
  part(".seeing").hidden = true
}

function insert(pk) {
  const html = part("[data-html]").innerHTML, plain = part("[data-plain]").value
  const changes = [...popup().querySelectorAll(".changes li")].map(item => ({ ...item.dataset, words: item.textContent }))
  close("", false)
  put(place, html, plain, true)
  chooseChanges({ changes, macros: [pk] })
  form().dispatchEvent(new Event("input", { bubbles: true }))
}

function step(by) {
  const shown = options(), at = shown.indexOf(active())
  if (shown.length) select(shown[(at + by + shown.length) % shown.length])
}

const keys = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  Enter: () => see(active()),
  Escape: () => cancel(true),
}

document.addEventListener("beforeinput", event => {
  if (event.data !== "/" || event.inputType !== "insertText" || !popup() || isOpen() || !wordMayBegin(event.target)) return
  event.preventDefault()
  open("/")
}, true)
// Before the keys of the desk, which leave a field by Escape and send by Enter.
window.addEventListener("keydown", event => {
  if (!isOpen() || !popup().contains(event.target)) return
  event.stopPropagation()
  if (event.isComposing) return
  if (isSeen()) {
    if (event.key === "Escape") { event.preventDefault(); toList() }
    return
  }
  const isEmpty = !input().value
  if (event.key === "Backspace" && isEmpty && slash) { event.preventDefault(); close() }
  else if (event.key === " " && isEmpty && slash) { event.preventDefault(); close(`${slash} `) }
  else if (keys[event.key]) { event.preventDefault(); keys[event.key]() }
}, true)
document.addEventListener("input", event => { if (event.target.id === "macro-words") { event.stopPropagation(); filter() } }, true)
// The list is left: what was typed goes where it was meant.
document.addEventListener("focusout", event => {
  if (!isOpen() || !popup().contains(event.target) || popup().contains(event.relatedTarget)) return
  if (document.hasFocus()) setTimeout(() => { if (isOpen() && !popup().contains(document.activeElement)) cancel(false) })
})
document.addEventListener("mousedown", event => { if (event.target.closest("#macros [role=option], [data-macros]")) event.preventDefault() })
document.addEventListener("click", event => {
  const option = event.target.closest("#macros [role=option]")
  if (option) { select(option); see(option) }
  if (event.target.closest("#macros [data-to-list]")) toList()
  const inserts = event.target.closest("#macros [data-inserts]")
  if (inserts) insert(inserts.dataset.inserts)
  if (event.target.closest("[data-macros]")) isOpen() ? cancel(true) : open("")
})
document.addEventListener("htmx:afterRequest", event => { if (popup()?.contains(event.target)) close() })

function offer() {
  for (const button of document.querySelectorAll("[data-macros]")) button.hidden = false
}
document.addEventListener("htmx:load", offer)
offer()
