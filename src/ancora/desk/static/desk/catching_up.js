// Lines of a chat that stand in the timeline before the server drew them: its drawing, with links, files and menus, is
// fetched when the talk rests, or when somebody turns to one of them.
const CALM_MS = 8000, TOGETHER_MS = 150, LONGEST_MS = 1000
const WAITING = "#timeline [data-pending][data-line]"
let calm = 0, soon = 0, drawnAt = -LONGEST_MS

// Each line begins the wait anew. Where nobody looks, it is fetched when somebody does.
export function drawLater() {
  clearTimeout(calm)
  calm = setTimeout(() => { if (document.visibilityState !== "hidden" && isWaiting()) drawNow() }, CALM_MS)
}

// Several at once are one, and many in a row one in a second.
export function drawNow() {
  const last = performance.now() - drawnAt
  soon ||= setTimeout(draw, Math.max(TOGETHER_MS, LONGEST_MS - last))
}

function draw() {
  soon = 0
  drawnAt = performance.now()
  htmx.trigger(document.body, "timeline:changed")
}

const isWaiting = () => Boolean(document.querySelector(WAITING))
const turnTo = event => { if (event.target.closest?.(WAITING)) drawNow() }
for (const name of ["pointermove", "pointerdown"]) document.addEventListener(name, turnTo, { passive: true })
document.addEventListener("focusin", event => { if (event.target.closest("#timeline") && isWaiting()) drawNow() })
document.addEventListener("visibilitychange", () => { if (document.visibilityState !== "hidden" && isWaiting()) drawNow() })
// It failed: another try is due.
document.addEventListener("htmx:afterRequest", event => {
  if (event.detail.elt.id === "timeline" && !event.detail.successful && isWaiting()) drawLater()
})
