// "5 min ago" stays true while the page is open, in the words of the server; what is older stands with its time of day.
const words = document.querySelector("script[data-ago]").dataset.ago

setInterval(() => {
  for (const time of document.querySelectorAll("time[data-minutes]")) {
    const minutes = Math.floor((Date.now() - Date.parse(time.dateTime)) / 60000)
    if (minutes < 1) continue
    // Only the server knows the person's zone: what the page itself has put there has none.
    const isZoned = !time.dateTime.endsWith("Z")
    time.firstElementChild.textContent = minutes >= 60 && isZoned ? time.dateTime.slice(11, 16) : words.replace("{}", minutes)
  }
}, 30000)
