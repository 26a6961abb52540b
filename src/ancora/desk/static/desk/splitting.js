// Choosing messages in the timeline, to split them off: boxes before the messages, and a bar that says how many.
let chosen = null

const timeline = () => document.getElementById("timeline")
const link = () => document.querySelector(".case [data-splits]")
const bar = () => document.getElementById("split-bar")

function addBoxes() {
  for (const message of timeline().querySelectorAll(":scope > .message:not(.beside)")) {
    if (message.querySelector(":scope > .splits")) continue
    const box = document.createElement("input"), pk = message.id.replace("m-", "")
    Object.assign(box, { type: "checkbox", className: "splits", value: pk, checked: chosen.has(pk) })
    box.setAttribute("aria-label", bar().dataset.box.replace("…", message.querySelector(".who")?.textContent ?? ""))
    message.prepend(box)
  }
}

// What comes or changes while one chooses has its box too; what has gone is not chosen.
const watch = new MutationObserver(() => {
  if (!chosen) return
  for (const pk of chosen) if (!document.getElementById(`m-${pk}`)) chosen.delete(pk)
  addBoxes()
  show()
})

export function begin() {
  document.getElementById("menu-more")?.hidePopover?.()
  if (chosen) return
  chosen = new Set()
  timeline().classList.add("chooses")
  addBoxes()
  watch.observe(timeline(), { childList: true })
  bar().hidden = false
  show()
  const last = [...timeline().querySelectorAll(".splits")].at(-1)
  last?.focus({ preventScroll: true })
}

function end() {
  if (!chosen) return
  chosen = null
  watch.disconnect()
  timeline()?.classList.remove("chooses")
  for (const box of document.querySelectorAll("#timeline .splits")) box.remove()
  if (bar()) bar().hidden = true
}

function show() {
  for (const box of timeline().querySelectorAll(".splits")) box.closest(".message").classList.toggle("chosen", box.checked)
  bar().querySelector("[role=status]").textContent = bar().dataset.chosen.replace("…", chosen.size)
  bar().querySelector("[data-split-on]").disabled = !chosen.size
}

document.addEventListener("click", event => {
  if (!chosen) return
  if (event.target.closest("[data-split-none]")) return end()
  if (event.target.closest("[data-split-on]")) {
    const asked = new URLSearchParams([...chosen].map(pk => ["message", pk]))
    location.assign(`${link().href}?${asked}`)
  }
})

document.addEventListener("change", event => {
  if (!chosen || !event.target.matches?.("#timeline .splits")) return
  event.target.checked ? chosen.add(event.target.value) : chosen.delete(event.target.value)
  show()
})

document.addEventListener("keydown", event => {
  if (event.key === "Escape" && chosen && !document.querySelector("dialog[open], .menu:popover-open")) end()
})

// Another case was opened.
document.addEventListener("htmx:afterSettle", event => { if (event.detail.target?.id === "panes") end() })
