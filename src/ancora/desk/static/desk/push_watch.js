// On every page of the desk: keeps the server's word of this browser fresh, and takes away what has been read.
const isKept = () => { try { return localStorage.getItem("ancora-push") } catch { return null } }
// Fetched only where this browser is called.
const browser = () => import("./push_browser.js")

async function tidy() {
  const reference = document.getElementById("case")?.dataset.reference
  if (!isKept() || !reference || document.visibilityState === "hidden") return
  const registration = await navigator.serviceWorker?.getRegistration("/")
  for (const shown of await registration?.getNotifications({ tag: `case-${reference}` }) || []) shown.close()
}

// The network may be away: the next page tries again.
if (isKept()) browser().then(({ sync }) => sync()).catch(() => {})
tidy()
document.addEventListener("htmx:afterSettle", tidy)
document.addEventListener("visibilitychange", tidy)
document.addEventListener("submit", event => {
  // The server forgets this browser by itself; the push service hears of it from here.
  if (event.target.matches("[action$='/logout/']") && isKept()) browser().then(({ turnOff }) => turnOff()).catch(() => {})
})
