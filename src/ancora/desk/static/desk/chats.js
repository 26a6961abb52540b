// One's own chats, as tabs: what is unread in each, who waits and how long; the lines themselves keep it true.
const tabs = () => [...document.querySelectorAll("#chats .chat-tab")]
const isOpen = tab => tab.dataset.reference === document.getElementById("case")?.dataset.reference && document.visibilityState !== "hidden"

function count(tab, number) {
  const badge = tab.querySelector(".badge")
  badge.dataset.unread = number
  badge.firstElementChild.textContent = number
  badge.hidden = !number
}

// Seconds are counted from when the tab was drawn: clocks differ.
function wait(tab, seconds) {
  if (seconds === null) delete tab.dataset.waited
  else tab.dataset.waited = seconds
  tab.drawnAt = performance.now()
  tick()
}

const told = seconds => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
const waited = tab => Number(tab.dataset.waited) + Math.floor((performance.now() - (tab.drawnAt ??= performance.now())) / 1000)

function tick() {
  for (const tab of document.querySelectorAll("#chats .chat-tab, #chats .chat-queue")) {
    const place = tab.querySelector(".waits"), text = tab.dataset.waited === undefined ? "" : told(waited(tab))
    if (place.textContent !== text) place.textContent = text
    // Empty it would still be called “waits for an answer”.
    place.hidden = !text
  }
}

function mark() {
  const reference = document.getElementById("case")?.dataset.reference
  for (const tab of tabs()) {
    if (tab.dataset.reference === reference) {
      tab.setAttribute("aria-current", "page")
      if (isOpen(tab)) count(tab, 0)
    } else tab.removeAttribute("aria-current")
  }
  tick()
}

// On another screen of ours. What was unread when the tab was drawn only the server knows by its number.
function wasRead(tab, number) {
  if (tab.querySelector(".badge").hidden) return
  if (tab.newest <= number) count(tab, 0)
  else htmx.trigger(document.body, "chats:changed")
}

document.addEventListener("live:line", event => {
  const { topic, said } = event.detail, tab = tabs().find(one => one.dataset.liveTopic === topic)
  if (!tab) return
  if (said.kind === "line") tab.newest = said.number
  if (said.kind === "line" && said.from === "visitor") {
    if (!isOpen(tab)) count(tab, Number(tab.querySelector(".badge").dataset.unread) + 1)
    if (tab.dataset.waited === undefined) wait(tab, 0)
  } else if (said.kind === "line") wait(tab, null)
  else if (said.kind === "visitor") tab.classList.toggle("is-gone", !said.here)
  else if (said.kind === "seen" && said.by === "agent") wasRead(tab, said.read)
  else if (said.kind === "ended") htmx.trigger(document.body, "chats:changed")
})

// Who waits longest; of those who do not wait, the one after that on the screen.
let isChosen = false
export function nextChat() {
  const all = tabs(), waiting = all.filter(tab => tab.dataset.waited !== undefined && !isOpen(tab)).sort((one, other) => waited(other) - waited(one))
  const next = waiting[0] || all[(all.findIndex(isOpen) + 1) % all.length]
  next?.click()
}

document.addEventListener("click", event => { if (event.target.closest?.(".chat-tab")) isChosen = true })
// A page without panes is left for that of the case.
document.addEventListener("htmx:targetError", event => {
  if (event.detail.elt?.matches?.(".chat-tab")) location.assign(event.detail.elt.href)
})
document.addEventListener("htmx:afterSettle", event => {
  mark()
  if (!isChosen || event.detail.target?.id !== "panes") return
  isChosen = false
  document.querySelector("[data-chat] textarea[name=text]")?.focus()
})
document.addEventListener("visibilitychange", mark)
// What unfolds at the foot of a menu is seen.
document.addEventListener("toggle", event => { if (event.target.matches?.("#menu-chat details[open]")) event.target.scrollIntoView({ block: "nearest" }) }, true)
setInterval(tick, 1000)
mark()
