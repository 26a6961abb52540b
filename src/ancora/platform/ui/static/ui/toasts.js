// Short words at the bottom: those of the page, those that come by swap, and those of HX-Trigger: {"toast": {"text": …}}.
const SHOWN_MS = 7000
const area = document.getElementById("toasts")

function watch(toast) {
  toast.querySelector("[data-dismisses]")?.addEventListener("click", () => toast.remove())
  // What went wrong stays until it was read; the rest leaves, but not under the pointer or the focus.
  if (toast.classList.contains("error") || toast.classList.contains("warning")) return
  let timer
  const start = () => { timer = setTimeout(() => toast.remove(), SHOWN_MS) }
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timer))
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start)
  start()
}

function say({ text, kind = "info" }) {
  const last = area.lastElementChild?.querySelector("[data-text]")
  if (kind !== "info" && last?.textContent === text) return
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true)
  toast.classList.add(kind)
  toast.querySelector("[data-text]").textContent = text
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
