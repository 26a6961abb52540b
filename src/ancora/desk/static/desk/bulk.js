// Cases chosen in a list, to be changed as one: by mouse, by `x`, from one to another with Shift, or the whole list.
const chosen = new Set()
let last = null, wholeCount = 0, shelf = null
const bar = () => document.getElementById("bulk-bar")
const place = () => document.getElementById("bulk")
const boxes = () => [...document.querySelectorAll(".rows > * .pick input")]
const drawnAt = () => document.getElementById("news")?.dataset.drawnAt || place().dataset.drawnAt

export const hasChosen = () => chosen.size > 0

export function chooseNone() {
  if (!chosen.size) return
  chosen.clear()
  last = null
  wholeCount = 0
  show()
}

// The row with the focus, or the one that is open.
export function chooseRow({ isRange = false } = {}) {
  const row = document.activeElement.closest(".rows > *") || document.querySelector(".rows > :has([aria-current])")
  const box = row?.querySelector(".pick input")
  if (box) choose(box, isRange || !chosen.has(box.value), isRange)
}

export async function changeChosen(field) {
  const dialog = document.getElementById("bulk-dialog")
  await htmx.ajax("GET", `${place().dataset.chooseUrl}?field=${field}`, { target: "#bulk-choose", swap: "innerHTML" })
  if (!hasChosen() || !document.getElementById("bulk-form")) return
  if (!dialog.open) dialog.showModal()
  tellNumber()
  document.querySelector(`#bulk-form [name=${field}]`)?.focus()
}

function choose(box, isOn, isRange) {
  const all = boxes(), from = isRange ? all.findIndex(one => one.value === last) : -1, to = all.indexOf(box)
  const meant = from < 0 ? [box] : all.slice(Math.min(from, to), Math.max(from, to) + 1)
  for (const one of meant) isOn ? chosen.add(one.value) : chosen.delete(one.value)
  last = box.value
  wholeCount = 0
  show()
}

function show() {
  if (!bar()) return
  for (const box of boxes()) {
    box.checked = chosen.has(box.value)
    box.closest(".rows > *").classList.toggle("chosen", box.checked)
  }
  const all = boxes(), shown = all.filter(box => box.checked).length, every = document.getElementById("pick-all")
  if (every) {
    every.checked = shown > 0 && shown === all.length
    every.indeterminate = shown > 0 && shown < all.length
  }
  bar().hidden = !chosen.size
  document.body.classList.toggle("has-chosen", chosen.size > 0)
  const words = bar().dataset.chosen.replace("…", wholeCount || chosen.size)
  const count = document.getElementById("bulk-count")
  if (count.textContent !== words) count.textContent = words
  if (wholeCount || !every?.checked) document.getElementById("bulk-all").replaceChildren()
  tellNumber()
}

function tellNumber() {
  const number = document.querySelector("[data-bulk-number]")
  if (number) number.textContent = wholeCount || chosen.size
}

// Where the list goes on behind what is shown, all of it can be chosen.
function offerWhole() {
  if (!document.querySelector(".list .more a, [data-has-more]")) return
  const asked = new URLSearchParams({ shelf: place().dataset.shelf, drawn_at: drawnAt() })
  htmx.ajax("GET", `${place().dataset.countUrl}?${asked}`, { target: "#bulk-all", swap: "innerHTML" })
}

document.addEventListener("click", event => {
  const box = event.target.closest(".rows > * .pick input")
  if (box) return choose(box, box.checked, event.shiftKey)
  if (event.target.id === "pick-all") {
    for (const one of boxes()) event.target.checked ? chosen.add(one.value) : chosen.delete(one.value)
    if (!event.target.checked) chosen.clear()
    wholeCount = 0
    show()
    if (hasChosen()) offerWhole()
    return
  }
  const button = event.target.closest("[data-bulk], [data-bulk-none], [data-takes-all], [data-bulk-hides]")
  if (!button) return
  if (button.dataset.bulk) changeChosen(button.dataset.bulk)
  else if ("takesAll" in button.dataset) { wholeCount = Number(button.dataset.count); show() }
  else if ("bulkHides" in button.dataset) button.closest(".standing").remove()
  else chooseNone()
})

document.addEventListener("htmx:configRequest", event => {
  if (event.detail.elt.id !== "bulk-form") return
  const form = event.detail.parameters
  form.set("cases", wholeCount ? "" : [...chosen].join(","))
  form.set("everything", wholeCount ? "1" : "")
  form.set("drawn_at", drawnAt())
  form.set("shelf", place().dataset.shelf)
})

document.body.addEventListener("bulk:begun", () => {
  document.getElementById("bulk-dialog").close()
  document.getElementById("bulk-choose").replaceChildren()
  chooseNone()
})

// Another list is another choice; the same one drawn anew keeps it.
function follow() {
  const now = place()?.dataset.shelf
  if (now !== shelf) { chosen.clear(); last = null; wholeCount = 0; shelf = now }
  show()
}
document.addEventListener("htmx:afterSettle", follow)
document.addEventListener("htmx:historyRestore", follow)
follow()
