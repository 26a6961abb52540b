// Says each minute that somebody is at this desk: cases are given to whoever is there. A page that was left open and not
// touched for long says nothing.
const BEAT_MS = 60000, LEFT_MS = 1800000, KEPT = "ancora-at-desk"
const url = document.querySelector("script[src*='desk/at_desk']").dataset.url
let movedAt = Date.now(), saidAt = 0, isLeaving = false

const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["x-csrftoken"]

// All tabs together say it once.
function lastSaid() {
  try { return Math.max(saidAt, Number(localStorage.getItem(KEPT))) } catch { return saidAt }
}

function look() {
  const now = Date.now(), since = now - lastSaid()
  if (isLeaving || now - movedAt > LEFT_MS || (since >= 0 && since < BEAT_MS)) return
  saidAt = now
  try { localStorage.setItem(KEPT, now) } catch { /* Then every tab says it. */ }
  const headers = { "X-CSRFToken": token() }
  // The network may be away: the next minute tries again.
  fetch(url, { method: "POST", redirect: "error", headers, signal: AbortSignal.timeout(10000) }).catch(() => {})
}

function move() {
  const wasLeft = Date.now() - movedAt > LEFT_MS
  movedAt = Date.now()
  if (wasLeft) look()
}
for (const name of ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"])
  addEventListener(name, move, { capture: true, passive: true })
document.addEventListener("submit", event => {
  if (!event.target.matches("[action$='/logout/']")) return
  // Who goes is given nothing from now on; whoever signs in next says it for themselves.
  const form = new FormData()
  form.append("left", "1")
  form.append("csrfmiddlewaretoken", token())
  navigator.sendBeacon(url, form)
  isLeaving = true
  try { localStorage.removeItem(KEPT) } catch { /* Nothing was kept. */ }
})
addEventListener("pageshow", () => { isLeaving = false })
setInterval(look, 5000)
look()
