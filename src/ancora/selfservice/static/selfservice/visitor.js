// Who writes here: a token of 256 random bits, kept from the first line on. Whoever is signed in at the website has a
// place of their own in this browser, so that the next person finds nothing of it.
import { language } from "./page.js"

export const here = location.pathname
const memory = new Map()
let kept = null, identity = "", person = "", token = null
try { kept = localStorage } catch { /* The browser keeps nothing for frames: this page alone remembers. */ }

const name = (what, whose = person) => `ancora:${here}:${whose}:${what}`
export const get = what => kept ? kept.getItem(name(what)) : memory.get(name(what)) ?? null
export function set(what, value) {
  try { kept ? kept.setItem(name(what), value) : memory.set(name(what), value) } catch { /* It is full. */ }
}
export const remove = what => kept ? kept.removeItem(name(what)) : memory.delete(name(what))
// What is being written is of this tab alone; without words it is read.
export function draft(words, whose = person) {
  const key = name("draft", whose)
  try { return words === undefined ? sessionStorage.getItem(key) : sessionStorage.setItem(key, words) } catch { /* As above. */ }
}
// Another tab changed something of the same person.
export const changed = hears => addEventListener("storage", event => {
  for (const what of ["outbox", "reference"]) if (event.key === name(what)) hears(what)
})

// The website says who is signed in; true when that is somebody else than before.
export function become(said) {
  const before = person
  identity = said
  person = subject(said)
  if (person !== before) token = null
  return person !== before
}

export const isSigned = () => identity !== ""
export const signedAs = () => identity
// The proof was refused: from now on nobody vouches.
export const unsign = () => { identity = "" }
export const known = () => token || (token = get("token"))
export const begin = () => known() || (token = random())
// Only what was written with makes a token worth keeping.
export const keep = () => { set("token", token) }
// A browser that comes back by a link asks with a new one, the same each time; what it has stays until that is welcome.
let other = null
export const anew = () => { token = other ??= random() }
export const asBefore = () => { token = null }
export function welcome() {
  forget()
  token = other
  keep()
}
// Another tab may have another one by now.
export const reread = () => { token = null }
export function forget() {
  token = null
  for (const what of ["token", "reference", "email", "asked", "open"]) remove(what)
}

// What an unsigned visitor wrote goes along when that person signs in.
export function bringAlong() {
  if (!person) return
  draft(draft(undefined, "") || "")
  draft("", "")
  const of = what => kept ? kept.getItem(name(what, "")) : memory.get(name(what, ""))
  for (const what of ["token", "reference", "outbox"]) {
    const value = of(what)
    if (value) set(what, value)
    kept ? kept.removeItem(name(what, "")) : memory.delete(name(what, ""))
  }
}

export const headers = () => ({ "Accept-Language": language, ...(known() ? { Authorization: `Bearer ${known()}` } : {}) })

// fetch, for somebody who is known.
export function ask(what, body, options = {}) {
  const more = body ? { method: "POST", body: JSON.stringify(body), headers: { ...headers(), "Content-Type": "application/json" } } : { headers: headers() }
  return fetch(here + what, { credentials: "omit", ...more, ...options })
}

// The same, null where nobody answered.
export const trying = (what, body) => ask(what, body).catch(() => null)

export const fileUrl = file => `${here}files/${file.id}-${file.key}/`

function subject(said) {
  try {
    const claims = said.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")
    return String(JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(claims), one => one.charCodeAt(0)))).sub ?? "")
  } catch { return "" }
}

function random() {
  const bytes = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}
