// A chat on the case page: what we say stands there at once, what the visitor says comes with the stream; both give
// way to what the server draws, when there is time for it.
import { drawLater, drawNow } from "./catching_up.js";
import { changesChosen, chooseChanges, chooseNone } from "./changes.js";
import { letGo, touch } from "./drafting.js";
import { isEnclosing, listAgain, takeEnclosed } from "./enclosing.js";
import * as outbox from "./outbox.js";
import { complain, composer, form, isNote } from "./writing.js";

const TYPED_MS = 3000, SHOWN_MS = 6000
const state = () => document.getElementById("chat-state")
const timeline = () => document.getElementById("timeline")
const topic = () => state()?.dataset.liveTopic
// A case may hold several chats, each with lines from 1 on.
const chatId = () => topic().slice("chat-".length)
const nameOf = (number, chat = chatId()) => `${chat}-${number}`
const numberOf = node => Number(node.dataset.line.split("-")[1])
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["x-csrftoken"]
const at = path => `/cases/${document.getElementById("case").dataset.reference}/${path}`
const post = (path, values) => fetch(at(path), { method: "POST", body: new URLSearchParams({ ...values, chat: chatId() }), headers: { "X-CSRFToken": token() } }).catch(() => null)
const lines = () => [...timeline()?.querySelectorAll(`[data-line^="${chatId()}-"]`) || []]

// Not randomUUID: that is for https only.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = bytes[6] & 15 | 64
  bytes[8] = bytes[8] & 63 | 128
  return [...bytes].map((byte, at) => ([4, 6, 8, 10].includes(at) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("")
}

// What stands here before the server drew it gets the id of its drawing, so that one takes the place of the other.
export function recognise(place, fresh) {
  for (const node of place.querySelectorAll("[data-pending][data-line]")) {
    const drawn = fresh.querySelector(`[data-line="${node.dataset.line}"]`)
    if (!drawn) continue
    if (document.getElementById(drawn.id) && document.getElementById(drawn.id) !== node) { node.remove(); continue }
    node.id = drawn.id
    delete node.dataset.pending
  }
}

function show({ who, text, files, ours, initials, follows = isAtEnd() }) {
  const node = document.getElementById("line-template").content.firstElementChild.cloneNode(true)
  node.dataset.pending = "1"
  node.classList.toggle("ours", ours)
  const avatar = node.querySelector(".avatar")
  avatar.textContent = initials
  avatar.classList.toggle("customer", !ours)
  node.querySelector(".who").textContent = who
  node.querySelector("time").dateTime = new Date().toISOString()
  for (const paragraph of text.split(/\n{2,}/)) {
    const place = document.createElement("p")
    paragraph.split("\n").forEach((line, at) => place.append(...at ? [document.createElement("br")] : [], line))
    node.querySelector(".body").append(place)
  }
  for (const name of files) node.querySelector(".files").append(Object.assign(document.createElement("li"), { textContent: name }))
  if (!files.length) node.querySelector(".files").remove()
  if (!ours) node.querySelector(".sending").remove()
  timeline().append(node)
  if (follows) timeline().scrollTop = timeline().scrollHeight
  return node
}

// Who reads further up is not pulled away.
function isAtEnd() {
  const { scrollHeight, scrollTop, clientHeight } = timeline()
  return scrollHeight - scrollTop - clientHeight < 80
}

function mark(node, how) {
  if (node.dataset.state === how) return
  node.dataset.state = how
  const sign = node.querySelector(".sending"), words = state()?.dataset[`state${how[0].toUpperCase()}${how.slice(1)}`]
  if (!sign || !words) return
  sign.className = `sending ${how}`
  if (sign.querySelector("[data-word]")) sign.querySelector("[data-word]").textContent = words
  else sign.lastChild.textContent = words
}

// All of it is taken in this moment: wherever one looks by the time it is sent, it belongs here.
function say() {
  const of = form(), text = of.elements.text.value
  // Nothing waits for who is blocked.
  if (of.querySelector(".chat-blocked")) return
  if (!text.trim() && !isEnclosing()) return
  complain("")
  const key = newKey(), will = changesChosen(), fields = new FormData(of), { me, initials, notSent, again } = state().dataset
  fields.set("form_key", key)
  fields.set("text", text)
  fields.delete("files")
  const line = { key, of, fields, text, will, files: takeEnclosed(), reference: composer().dataset.draft, address: at("say/"), chat: chatId(), me, initials, notSent, again }
  of.elements.text.value = ""
  of.elements.text.focus()
  chooseNone()
  letGo(line.reference)
  draw(line)
  outbox.add(line, became)
}

function draw(line) {
  line.node = show({ who: line.me, text: line.text, files: line.files.names, ours: true, initials: line.initials, follows: true })
  line.node.dataset.key = line.key
  mark(line.node, line.how || "sending")
  if (line.how === "unsent") offerAgain(line)
}

// What of this case is not there yet stands in it again when one comes back.
function drawUnsent() {
  if (!state()) return
  for (const line of outbox.unsent(composer()?.dataset.draft)) {
    const isAnother = line.of !== form(), field = form().elements.text
    line.of = form()
    // The draft that it was: it stands above already.
    if (isAnother && field.value.trim() && field.value.trim() === line.text.trim()) field.value = ""
    if (!line.node.isConnected) draw(line)
  }
}

function became(line, what, more) {
  if (what === "yes") {
    line.node.dataset.line = nameOf(more, line.chat)
    return isThere(line)
  }
  // It tries by itself: who waits for that sees no flicker.
  if (what === "sending") return
  const isNews = line.how !== "unsent"
  line.how = "unsent"
  mark(line.node, "unsent")
  offerAgain(line)
  if (what === "no") refused(line, more || line.notSent)
  else if (isNews) inform(line, line.notSent)
}

// Only the server knows where the files of a line are.
const drawSoon = files => files.length ? drawNow() : drawLater()

function isThere(line) {
  if (line.node.isConnected) drawSoon(line.files.names)
  line.node.querySelector("[data-again]")?.remove()
  if (["sending", "unsent"].includes(line.node.dataset.state)) mark(line.node, "sent")
  if (line.how === "unsent" && isHere(line)) complain("")
  // What was typed meanwhile is a draft of its own.
  if (line.of === form() && line.of.elements.text.value) touch()
}

const isHere = line => line.reference === composer()?.dataset.draft
function inform(line, words) {
  if (isHere(line)) return complain(words)
  document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text: words, kind: "error" } }))
}

// What was refused stands in the field again, unless something else is being written there.
function refused(line, words) {
  inform(line, words)
  const field = isHere(line) && form().elements.text
  if (!field || field.value || isEnclosing() || line.files.known().length < line.files.names.length) return
  outbox.takeBack(line)
  line.node.remove()
  field.value = line.text
  listAgain(line.files.known())
  chooseChanges(line.will)
  touch()
}

function offerAgain(line) {
  if (line.node.querySelector("[data-again]")) return
  const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: line.again })
  button.dataset.again = ""
  button.addEventListener("click", () => {
    button.remove()
    complain("")
    line.how = "sending"
    mark(line.node, "sending")
    outbox.again(line)
  })
  line.node.querySelector("header").append(button)
}

function heard(said) {
  if (said.kind === "line") return said.fetch ? fetchLine(said) : hearLine(said)
  if (said.kind === "seen" && said.by === "visitor") {
    for (const node of lines()) if (node.matches(".ours")) {
      const number = numberOf(node)
      if (number <= said.read) mark(node, "read")
      else if (number <= said.delivered && node.dataset.state !== "read") mark(node, "delivered")
    }
  }
  if (said.kind === "typing" && said.by === "visitor") types()
  if (said.kind === "visitor" && !hasEnded()) tell(said.here ? "here" : "gone")
  if (said.kind === "ended") tell("ended")
}

// Too long for the stream: the server draws it.
function fetchLine(said) {
  drawNow()
  if (said.from === "visitor") came(said)
}

function came(said) {
  state().dataset.newest = Math.max(said.number, Number(state().dataset.newest))
  stopsTyping()
  tell("here")
  read()
}

function hearLine(said) {
  const mine = said.key && timeline().querySelector(`[data-key="${CSS.escape(said.key)}"]`)
  if (mine) {
    const line = outbox.withKey(said.key)
    mine.dataset.line = nameOf(said.number)
    if (!line) { drawLater(); return mark(mine, "sent") }
    outbox.arrived(line)
    return isThere(line)
  }
  if (lines().some(node => numberOf(node) === said.number)) return
  const ours = said.from !== "visitor", name = said.name || state().dataset.customer
  const initials = name.split(/\s+/).map(word => word[0] || "").slice(0, 2).join("").toUpperCase()
  const node = show({ who: name, text: said.text, files: said.files.map(one => one.name), ours, initials })
  node.dataset.line = nameOf(said.number)
  drawSoon(said.files)
  if (ours) return mark(node, "sent")
  hearable(`${name}: ${said.text || said.files.map(one => one.name).join(", ")}`)
  came(said)
}

// Who does not see the screen hears the line once; what the server draws in its place says nothing.
function hearable(words) {
  const place = state().querySelector("[data-heard]")
  place.append(Object.assign(document.createElement("p"), { textContent: words }))
  while (place.children.length > 5) place.firstElementChild.remove()
}

function tell(what) {
  // What goes on can be ended or handed over; a line of the visitor begins another session.
  const menu = document.querySelector("#composer [data-becomes]")
  if (menu && what !== "gone") menu.hidden = what === "ended"
  const words = state().dataset[what].replace("…", state().dataset.customer), place = state().querySelector("[data-now]")
  if (place.textContent !== words) place.textContent = place.title = words
}

const hasEnded = () => document.querySelector("#composer [data-becomes]")?.hidden

let typesUntil = 0
function types() {
  const place = state().querySelector("[data-types-now]"), words = state().dataset.types.replace("…", state().dataset.customer)
  if (place.textContent !== words) place.textContent = words
  clearTimeout(typesUntil)
  typesUntil = setTimeout(stopsTyping, SHOWN_MS)
}
function stopsTyping() { state()?.querySelector("[data-types-now]").replaceChildren() }

// What is on a screen that somebody looks at was read: not by who only reads along, nor before anybody has the case,
// which may be another one when its head is drawn anew.
async function read() {
  const place = state()
  if (!place || document.visibilityState === "hidden") return
  const { newest, read, passed } = place.dataset
  if (Number(newest) <= Math.max(read, passed || 0)) return
  place.dataset.passed = newest
  const answer = await post("chat/seen/", { number: newest })
  const { counts } = answer?.ok ? await answer.json().catch(() => ({})) : {}
  if (counts) place.dataset.read = newest
  // Nobody heard it: the next look tells it.
  else if (counts === undefined && place.dataset.passed === newest) delete place.dataset.passed
}

// After a gap in the stream nobody knows what was missed: how it stands is asked.
async function askAnew() {
  const place = state()
  if (!place) return
  const answer = await fetch(composer().dataset.part, { headers: { "HX-Request": "true" } }).catch(() => null)
  const drawn = answer?.ok ? await answer.text().catch(() => "") : ""
  const page = new DOMParser().parseFromString(drawn, "text/html"), fresh = page.getElementById("chat-state")
  if (state() !== place || fresh?.dataset.liveTopic !== topic()) return
  place.dataset.newest = Math.max(fresh.dataset.newest, place.dataset.newest)
  const menu = document.querySelector("#composer [data-becomes]"), now = place.querySelector("[data-now]")
  if (menu) menu.hidden = page.querySelector("[data-becomes]")?.hidden
  const words = fresh.querySelector("[data-now]").textContent
  if (now.textContent !== words) now.textContent = now.title = words
  read()
}

let typedAt = -TYPED_MS
document.addEventListener("input", event => {
  if (!state() || isNote() || event.target !== form()?.elements.text || performance.now() - typedAt < TYPED_MS) return
  typedAt = performance.now()
  post("chat/typing/", {})
})
document.addEventListener("keydown", event => {
  if (event.key !== "Enter" || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey || event.isComposing || event.defaultPrevented) return
  if (!event.target.matches("[data-chat] textarea[name=text]") || isNote()) return
  event.preventDefault()
  say()
})
document.addEventListener("submit", event => {
  if (!event.submitter?.matches("[data-says]")) return
  event.preventDefault()
  say()
})
// A line of the case that is shown nowhere yet: of another chat of it, or where who looks does not answer in the chat.
const isBeside = one => document.getElementById("case")?.dataset.liveTopic.split(" ").includes(one)
document.addEventListener("live:line", event => {
  const { topic: one, said } = event.detail
  if (one && one === topic()) heard(said)
  else if (said.kind === "line" && isBeside(one)) drawNow()
})
document.body.addEventListener("live:all", askAnew)
document.addEventListener("visibilitychange", read)
document.addEventListener("htmx:afterSettle", event => {
  if (event.detail.target?.id === "case-head" && state()) delete state().dataset.passed
  drawUnsent()
  read()
})
read()
