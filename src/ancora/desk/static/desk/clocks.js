// Clocks of promises go on while the page is open: how much is left, amber when near, red when late.
const EVERY_MS = 15000

function length(minutes, days) {
  const hours = Math.floor(minutes / 60)
  if (hours >= 24) {
    const amounts = [Math.floor(hours / 24), hours % 24]
    return days.replace(/\d+/g, () => amounts.shift())
  }
  return hours ? `${hours} h ${minutes % 60} min` : `${minutes} min`
}

function tick() {
  const now = Date.now()
  for (const clock of document.querySelectorAll(".clock[data-due]")) {
    const { due, warns, ahead, late, days } = clock.dataset
    const left = Date.parse(due) - now, isLate = left <= 0
    const words = (isLate ? late : ahead).replace("{}", length(Math.floor(Math.abs(left) / 60000), days))
    const text = clock.querySelector("span")
    if (text.textContent !== words) text.textContent = words
    clock.classList.toggle("bad", isLate)
    clock.classList.toggle("warn", !isLate && Boolean(warns) && Date.parse(warns) <= now)
  }
}

setInterval(tick, EVERY_MS)
document.addEventListener("visibilitychange", tick)
