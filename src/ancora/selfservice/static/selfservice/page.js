// What this page was told: by the server in its language, by the website around it what is to be shown.
const read = id => JSON.parse(document.getElementById(id).textContent)
const words = read("words")

export const language = document.documentElement.lang
// Whose clock and calendar: the reader's, where that is of the page's language.
const locale = navigator.languages.find(one => one.split("-")[0] === language) ?? language
export const first = read("now")
// What a line carries.
export const most = read("most")

// The words with {name} filled in.
export const say = (key, filled = {}) => words[key].replace(/\{(\w+)\}/g, (_all, name) => filled[name] ?? "")

// A moment as one reads it here, short for today unless it is to be `dated`.
export function moment(iso, { long, dated } = {}) {
  const at = new Date(iso), is_today = at.toDateString() === new Date().toDateString()
  const parts = long
    ? { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" }
    : is_today && !dated ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" }
  return new Intl.DateTimeFormat(locale, parts).format(at)
}

export function make(name, attributes = {}, ...inside) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...inside)
  return made
}

export const byId = id => document.getElementById(id)
export const wait = ms => new Promise(done => setTimeout(done, ms))

export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID()
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map(one => one.toString(16).padStart(2, "0")).join("")
  return hex.replace(/^(.{8})(.{4}).(.{3})(.{4})(.{12})$/, "$1-$2-4$3-$4-$5")
}

// The website around is believed only as the origin that made this frame. Alone in a tab the chat is always open.
const around = location.hash.slice(1)
export const isFramed = parent !== self && /^https?:\/\/[^/]+$/.test(around)

const state = { open: !isFramed, hears: () => {} }

export const isOpen = () => state.open
// Somebody sees what is here.
export const isLooked = () => state.open && document.visibilityState === "visible"
export const tell = (kind, more = {}) => { if (isFramed) parent.postMessage({ kind, ...more }, around) }
export const hear = hears => { state.hears = hears }

addEventListener("message", event => {
  if (!isFramed || event.source !== parent || event.origin !== around) return
  const { kind, scheme, open, identity } = event.data || {}
  if (scheme === "dark" || scheme === "light") document.documentElement.dataset.theme = scheme
  state.open = Boolean(open)
  state.hears(String(kind), typeof identity === "string" ? identity : "")
})
