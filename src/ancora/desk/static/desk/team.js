// The team's load: choosing cases, and giving them to somebody by dragging or by keys.
import { draw, refresh } from "./team_live.js"

const chosen = new Set()
const giving = { items: [], heldBy: "", key: "" }
let undo = "", lastG = -Infinity

const dialog = () => document.getElementById("give")
const hand = () => document.getElementById("hand")
const rowOf = element => element?.closest?.("li[data-case]")
const boxes = () => [...hand().querySelectorAll(".mark input[value]")]
const typing = target => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable=true]")

// Not randomUUID: that is for https only.
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("")

function show() {
  const all = boxes()
  for (const id of chosen) if (!all.some(box => box.value === id)) chosen.delete(id)
  for (const box of all) {
    box.checked = chosen.has(box.value)
    rowOf(box).classList.toggle("chosen", box.checked)
  }
  const every = document.getElementById("hand-all"), button = hand().querySelector("[data-gives-chosen]")
  if (!every) return
  every.checked = chosen.size > 0 && chosen.size === all.length
  every.indeterminate = chosen.size > 0 && !every.checked
  button.disabled = !chosen.size
  const words = button.querySelector("[data-words]")
  words.dataset.none ??= words.textContent
  const text = chosen.size ? words.dataset.words.replace("…", chosen.size) : words.dataset.none
  if (words.textContent !== text) words.textContent = text
}

// What is given when this row is taken: all that are chosen, when it is one of them.
function itemsAt(row) {
  const inHand = hand().contains(row)
  return inHand && chosen.has(row.dataset.case) ? [...chosen] : [row.dataset.case]
}

function give(to) {
  const { items, heldBy, key } = giving
  if (!items.length || to === heldBy) return
  const values = { cases: items.join(","), held_by: heldBy, to, form_key: key }
  htmx.ajax("POST", dialog().dataset.url, { values, swap: "none" })
}

function take(items, heldBy) {
  Object.assign(giving, { items, heldBy, key: newKey() })
}

function choosePerson() {
  const select = document.getElementById("give-to"), { nobody, one, many } = dialog().dataset
  const people = [...document.querySelectorAll("#people [data-able]")].filter(row => row.dataset.holder !== giving.heldBy)
  select.replaceChildren(...people.map(({ dataset: { holder, name, words } }) =>
    new Option(holder === "nobody" ? nobody : `${name} · ${words}`, holder)))
  select.append(...[...select.options].filter(option => option.value === "nobody"))
  select.selectedIndex = 0
  const count = giving.items.length
  document.getElementById("give-count").textContent = count === 1 ? one : many.replace("…", count)
  dialog().showModal()
  select.focus()
}

function giveFrom(row) {
  take(itemsAt(row), row.dataset.heldBy)
  choosePerson()
}

document.addEventListener("submit", event => {
  if (event.target.id !== "give-form") return
  event.preventDefault()
  dialog().close()
  give(document.getElementById("give-to").value)
})

document.addEventListener("keydown", event => {
  if (event.target.id === "give-to" && event.key === "Enter") {
    event.preventDefault()
    return document.getElementById("give-form").requestSubmit()
  }
  if (typing(event.target) || document.querySelector("dialog[open], .menu:popover-open")) return
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && undo) {
    event.preventDefault()
    htmx.ajax("POST", undo, { swap: "none" })
    undo = ""
    return
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !dialog()) return
  const follows = event.timeStamp - lastG < 1500, row = rowOf(document.activeElement)
  lastG = event.key === "g" ? event.timeStamp : -Infinity
  if (follows) return
  if (event.key === "m" && row) giveFrom(row)
  else if (event.key === "m" && chosen.size) giveChosen()
  else if (event.key === "x" && row?.querySelector(".mark input")) row.querySelector(".mark input").click()
  else if (event.key === "Escape" && chosen.size) { chosen.clear(); show() }
  else if (event.key === "Escape") hand().querySelector("[data-closes-hand]")?.click()
})

function giveChosen() {
  take([...chosen], hand().dataset.who)
  choosePerson()
}

document.addEventListener("click", event => {
  const { target } = event
  if (target.matches(".deal .mark input")) { target.checked ? chosen.add(target.value) : chosen.delete(target.value); return show() }
  if (target.id === "hand-all") {
    chosen.clear()
    if (target.checked) for (const box of boxes()) chosen.add(box.value)
    return show()
  }
  if (target.closest("[data-gives-chosen]")) return giveChosen()
  if (target.closest("[data-gives]")) return giveFrom(rowOf(target))
  if (target.closest("[data-closes-hand]")) closeHand(event)
})
document.addEventListener("dblclick", event => {
  if (event.target.closest("#give-to option")) document.getElementById("give-form").requestSubmit()
})

function closeHand(event) {
  event.preventDefault()
  const who = hand().dataset.who
  history.replaceState(history.state, "", event.target.closest("a").href)
  hand().hidden = true
  hand().replaceChildren()
  delete hand().dataset.who
  chosen.clear()
  follow()
  document.querySelector(`#person-${who} .opens`)?.focus()
}

// Dragging: the names are where cases are dropped.
let over = null
const target = event => {
  const row = event.target.closest?.("#people [data-able]")
  return giving.items.length && document.body.classList.contains("dealing") && row?.dataset.holder !== giving.heldBy ? row : null
}
function mark(row) {
  over?.classList.remove("over")
  over = row
  over?.classList.add("over")
}
document.addEventListener("dragstart", event => {
  const row = rowOf(event.target)
  if (!row?.draggable) return
  take(itemsAt(row), row.dataset.heldBy)
  event.dataTransfer.effectAllowed = "move"
  event.dataTransfer.setData("text/plain", `#${row.dataset.reference}`)
  document.body.classList.add("dealing")
  for (const id of giving.items) document.getElementById(`held-${id}`)?.classList.add("taken")
  row.classList.add("taken")
})
document.addEventListener("dragover", event => {
  const row = target(event)
  mark(row)
  if (row) { event.preventDefault(); event.dataTransfer.dropEffect = "move" }
})
document.addEventListener("drop", event => {
  const row = target(event)
  if (!row) return
  event.preventDefault()
  give(row.dataset.holder)
})
document.addEventListener("dragend", () => {
  mark(null)
  document.body.classList.remove("dealing")
  for (const row of document.querySelectorAll(".taken")) row.classList.remove("taken")
  draw()
})

document.body.addEventListener("team:given", event => {
  undo = event.detail.undo || ""
  document.getElementById("spread")?.close()
  chosen.clear()
  refresh({ isOwn: true })
})

// What was refused is said at the foot of the page, not under a dialog.
document.body.addEventListener("team:refused", () => document.getElementById("spread")?.close())

// Whose cases are open, after every change of what is shown.
function follow() {
  const who = hand()?.dataset.who || ""
  document.getElementById("content")?.classList.toggle("has-hand", Boolean(who))
  for (const link of document.querySelectorAll("#people .opens")) {
    if (link.closest("tr").dataset.holder === who) link.setAttribute("aria-current", "true")
    else link.removeAttribute("aria-current")
  }
  if (hand()) show()
}
// At once: what is chosen before everything has settled stays chosen.
document.addEventListener("htmx:afterSwap", event => {
  if (event.detail.elt?.id === "hand") { chosen.clear(); document.getElementById("hand-title")?.focus() }
})
document.addEventListener("htmx:afterSettle", follow)
document.addEventListener("htmx:historyRestore", follow)
document.addEventListener("team:drawn", follow)
follow()
