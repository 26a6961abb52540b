// "5 min ago" stays true while the page is open.
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { style: "short" })

setInterval(() => {
  for (const time of document.querySelectorAll("time[data-minutes]")) {
    const minutes = Math.floor((Date.now() - Date.parse(time.dateTime)) / 60000)
    if (minutes > 0) time.firstElementChild.textContent = words.format(minutes < 60 ? -minutes : -Math.floor(minutes / 60), minutes < 60 ? "minute" : "hour")
  }
}, 30000)
