// The team's load changes by itself: what is different is put where it stands. No row moves under the pointer or the
// focus: there, what is gone is only marked, and what is new waits until they leave.
const PAUSE_MS = 2000, MINUTE_MS = 60000
let timer = 0, fetchedAt = -PAUSE_MS, asked = 0, drawn = 0, own = 0, fresh = null

const isBusy = list => list.matches(":hover, :focus-within") || document.body.classList.contains("dealing")

// Of many changes in a row the last one is always seen.
function soon() {
  if (timer || document.visibilityState === "hidden") return
  timer = setTimeout(refresh, Math.max(0, fetchedAt + PAUSE_MS - performance.now()))
}

export async function refresh({ isOwn = false } = {}) {
  clearTimeout(timer)
  timer = 0
  fetchedAt = performance.now()
  const number = ++asked
  if (isOwn) own = number
  try {
    // A session that ended leads to the sign-in: not here.
    const answer = await fetch(location.href, { redirect: "error", headers: { "HX-Request": "true" } })
    const html = await answer.text()
    if (!answer.ok || number < drawn) return
    drawn = number
    fresh = document.createElement("template")
    fresh.innerHTML = html
    // What one did oneself is seen at once, whichever answer brings it.
    const isForced = own > 0 && number >= own
    if (isForced) own = 0
    draw({ isOwn: isForced })
  } catch { /* The network is away: the next hint comes. */ }
}

export function draw({ isOwn = false } = {}) {
  if (!fresh) return
  for (const then of fresh.content.querySelectorAll("[data-live]")) {
    const now = document.getElementById(then.id)
    if (!now || !isSameHand(now)) continue
    if (then.dataset.live === "rows") rows(now, then, isOwn)
    else if (now.innerHTML !== then.innerHTML) now.innerHTML = then.innerHTML
  }
  document.dispatchEvent(new CustomEvent("team:drawn"))
}

// What was fetched for another hand says nothing of this one.
function isSameHand(place) {
  const hand = place.closest("#hand")
  return !hand || hand.dataset.who === fresh.content.querySelector("#hand")?.dataset.who
}

function rows(now, then, isOwn) {
  const isStill = isOwn || !isBusy(now), wanted = new Map([...then.children].map(row => [row.id, row]))
  const at = [...now.children].findIndex(row => row.contains(document.activeElement))
  for (const row of [...now.children]) {
    const next = wanted.get(row.id)
    if (next) update(row, next)
    else if (isStill) row.remove()
    else row.classList.add("gone")
  }
  if (!isStill) return
  let before = null
  for (const next of then.children) {
    const row = document.getElementById(next.id) || htmxed(next.cloneNode(true))
    const place = before ? before.nextElementSibling : now.firstElementChild
    if (row !== place) now.insertBefore(row, place)
    before = row
  }
  // The row with the focus is gone: the next one has it.
  if (at >= 0 && !now.contains(document.activeElement))
    (now.children[Math.min(at, now.children.length - 1)]?.querySelector("a") || document.getElementById("hand-title"))?.focus()
}

function htmxed(row) {
  queueMicrotask(() => htmx.process(row))
  return row
}

function update(row, next) {
  row.classList.remove("gone")
  for (const { name, value } of next.attributes) if (name !== "class" && row.getAttribute(name) !== value) row.setAttribute(name, value)
  const ours = [...row.children], theirs = [...next.children]
  if (ours.length !== theirs.length) return row.replaceChildren(...next.cloneNode(true).childNodes)
  ours.forEach((part, at) => {
    // What has the focus keeps it; its words are what they were.
    if (part.innerHTML === theirs[at].innerHTML && part.className === theirs[at].className) return
    if (!part.contains(document.activeElement)) { part.className = theirs[at].className; part.innerHTML = theirs[at].innerHTML; htmx.process(part) }
    else if (part === document.activeElement) part.innerHTML = theirs[at].innerHTML
  })
}

for (const topic of ["case", "presence", "clocks", "all"]) document.body.addEventListener(`live:${topic}`, soon)
document.addEventListener("visibilitychange", soon)
for (const name of ["pointerout", "focusout"])
  document.addEventListener(name, event => {
    const list = event.target.closest?.("[data-live=rows]")
    if (list && !list.contains(event.relatedTarget)) setTimeout(() => draw())
  })
setInterval(soon, MINUTE_MS)
