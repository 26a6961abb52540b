// One stream a page: says what changed, and the regions concerned fetch themselves afresh.
// Topics come from data-live-topic="case-17" anywhere in the page and from data-live="…" on <body>.
// A region listens with hx-trigger="live:case-17 from:body, live:all from:body".
const COALESCE_MS = 150
// What changes all the time is fetched more and more seldom: what is on the screen at least every second, what only counts
// or lists at least every ten, and that the sooner the more often it was told. Where nothing changed for two seconds, the
// next change is fetched at once again.
const LONGEST_MS = 1000, LONGEST_OF_MANY_MS = 10000, CALM_MS = 2000, MANY = /^news-|^[a-z]+$/
// Several in one pause: the next one is so many times longer for each of them.
const STEEP = 4
// All desks hear of the same: from then on each goes at a pace of its own.
const UNEVEN = 0.4
// All desks come back at once when the server was away: not all of them ask in the same moment.
const SPREAD_MS = 1500
// What was swapped in since the last stream was opened is not older than this.
const SWAPPED_MS = 10000
const pending = new Map(), fired = new Map()
let stream = null, heard = "", delay = 500, retry = 0, wasOpen = false

function pauseBefore(topic) {
  if (topic === "all") return COALESCE_MS + Math.random() * SPREAD_MS
  const last = fired.get(topic), isOfMany = MANY.test(topic)
  if (!last || performance.now() - last.at >= CALM_MS) return COALESCE_MS
  const times = isOfMany && last.told > 1 ? STEEP * last.told : 2
  const pause = Math.min(times * last.pause, isOfMany ? LONGEST_OF_MANY_MS : LONGEST_MS)
  return isOfMany ? pause * (1 - UNEVEN * Math.random()) : pause
}

function fire(topic) {
  // The first event starts the clock, so a steady flow of events cannot starve the page.
  if (pending.has(topic)) { pending.get(topic).told++; return }
  const wait = { pause: pauseBefore(topic), told: 1 }
  pending.set(topic, wait)
  setTimeout(() => {
    pending.delete(topic)
    fired.set(topic, { ...wait, at: performance.now() })
    htmx.trigger(document.body, "live:" + topic)
  }, wait.pause)
}

function wanted() {
  const topics = new Set((document.body.dataset.live || "").split(/\s+/))
  for (const element of document.querySelectorAll("[data-live-topic]"))
    for (const topic of element.dataset.liveTopic.split(/\s+/)) topics.add(topic)
  topics.delete("")
  return [...topics].sort().join(" ")
}

function open() {
  clearTimeout(retry)
  heard = wanted()
  if (!heard) { stream?.close(); stream = null; return }
  // The server tells what happened between the drawing of the page and the opening of its stream.
  const age = wasOpen ? SWAPPED_MS : Math.ceil(performance.now()) + 1000
  const before = stream, next = new EventSource(`/live/?topics=${encodeURIComponent(heard)}&age=${age}`)
  stream = next
  next.addEventListener("changed", event => fire(event.data))
  // What is said in a chat travels in the stream itself; its id is the topic.
  next.addEventListener("line", event => document.dispatchEvent(new CustomEvent("live:line", { detail: { topic: event.lastEventId, said: JSON.parse(event.data) } })))
  next.onopen = () => {
    before?.close()
    delay = 500
    // After a gap nobody knows what was missed: everything on screen is fetched afresh.
    if (document.body.dataset.liveState === "off") fire("all")
    wasOpen = true
    document.body.dataset.liveState = "on"
  }
  next.onerror = () => {
    if (stream !== next) { next.close(); return }
    document.body.dataset.liveState = "off"
    if (next.readyState !== EventSource.CLOSED) return
    before?.close()
    retry = setTimeout(open, delay)
    delay = Math.min(delay * 2, 15000)
  }
}

function follow() { if (wanted() !== heard) open() }

open()
// Nobody waits for these: the server makes them behind what somebody asked for.
document.addEventListener("htmx:configRequest", event => {
  if (event.detail.triggeringEvent?.type.startsWith("live:")) event.detail.headers["X-By-Itself"] = "1"
})
document.addEventListener("htmx:afterSettle", follow)
document.addEventListener("htmx:historyRestore", follow)
addEventListener("pagehide", () => { clearTimeout(retry); stream?.close(); stream = null })
addEventListener("pageshow", event => { if (event.persisted) { document.body.dataset.liveState = "off"; open() } })
