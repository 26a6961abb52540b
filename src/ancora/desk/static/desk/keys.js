// The keyboard: single letters act when nobody is typing.
import { step } from "./list.js";
import { passOn, write } from "./composer.js";
import { nextChat } from "./chats.js";
import { changeChosen, chooseNone, chooseRow, hasChosen } from "./bulk.js";

let afterG = 0

const typing = target => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable=true]")
const open = id => document.querySelector(`[popovertarget="${id}"]`)?.click()

// What changes one case changes all that are chosen, when some are.
const onChosen = { e: "status", z: "snooze", a: "owner", t: "team", p: "priority", l: "tag" }

const acts = {
  x: () => chooseRow(),
  X: () => chooseRow({ isRange: true }),
  j: () => step(1),
  k: () => step(-1),
  r: () => write("reply"),
  n: () => write("note"),
  f: () => passOn(),
  e: () => open("menu-status"),
  z: () => open("menu-snooze"),
  a: () => open("menu-owner"),
  t: () => open("menu-team"),
  p: () => open("menu-priority"),
  l: () => open("menu-tags"),
  w: () => open("menu-follow"),
  b: () => open("menu-bell"),
  c: () => nextChat(),
  q: () => document.querySelector("[data-takes-next]")?.click(),
  ".": copyNumber,
  m: () => document.querySelector(".case [data-merges]")?.click(),
  s: () => document.querySelector(".case [data-splits]")?.click(),
  d: () => document.querySelector(".case [data-tasks]")?.click(),
  "/": () => { const field = document.getElementById("search"); field?.focus(); field?.select() },
  "?": () => document.getElementById("keys")?.showModal(),
}

export function act(key, { isHere = false } = {}) {
  if (!isHere && onChosen[key] && hasChosen()) return changeChosen(onChosen[key])
  acts[key]?.()
}

async function copyNumber() {
  const reference = document.getElementById("case")?.dataset.reference
  if (!reference) return
  const { copied, notCopied } = document.getElementById("keys").dataset
  let text = copied
  // Browsers keep the clipboard from pages that come without TLS.
  try { await navigator.clipboard.writeText(`#${reference}`) } catch { text = notCopied }
  document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text: text.replace("…", `#${reference}`) } }))
}

function send(event) {
  const scope = event.target.closest?.("form")
  // On a link these keys open a tab, and what stands behind a dialog is not meant.
  if (!scope && (event.target.closest?.("a[href]") || document.querySelector("dialog[open]"))) return
  const button = [...(scope || document).querySelectorAll("[data-sends]")].find(one => one.offsetParent)
  if (!button) return
  event.preventDefault()
  button.click()
}

document.addEventListener("keydown", event => {
  // Somebody has acted on it already.
  if (event.defaultPrevented) return
  // A key held down acts once; walking through a list goes on.
  if (event.repeat && event.key !== "j" && event.key !== "k") {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.preventDefault()
    return
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return send(event)
  // In a dialog it closes the dialog, as everywhere.
  if (event.key === "Escape" && typing(event.target)) return event.target.closest("dialog") || event.target.blur()
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
  if (document.querySelector("dialog[open], .menu:popover-open")) return
  if (event.key === "Escape") return chooseNone()
  if (afterG && event.timeStamp - afterG < 1500) {
    afterG = 0
    const link = document.querySelector(`.queues [data-key="${CSS.escape(event.key)}"]`)
    if (link) { event.preventDefault(); link.click() }
    return
  }
  if (event.key === "g") { afterG = event.timeStamp; return }
  if (acts[event.key]) { event.preventDefault(); act(event.key) }
}, true)
