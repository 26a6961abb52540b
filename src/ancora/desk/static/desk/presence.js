// Who else has the case open: says what this page shows, and shows what the pages of colleagues say.
import { composer } from "./writing.js";

const BEAT_MS = 15000, AWAY_BEAT_MS = 60000
// After so long without a hand on it nobody looks; so long after the last key nobody writes.
const IDLE_MS = 180000, WRITES_MS = 6000
// A writer who pauses is not announced anew.
const ANNOUNCED_MS = 90000
const tab = newTab()
const here = () => document.getElementById("colleagues")

let shown = "", said = "", saidAt = 0, isUnderWay = false, isLeaving = false, movedAt = performance.now(), typedAt = -WRITES_MS
let asked = 0, drawn = 0
const announced = new Map()

// Not randomUUID: that is for https only.
function newTab() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("")
}

function state() {
  const now = performance.now()
  if (document.visibilityState === "hidden" || now - movedAt > IDLE_MS) return "away"
  return now - typedAt < WRITES_MS ? "writing" : "viewing"
}

function beat(state) {
  const form = new FormData()
  form.append("tab", tab)
  form.append("state", state)
  form.append("csrfmiddlewaretoken", JSON.parse(document.body.getAttribute("hx-headers"))["x-csrftoken"])
  return form
}

// Whatever changed, one look finds it: another case, another state, or nothing said for long.
async function look() {
  if (isLeaving) return
  const url = here()?.dataset.url || ""
  if (url !== shown) {
    leave()
    shown = url
    typedAt = -WRITES_MS
  }
  const now = state(), pause = now === "away" ? AWAY_BEAT_MS : BEAT_MS
  if (!url || isUnderWay || (now === said && performance.now() - saidAt < pause)) return
  said = now
  saidAt = performance.now()
  isUnderWay = true
  await ask(url, { method: "POST", body: beat(now) })
  isUnderWay = false
  if (state() !== said) look()
}

function leave() {
  if (shown && said) navigator.sendBeacon(shown, beat("left"))
  shown = said = ""
}

async function ask(url, how) {
  const number = ++asked
  try {
    // A session that ended leads to the sign-in: not here.
    const patience = AbortSignal.timeout(10000)
    const answer = await fetch(url, { redirect: "error", headers: { "HX-Request": "true" }, signal: patience, ...how })
    const html = await answer.text()
    if (!answer.ok || url !== here()?.dataset.url || number < drawn) return
    drawn = number
    draw(html)
  } catch { /* The network is away: the next beat comes. */ }
}

function draw(html) {
  const fresh = document.createElement("template"), place = here()
  fresh.innerHTML = html
  const names = fresh.content.querySelector("ul"), button = place.querySelector("button"), menu = place.querySelector(".menu")
  names?.remove()
  if (!names && menu.matches(":popover-open")) menu.hidePopover()
  button.hidden = !names
  button.replaceChildren(...fresh.content.childNodes)
  menu.replaceChildren(...names ? [names] : [])
  announce(place.querySelector("[role=status]"), names ? [...names.querySelectorAll(".writing")] : [])
}

function announce(region, writers) {
  const now = performance.now(), fresh = []
  if (!writers.length) region.textContent = ""
  for (const one of writers) {
    const who = `${shown} ${one.dataset.colleague}`
    if (!(now - announced.get(who) < ANNOUNCED_MS)) fresh.push(one.textContent)
    announced.set(who, now)
  }
  if (fresh.length) region.textContent = fresh.join(", ")
}

// Hints arrive on the body, by the name of their topic.
let heard = ""
function follow() {
  const topic = here()?.dataset.liveTopic || ""
  if (topic !== heard) {
    if (heard) document.body.removeEventListener(`live:${heard}`, refresh)
    if (topic) document.body.addEventListener(`live:${topic}`, refresh)
    heard = topic
  }
  look()
}
// A hidden page asks when it is looked at again.
function refresh() { if (here() && document.visibilityState !== "hidden") ask(here().dataset.url, {}) }

function move() {
  const wasIdle = performance.now() - movedAt > IDLE_MS
  movedAt = performance.now()
  if (wasIdle) look()
}
for (const name of ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"])
  addEventListener(name, move, { capture: true, passive: true })
document.addEventListener("input", event => {
  if (!event.isTrusted && !event.target.closest?.(".prose-editor")) return
  if (!composer()?.contains(event.target) || event.target.name === "kind") return
  typedAt = performance.now()
  if (said !== "writing") look()
})
document.addEventListener("htmx:afterSettle", follow)
document.addEventListener("htmx:historyRestore", follow)
document.addEventListener("visibilitychange", look)
document.body.addEventListener("live:all", () => refresh())
// A page that goes is hidden after it has said so: that is no news.
addEventListener("pagehide", () => { leave(); isLeaving = true })
addEventListener("pageshow", () => { isLeaving = false; look() })
setInterval(look, 1000)
follow()
