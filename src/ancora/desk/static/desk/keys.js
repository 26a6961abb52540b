// The keyboard: single letters act when nobody is typing.
import { step } from "./list.js";
import { passOn, write } from "./composer.js";

let afterG = 0

const typing = target => target.closest?.("input, textarea, select, [contenteditable=true]")
const open = id => document.querySelector(`[popovertarget="${id}"]`)?.click()

const acts = {
  j: () => step(1),
  k: () => step(-1),
  r: () => write("reply"),
  n: () => write("note"),
  f: () => passOn(),
  e: () => open("menu-status"),
  a: () => open("menu-owner"),
  m: () => document.querySelector(".case [data-merges]")?.click(),
  "/": () => { const field = document.getElementById("search"); field?.focus(); field?.select() },
  "?": () => document.getElementById("keys")?.showModal(),
}

function send(event) {
  const scope = event.target.closest?.("form")
  const button = [...(scope || document).querySelectorAll("[data-sends]")].find(one => one.offsetParent)
  if (!button) return
  event.preventDefault()
  button.click()
}

document.addEventListener("keydown", event => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return send(event)
  if (event.key === "Escape" && typing(event.target)) return event.target.blur()
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
  if (document.querySelector("dialog[open], .menu:popover-open")) return
  if (afterG && event.timeStamp - afterG < 1500) {
    afterG = 0
    const link = document.querySelector(`.queues [data-key="${CSS.escape(event.key)}"]`)
    if (link) { event.preventDefault(); link.click() }
    return
  }
  if (event.key === "g") { afterG = event.timeStamp; return }
  const act = acts[event.key]
  if (act) { event.preventDefault(); act() }
}, true)
