// Counts seconds down where `data-counts` says how many are left; at the end the place says so by the event `counted`.
const ends = new WeakMap()

function tick() {
  for (const place of document.querySelectorAll("[data-counts]")) {
    if (!ends.has(place)) ends.set(place, performance.now() + place.dataset.counts * 1000)
    const left = Math.ceil((ends.get(place) - performance.now()) / 1000)
    const words = place.querySelector("[data-count]")
    if (left > 0) words.textContent = words.textContent.replace(/\d+/, left)
    else end(place, words)
  }
}

function end(place, words) {
  delete place.dataset.counts
  if (place.dataset.over) words.textContent = place.dataset.over
  place.dispatchEvent(new CustomEvent("counted", { bubbles: true }))
}

tick()
setInterval(tick, 500)
