// In lists: at which cases colleagues are. Fetched when one of them moved, and not more often than a list needs.
const PAUSE_MS = 5000
let timer = 0, fetchedAt = -PAUSE_MS, marked = "", signs = {}

const rows = () => [...document.querySelectorAll("#rows > [data-seen]")]
const idOf = row => row.dataset.seen.split(".")[0]

function soon() {
  if (timer || document.visibilityState === "hidden" || !rows().length) return
  timer = setTimeout(fetchSigns, Math.max(0, fetchedAt + PAUSE_MS - performance.now()))
}

async function fetchSigns() {
  timer = 0
  fetchedAt = performance.now()
  const ids = rows().map(idOf).join(",")
  try {
    const answer = await fetch(`/presence/?cases=${ids}`, { redirect: "error" })
    if (!answer.ok) return
    signs = await answer.json()
    marked = ids
    mark()
  } catch { /* The network is away: the next hint comes. */ }
}

// The sign stands in the margin of the row, so that nothing moves.
function mark() {
  for (const row of rows()) {
    const sign = signs[idOf(row)], link = row.querySelector(".row"), before = link?.querySelector(".at")
    if (!link || before?.title === sign?.words) continue
    before?.remove()
    if (!sign) continue
    const at = Object.assign(document.createElement("span"), { className: `at ${sign.state}`, title: sign.words })
    at.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: sign.words }))
    link.append(at)
  }
}

document.addEventListener("htmx:afterSettle", () => {
  mark()
  if (rows().map(idOf).join(",") !== marked) soon()
})
document.addEventListener("visibilitychange", soon)
for (const topic of ["presence", "all"]) document.body.addEventListener(`live:${topic}`, soon)
soon()
