// Brings together who writes, what is under way, what comes in, and what is seen of it.
import * as files from "./files.js"
import * as frame from "./page.js"
import * as screen from "./screen.js"
import * as visitor from "./visitor.js"
import * as wire from "./wire.js"
import { byId, language, most, say } from "./page.js"

const TYPED_MS = 3000, RETRY_MS = 5000
const text = byId("text"), write = byId("write"), offline = byId("offline"), address = byId("address")
let reference = null, state = null, noted = { delivered: 0, read: 0 }, session = 0, wantsAddress = false, asking = null

// Why nothing can be written here, empty where it can.
let over = ""
const end = words => { document.body.classList.toggle("done", over = words); return words }

// Everything of one person anew: from what is under way, and from the server.
async function load() {
  const mine = ++session
  wire.close()
  screen.clear()
  screen.untell(over)
  end("")
  reference = state = null
  noted = { delivered: 0, read: 0 }
  showPending()
  // A person who wrote in this browser is known by the token; who did so elsewhere, by the word of the website.
  if (visitor.isSigned() && !visitor.get("token")) {
    visitor.bringAlong()
    visitor.begin()
    if (!await import("./signed.js").then(module => module.recognise(() => session === mine), () => session !== mine)) later(load)
  }
  if (session !== mine) return
  text.value ||= visitor.draft() || ""
  if (visitor.known() && visitor.get("reference")) await fetchAll()
  if (session !== mine) return
  show()
  if (wire.all().length) deliver()
}

// The next person finds nothing of the last one.
function leave() {
  for (const form of [write, offline, address]) form.reset()
  text.rows = 1
  files.taken()
  wantsAddress = false
  if (address.contains(document.activeElement)) text.focus()
  screen.tell("")
  dispatchEvent(new Event("other"))
}

// Nobody answered: it is said, and tried again.
let trying = null
function later(what) {
  const mine = session
  screen.tell(say("away"))
  clearTimeout(trying)
  trying = setTimeout(() => { if (session === mine) what() }, RETRY_MS * (0.5 + Math.random()))
}

// What is missing from the lines, until nothing is.
let fetching = 0, isStale = false
async function fetchAll() {
  isStale = true
  if (fetching === session) return
  const mine = fetching = session
  let found = null
  while (isStale) {
    isStale = false
    const answer = await visitor.trying(`lines/?since=${contiguous()}`)
    found = await answer?.json().catch(() => null)
    if (session !== mine) return
    if (answer?.status === 401) { fetching = 0; return forget() }
    // Closed to them: the stream asks again now and then.
    if (answer?.status === 403) screen.tell(end(found?.words || say("closed")))
    else if (!answer?.ok || !found) later(fetchAll)
    else screen.untell(say("away"))
    if (!answer?.ok || !found?.state) break
    if (found.email) visitor.set("email", found.email)
    hear(found.state)
    if (session !== mine) return
    found.lines.forEach(take)
    isStale ||= found.lines.length > 0 && contiguous() < found.state.newest
  }
  fetching = 0
  // Where nothing was said yet there is nothing to hear.
  if (found?.state !== null) listen()
  show()
  note()
}

let listening = 0
function listen() {
  if (listening === session) return
  const mine = listening = session
  const still = heard => (...said) => { if (session === mine) heard(...said) }
  wire.open({
    since: contiguous, line: still(hear), changed: still(fetchAll), lost: still(forget),
    away: still(is_away => {
      if (is_away) return screen.tell(say("away"))
      screen.untell(say("away"))
      screen.untell(over)
      end("")
    }),
  })
}

// Numbers have no gaps: what lies behind one is fetched.
function contiguous() {
  let number = 0
  while (screen.has(number + 1)) number++
  return number
}

function hear(said) {
  if (said.kind === "line") {
    if (said.fetch || said.number > contiguous() + 1) return fetchAll()
    take(said)
  } else if (said.kind === "state") {
    if (reference && said.reference !== reference) return load()
    state = said
    reference = said.reference
    visitor.set("reference", String(reference))
    noted = { delivered: Math.max(noted.delivered, said.delivered), read: Math.max(noted.read, said.read) }
    screen.seen(0, said.read_by_us)
  } else if (said.kind === "typing") { if (said.by === "agent") screen.types(said.name) }
  else if (said.kind === "wait") screen.waits(said, show)
  else if (said.kind === "mailed") screen.mailed(said.from, said.up_to)
  else if (said.kind === "presence") screen.present(said.name, said.here)
  else if (said.kind === "joined") { screen.notice(said.words); dispatchEvent(new Event("joined")) }
  else if (said.kind === "seen") {
    if (said.by === "agent") screen.seen(said.delivered, said.read)
    else { noted.read = Math.max(noted.read, said.read); count() }
  } else if (said.kind === "ended" && state) state = { ...state, ending: said.by }
  else if (said.kind === "blocked") {
    screen.tell(end(""))
    if (state && said.is) state = { ...state, ending: "blocked" }
    fetchAll()
  }
  show()
  note()
}

function take(line) {
  const is_new = !screen.has(line.number)
  screen.draw(line)
  if (!is_new || line.number <= noted.delivered) return
  // Who writes after the end waits for somebody again.
  if (line.from === "visitor") { if (state?.ending) state = { ...state, ending: "", agent: "" }; return }
  // What one of us says after the end begins nothing.
  if (state && !state.ending) state = { ...state, agent: line.name }
  screen.stopTyping()
  if (!frame.isLooked()) screen.ring()
}

// What reached this screen, and what somebody looks at, told a moment later for all of them at once.
let noting = null
function note() {
  count()
  if (noting || !reference) return
  noting = setTimeout(async () => {
    noting = null
    const delivered = screen.newestOfOurs(), read = frame.isLooked() ? delivered : noted.read
    if (delivered <= noted.delivered && read <= noted.read) return
    const before = noted
    noted = { delivered: Math.max(delivered, noted.delivered), read: Math.max(read, noted.read) }
    count()
    // Unheard, it is told with the next one.
    if (!(await visitor.trying("seen/", { delivered, read }))?.ok) noted = before
  }, 300)
}

const count = () => frame.tell("unread", { number: screen.unreadAfter(noted.read) })

function show() {
  const asks_address = screen.show({ state, reference, isEmpty: screen.isEmpty(), hasAddress: Boolean(visitor.get("email")) })
  // Opening hours end and begin: whoever has begun keeps the form in which they write.
  const is_begun = form => !form.hidden && [...form.elements].some(one => one.value)
  const is_closed = screen.isEmpty() && (is_begun(offline) || (screen.isClosed() && !is_begun(write) && !files.any()))
  offline.hidden = !is_closed
  write.hidden = is_closed
  // Whoever is writing it is left in peace.
  const is_asked = wantsAddress || (asks_address && !visitor.get("asked")) || address.contains(document.activeElement)
  address.hidden = !is_asked
  if (is_asked) asking ??= import("./address.js").then(module => module.begin(answered), () => { asking = null })
}

function showPending() {
  const known = wire.all()
  for (const key of screen.pendingKeys()) if (!known.some(one => one.key === key)) screen.take(key)
  for (const item of known) screen.drawPending(item, act)
}

function act(item, verb) {
  if (verb === "remove") {
    wire.take(item.key)
    screen.take(item.key)
    show()
    const field = offline.hidden ? text : byId("offline-text")
    field.value ||= item.text
    return field.focus()
  }
  screen.mark(item, "", "", act)
  wire.again(item.key)
  deliver()
}

const deliver = () => wire.run({ begins: () => !reference, told, lost: say("lost") })

function told(item, what, more) {
  if (what === "unknown") {
    visitor.forget()
    visitor.begin()
    visitor.keep()
    reference = state = null
    return
  }
  if (what !== "sent") return screen.mark(item, what, more, act)
  if (more.masked) import("./hidden.js").then(module => module.show(more.masked))
  if (item.words.email) kept(item.words.email, more.reference)
  visitor.set("reference", String(more.reference))
  if (frame.isFramed && frame.isOpen()) visitor.set("open", "1")
  if (reference && more.reference !== reference) return load()
  reference = more.reference
  screen.number(item, more.number)
  if (listening !== session) fetchAll()
}

function kept(email, number) {
  visitor.set("email", email)
  screen.tell(say("kept_email", { number: `#${number}`, email }))
}

function send(item) {
  screen.drawPending(item, act)
  screen.keepAtEnd(true)
  show()
  deliver()
}

write.addEventListener("submit", event => {
  event.preventDefault()
  const said = text.value.trim()
  if (!said && !files.any()) return text.focus()
  if (said.length > most.characters) return screen.tell(say("long", { most: most.characters }))
  screen.tell("")
  send(wire.add({ text: said, chosen: files.taken() }))
  text.value = ""
  visitor.draft("")
  text.rows = 1
  text.focus()
})
text.addEventListener("keydown", event => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
  event.preventDefault()
  write.requestSubmit()
})
let typed = 0
text.addEventListener("input", () => {
  text.rows = Math.min(6, text.value.split("\n").length)
  if (!reference) return
  // Who looks something up on another page of the website finds it again.
  visitor.draft(text.value)
  if (Date.now() - typed < TYPED_MS) return
  typed = Date.now()
  visitor.trying("typing/", {})
})

offline.addEventListener("submit", event => {
  event.preventDefault()
  const given = Object.fromEntries(new FormData(offline))
  if (!given.text.trim()) return byId("offline-text").focus()
  send(wire.add({ text: given.text.trim(), chosen: [], words: { name: given.name, email: given.email } }))
  offline.reset()
  byId("log").focus()
})

function answered() {
  wantsAddress = false
  text.focus()
  show()
}
byId("menu").addEventListener("click", event => event.currentTarget.hidePopover())
byId("leave-address").addEventListener("click", () => {
  wantsAddress = true
  dispatchEvent(new Event("address"))
  show()
  byId("address-email").focus()
})
byId("end").addEventListener("click", async () => {
  if (!(await visitor.trying("end/", {}))?.ok) screen.tell(say("away"))
})
byId("device").addEventListener("click", () => import("./device.js").then(module => module.show(), () => screen.tell(say("away"))))
byId("save").addEventListener("click", () => {
  import("./saving.js").then(module => module.save(screen.all(), reference), () => screen.tell(say("away")))
})

// Nobody is known by this token any more. One that has not been told to the server yet is none of those.
function forget() {
  if (!visitor.get("reference")) return
  visitor.forget()
  load()
}

function focus() {
  const first = offline.hidden ? text : byId("offline-name")
  first.focus()
  // Who was shut out looks whether that has changed.
  if (over) dispatchEvent(new Event("online"))
  note()
  screen.refresh().then(show)
}

frame.hear((kind, identity) => {
  if (kind === "hello" || kind === "identity") {
    const other = visitor.become(identity)
    if (other) leave()
    if (other || kind === "hello") load().then(() => { if (kind === "hello" && visitor.get("open") && reference) frame.tell("reopen") })
  }
  // Whoever was quick has opened it before it was ready.
  if (kind === "opened" || (kind === "hello" && frame.isOpen())) focus()
  if (kind === "opened" && reference) visitor.set("open", "1")
  if (kind === "closed") visitor.remove("open")
})
visitor.changed(what => {
  if (what === "outbox") { showPending(); return show() }
  if (Number(visitor.get("reference")) === reference) return
  visitor.reread()
  load()
})
document.addEventListener("visibilitychange", note)
addEventListener("keydown", event => { if (event.key === "Escape" && !event.isComposing && !document.querySelector(":popover-open")) frame.tell("close") })
byId("ways").addEventListener("click", () => import("./ways.js").then(module => module.toggle()))
byId("close").hidden = !frame.isFramed
byId("close").addEventListener("click", () => frame.tell("close"))
files.begin(screen.tell)
screen.begin(show)
if (frame.isFramed) { show(); frame.tell("ready") }
else if (byId("back")) import("./back.js").then(module => module.comeBack()).then(load).then(focus)
else load()
