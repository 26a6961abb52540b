// What is on the screen: above, who answers and how long it takes; below, the lines in the order of their numbers, and
// those under way behind them.
import * as visitor from "./visitor.js"
import { byId, first, isLooked, language, make, moment, say } from "./page.js"

const TYPING_MS = 5000, REFRESH_MS = 120_000, NOTICE_MS = 15_000
const title = byId("name").textContent
let now = first, whoIsHere = "", queue = null, typing = null, drawnAt = Date.now()

export const isClosed = () => !now.open
// The same again is not read out again.
export const tell = words => { if (byId("told").textContent !== words) byId("told").textContent = words }
export const untell = words => { if (byId("told").textContent === words) tell("") }
// Said for a while; the next line ends it.
let notices = null
export function notice(words) {
  tell(words)
  clearTimeout(notices)
  notices = setTimeout(untell, NOTICE_MS, words)
}

export function begin(changed) {
  face(title)
  hours()
  setInterval(() => { if (isLooked()) refresh().then(changed) }, REFRESH_MS)
  byId("sound").addEventListener("click", () => {
    visitor.get("sound") ? visitor.remove("sound") : visitor.set("sound", "1")
    sound()
    ring()
  })
  sound()
}

// How it stands is asked again where the answer may be old.
export async function refresh(oldest = REFRESH_MS / 2) {
  if (Date.now() - drawnAt < oldest) return
  drawnAt = Date.now()
  const answer = await visitor.trying(`now/?lang=${language}`)
  if (answer?.ok) now = await answer.json()
  hours()
}

// Draws the head; true where it is time to ask for an address.
export function show({ state, reference, isEmpty, hasAddress }) {
  const agent = state?.agent ?? ""
  byId("name").textContent = agent || title
  face(agent || title)
  byId("wait").textContent = line(state, agent, isEmpty)
  for (const id of ["save", "device", "leave-address"]) byId(id).hidden = !reference
  byId("end").hidden = !reference || Boolean(state?.ending)
  return Boolean(reference) && !agent && !hasAddress && !state?.ending
}

function line(state, agent, isEmpty) {
  if (state?.ending) return state.ending === "blocked" ? "" : say("ended")
  if (agent) return whoIsHere === agent ? `${say("answers")} · ${say("here")}` : say("answers")
  // Empty and closed: the form says so.
  if (!now.open) return isEmpty ? "" : back()
  if (whoIsHere) return say("looks", { name: whoIsHere })
  return isEmpty ? now.wait : `${say("waiting")} ${queue ? place_in(queue) : now.slow}`
}

// Who waits is told when the place in the queue moves; without minutes it is asked how it stands.
export function waits(said, changed) {
  if (said.minutes === null && queue?.minutes !== null) refresh(0).then(changed)
  queue = said
}
function place_in({ ahead, minutes }) {
  const long = minutes === null ? now.slow : minutes ? say("within", { minutes }) : ""
  return `${ahead ? say("ahead", { ahead }) : say("next")} ${long}`
}

const back = () => now.opens_at ? say("opens", { moment: moment(now.opens_at, { long: true }) }) : say("closed")
function hours() { byId("hours").textContent = now.open ? "" : `${back()} ${say("closed_write")}` }

export function types(name) {
  const words = say("typing", { name: name || say("somebody") })
  if (byId("typing").textContent !== words) byId("typing").textContent = words
  clearTimeout(typing)
  typing = setTimeout(stopTyping, TYPING_MS)
}
export function stopTyping() {
  clearTimeout(typing)
  byId("typing").textContent = ""
}

export function present(name, is_here) { whoIsHere = is_here ? name : "" }

function sound() {
  const is_on = Boolean(visitor.get("sound"))
  byId("sound").textContent = say(is_on ? "sound_off" : "sound_on")
}

export const ring = () => { if (visitor.get("sound")) import("./sound.js").then(module => module.ring(), () => {}) }

function face(name) {
  const words = name.trim().split(/\s+/)
  byId("face").textContent = (words[0][0] + (words.length > 1 ? words.at(-1)[0] : "")).toUpperCase()
}

const list = byId("lines"), log = byId("log")
// A bracket at the end belongs to it where it was opened in it.
const ADDRESS = /https?:\/\/(?:\([^\s<>"'()]*\)|[^\s<>"'()])*(?:\([^\s<>"'()]*\)|[^\s<>"'.,;:!?()\]}])/g
// What becomes of a line is there to be read, and not read out.
const unsaid = { "aria-live": "off" }
const drawn = new Map(), pending = new Map(), lines = new Map()
let reached = 0, read = 0

export const all = () => [...lines.values()].sort((one, other) => one.number - other.number)
export const has = number => lines.has(number)
export const newestOfOurs = () => Math.max(0, ...[...lines.values()].filter(one => one.from === "agent").map(one => one.number))
export const unreadAfter = number => [...lines.values()].filter(one => one.from === "agent" && one.number > number).length
export const isEmpty = () => !drawn.size && !pending.size

export function clear() {
  for (const items of [drawn, pending, lines]) items.clear()
  reached = read = 0
  whoIsHere = ""
  queue = null
  stopTyping()
  list.replaceChildren()
}

// A line with its number. What stands there already stays, so that nobody hears it read out twice.
export function draw(line) {
  const kept = pending.get(line.key), had = drawn.get(line.number) ?? kept
  pending.delete(line.key)
  if (lines.has(line.number)) return kept?.remove()
  lines.set(line.number, line)
  if (line.delivered) reached = Math.max(reached, line.from === "visitor" ? line.number : 0)
  if (line.read) read = Math.max(read, line.from === "visitor" ? line.number : 0)
  const files = line.files.map(shown), named = had?.querySelector(".files")
  if (had && (had.querySelector(".text")?.textContent ?? "") === line.text && !named === !files.length) {
    named?.replaceWith(make("ul", { class: "files", ...unsaid }, ...files))
    return place(line.number, had)
  }
  had?.remove()
  const mine = line.from === "visitor"
  place(line.number, row(mine ? say("you") : line.name, mine, line.text, files, line.at, line.channel === "email" ? "by_email" : line.mailed ? "mailed" : ""))
}

// A line under way, or refused: `act` hears "again" and "remove".
export function drawPending(item, act) {
  if (pending.has(item.key)) return
  const files = item.files.map(name => make("li", {}, say("file", { name })))
  const made = row(say("you"), true, item.text, files, item.at, "")
  pending.set(item.key, made)
  list.append(made)
  mark(item, item.failed ? "failed" : "", item.failed, act)
  settle()
}

// What becomes of a line under way: a share of it, a reason why not, or words.
export function mark(item, what, more, act) {
  const made = pending.get(item.key)
  if (!made) return
  const note = make("span", what === "failed" ? { class: "note kept bad" } : { class: "note kept", ...unsaid })
  if (what === "failed") {
    note.append(`${say("failed")} ${more} `)
    for (const verb of ["again", "remove"]) {
      const button = make("button", { type: "button", class: "quiet" }, say(verb))
      button.addEventListener("click", () => act(item, verb))
      note.append(button)
    }
  } else if (what === "progress" && more < 1) {
    const percent = Math.round(more * 100)
    note.append(say("progress", { percent }), make("progress", { value: more, "aria-hidden": "true" }))
  } else note.append(say(what === "away" ? "unsent" : "sending"))
  made.querySelector(".note").replaceWith(note)
  keepAtEnd()
}

// The server gave it a number; the line itself follows by the stream.
export function number(item, given) {
  const made = pending.get(item.key)
  pending.delete(item.key)
  if (!made || drawn.has(given)) return made?.remove()
  place(given, made)
}

export function take(key) {
  pending.get(key)?.remove()
  pending.delete(key)
}

export const pendingKeys = () => [...pending.keys()]

// How far the other side has got with what is written here.
export function seen(delivered, was_read) {
  reached = Math.max(reached, delivered)
  read = Math.max(read, was_read)
  settle()
}

// These lines of ours went by e-mail too.
export function mailed(from, to) {
  for (const [number, one] of drawn) {
    const note = number >= from && number <= to && one.querySelector(".theirs > .note:not(.kept)")
    if (!note) continue
    note.classList.add("kept")
    note.append(` · ${say("mailed")}`)
  }
}

function row(name, mine, text, files, at, by) {
  const made = make("li", { class: mine ? "mine" : "theirs" }, make("span", { class: "name" }, name))
  if (mine) made.firstChild.classList.add("visually-hidden")
  if (text) made.append(make("p", { class: "text" }, ...linked(text)))
  if (files.length) made.append(make("ul", { class: "files" }, ...files))
  made.append(make("span", { class: by ? "note kept" : "note", ...unsaid }, make("time", { datetime: at }, moment(at)), by && ` · ${say(by)}`))
  return made
}

function place(number, made) {
  drawn.set(number, made)
  made.dataset.number = number
  const after = [...list.children].find(one => !one.dataset.number || Number(one.dataset.number) > number)
  if (!made.isConnected || made.nextSibling !== (after ?? null)) list.insertBefore(made, after ?? null)
  settle()
}

// Who speaks is said where it changes; what became of it, at the last of each side's lines.
function settle() {
  let before = null
  for (const one of list.children) {
    one.classList.toggle("turn", !before || before.className.split(" ")[0] !== one.className.split(" ")[0] || name(before) !== name(one))
    one.firstChild.hidden = !one.classList.contains("turn")
    before = one
  }
  for (const side of ["mine", "theirs"]) [...list.getElementsByClassName(side)].forEach((one, at, every) => one.classList.toggle("last", at === every.length - 1))
  for (const [number, one] of drawn) {
    if (!one.classList.contains("mine")) continue
    const line = lines.get(number), at = line?.at ?? new Date().toISOString()
    if (line && line.channel !== "chat") continue
    const became = say(number <= read ? "read" : number <= reached ? "delivered" : "sent")
    const note = one.querySelector(".note")
    if (note.dataset.became === became && note.dataset.at === at) continue
    const fresh = make("span", { class: "note", "data-became": became, "data-at": at, ...unsaid }, make("time", { datetime: at }, moment(at)), ` · ${became}`)
    note.replaceWith(fresh)
  }
  keepAtEnd()
}

const name = one => one.firstChild.textContent

// Who reads further up is not pulled away.
let atEnd = true
log.addEventListener("scroll", () => { atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80 })
new ResizeObserver(() => keepAtEnd()).observe(log)
export function keepAtEnd(force = false) {
  if (force || atEnd) log.scrollTop = log.scrollHeight
}

// Addresses in what was written become links; nothing else of it is more than text.
function* linked(text) {
  let from = 0
  for (const found of text.matchAll(ADDRESS)) {
    yield text.slice(from, found.index)
    yield make("a", { href: found[0], target: "_blank", rel: "noopener noreferrer nofollow" }, found[0])
    from = found.index + found[0].length
  }
  yield text.slice(from)
}

function shown(file) {
  const size = file.size < 1_000_000 ? `${Math.ceil(file.size / 1000)} kB` : `${(file.size / 1e6).toFixed(1)} MB`
  const link = make("a", { href: visitor.fileUrl(file), target: "_blank", rel: "noopener" })
  if (/^image\/(png|jpeg|gif|webp)$/.test(file.type)) {
    const image = make("img", { src: link.href, alt: file.name, loading: "lazy" })
    image.addEventListener("load", () => keepAtEnd())
    link.append(image)
  } else link.append(`${file.name} · ${size}`)
  return make("li", {}, link)
}
