// Short words at the bottom: those of the page, those that come by swap, and those of HX-Trigger: {"toast": {"text": …}}.
const SHOWN_MS = 7000
const area = document.getElementById("toasts")

function watch(toast) {
  toast.querySelector("[data-dismisses]")?.addEventListener("click", () => toast.remove())
  if (toast.dataset.counts) return toast.addEventListener("counted", () => toast.remove())
  // What went wrong stays until it was read; the rest leaves, but not under the pointer or the focus.
  if (toast.classList.contains("error") || toast.classList.contains("warning")) return
  let timer
  const start = () => { timer = setTimeout(() => toast.remove(), SHOWN_MS) }
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timer))
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start)
  start()
}

// A button that posts to the address `undo`, for as long as the text counts down.
function offer(toast, undo, seconds) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: area.dataset.undo })
  button.addEventListener("click", () => { toast.remove(); htmx.ajax("POST", undo, { swap: "none" }) })
  toast.querySelector("[data-text]").after(button)
  if (!seconds) return
  toast.querySelector("[data-text]").dataset.count = ""
  toast.dataset.counts = seconds
}

function say({ text, kind = "info", undo, seconds }) {
  const last = area.lastElementChild?.querySelector("[data-text]")
  if (kind !== "info" && last?.textContent === text) return
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true)
  toast.classList.add(kind)
  toast.querySelector("[data-text]").textContent = text
  if (undo) offer(toast, undo, seconds)
  area.append(toast)
}

if (area) {
  for (const toast of area.querySelectorAll(".toast")) watch(toast)
  new MutationObserver(changes => {
    for (const change of changes) for (const node of change.addedNodes) if (node.matches?.(".toast")) watch(node)
  }).observe(area, { childList: true })
  document.addEventListener("toast", event => say(event.detail))
  for (const name of ["htmx:sendError", "htmx:timeout"])
    document.addEventListener(name, () => say({ text: area.dataset.unreachable, kind: "error" }))
  document.addEventListener("htmx:responseError", event => {
    const { status } = event.detail.xhr
    const { stale, gone, broken } = area.dataset
    say({ text: { 403: stale, 404: gone }[status] ?? broken, kind: "error" })
  })
}
