// A chat on the case page: what we say stands there at once, what the visitor says comes with the stream; both give
// way to what the server draws.
import { chooseNone } from "./changes.js";
import { letGo, settledDraft } from "./drafting.js";
import { enclosed, settled } from "./enclosing.js";
import { complain, composer, form, isNote } from "./writing.js";

const TYPED_MS = 3000, SHOWN_MS = 6000
const state = () => document.getElementById("chat-state")
const timeline = () => document.getElementById("timeline")
const topic = () => state()?.dataset.liveTopic
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["x-csrftoken"]
const at = path => `/cases/${document.getElementById("case").dataset.reference}/${path}`
const post = (path, values) => fetch(at(path), { method: "POST", body: new URLSearchParams(values), headers: { "X-CSRFToken": token() } }).catch(() => null)
const lines = () => [...timeline()?.querySelectorAll("[data-line]") || []]

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

function show({ who, text, files, ours, initials }) {
  const node = document.getElementById("line-template").content.firstElementChild.cloneNode(true)
  node.dataset.pending = "1"
  node.classList.toggle("ours", ours)
  const avatar = node.querySelector(".avatar"), time = node.querySelector("time"), now = new Date()
  avatar.textContent = initials
  avatar.classList.toggle("customer", !ours)
  node.querySelector(".who").textContent = who
  time.dateTime = now.toISOString()
  time.textContent = now.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })
  for (const paragraph of text.split(/\n{2,}/)) {
    const place = document.createElement("p")
    paragraph.split("\n").forEach((line, at) => place.append(...at ? [document.createElement("br")] : [], line))
    node.querySelector(".body").append(place)
  }
  for (const name of files) node.querySelector(".files").append(Object.assign(document.createElement("li"), { textContent: name }))
  if (!files.length) node.querySelector(".files").remove()
  if (!ours) node.querySelector(".sending").remove()
  timeline().append(node)
  timeline().scrollTop = timeline().scrollHeight
  return node
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

let turn = Promise.resolve()
async function say() {
  const of = form(), text = of.elements.text.value, reference = composer().dataset.draft
  if (!text.trim() && !enclosed().length && !settled()) return
  await settled()
  complain("")
  const key = newKey(), files = enclosed(), { me, initials, notSent, again } = state().dataset
  const fields = new FormData(of)
  fields.set("form_key", key)
  fields.set("text", text)
  fields.delete("files")
  const node = show({ who: me, text, files: files.map(one => one.name), ours: true, initials })
  node.dataset.key = key
  mark(node, "sending")
  of.elements.text.value = ""
  of.elements.text.focus()
  of.querySelector(".chosen")?.replaceChildren()
  chooseNone()
  letGo(reference)
  // Wherever one looks by then: it belongs here.
  const line = { of, fields, node, files, reference, notSent, again, address: at("say/") }
  // One after the other, as they were written.
  turn = turn.then(() => send(line))
}

async function send(line) {
  const { of, fields, node } = line
  await settledDraft()
  fields.set("version", of.elements.version.value)
  of.elements.version.value = "0"
  let answer = null, said = null
  try {
    answer = await fetch(line.address, { method: "POST", body: fields, headers: { Accept: "application/json" } })
    said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null
  } catch { /* No connection. */ }
  if (!said?.number) return fail(line, said?.complaint || line.notSent)
  node.dataset.line = said.number
  if (node.dataset.state === "sending") mark(node, "sent")
  htmx.trigger(document.body, "timeline:changed")
}

// It stays with its words and a way to send it again: the same key makes it one line. Who looks at another case finds
// it in the field when they come back.
function fail(line, complaint) {
  const { fields, node } = line
  if (node.dataset.line) return
  if (!node.isConnected) {
    const body = new URLSearchParams([...fields].filter(([, value]) => typeof value === "string")).toString()
    sessionStorage.setItem(`unsaved-${line.reference}`, JSON.stringify({ body, files: line.files }))
    return document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text: complaint, kind: "error" } }))
  }
  mark(node, "unsent")
  complain(complaint)
  const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: line.again })
  button.addEventListener("click", () => {
    button.remove()
    complain("")
    mark(node, "sending")
    turn = turn.then(() => send(line))
  })
  node.querySelector("header").append(button)
}

function heard(said) {
  if (said.kind === "line") return said.fetch ? htmx.trigger(document.body, "timeline:changed") : hearLine(said)
  if (said.kind === "seen" && said.by === "visitor") {
    for (const node of lines()) if (node.matches(".ours")) {
      const number = Number(node.dataset.line)
      if (number <= said.read) mark(node, "read")
      else if (number <= said.delivered && node.dataset.state !== "read") mark(node, "delivered")
    }
  }
  if (said.kind === "typing" && said.by === "visitor") types()
  if (said.kind === "visitor") tell(said.here ? "here" : "gone")
  if (said.kind === "ended") tell("ended")
}

function hearLine(said) {
  const mine = said.key && timeline().querySelector(`[data-key="${CSS.escape(said.key)}"]`)
  if (mine) {
    mine.dataset.line = said.number
    return mark(mine, "sent")
  }
  if (lines().some(node => Number(node.dataset.line) === said.number)) return
  const ours = said.from !== "visitor", name = said.name || state().dataset.customer
  const initials = name.split(/\s+/).map(word => word[0] || "").slice(0, 2).join("").toUpperCase()
  const node = show({ who: name, text: said.text, files: said.files.map(one => one.name), ours, initials })
  node.dataset.line = said.number
  if (ours) return mark(node, "sent")
  state().dataset.newest = Math.max(said.number, Number(state().dataset.newest))
  stopsTyping()
  tell("here")
  read()
}

function tell(what) {
  const words = state().dataset[what].replace("…", state().dataset.customer), place = state().querySelector("[data-now]")
  if (place.textContent !== words) place.textContent = words
}

let typesUntil = 0
function types() {
  const place = state().querySelector("[data-types-now]"), words = state().dataset.types.replace("…", state().dataset.customer)
  if (place.textContent !== words) place.textContent = words
  clearTimeout(typesUntil)
  typesUntil = setTimeout(stopsTyping, SHOWN_MS)
}
function stopsTyping() { state()?.querySelector("[data-types-now]").replaceChildren() }

// What is on a screen that somebody looks at was read.
function read() {
  if (!state() || document.visibilityState === "hidden") return
  const { newest, read } = state().dataset
  if (Number(newest) <= Number(read)) return
  state().dataset.read = newest
  post("chat/seen/", { number: newest })
}

let typedAt = -TYPED_MS
document.addEventListener("input", event => {
  if (!state() || isNote() || event.target !== form()?.elements.text || performance.now() - typedAt < TYPED_MS) return
  typedAt = performance.now()
  post("chat/typing/", {})
})
document.addEventListener("keydown", event => {
  if (event.key !== "Enter" || event.shiftKey || event.altKey || event.isComposing || event.defaultPrevented) return
  if (!event.target.matches("[data-chat] textarea[name=text]") || isNote()) return
  event.preventDefault()
  say()
})
document.addEventListener("submit", event => {
  if (!event.submitter?.matches("[data-says]")) return
  event.preventDefault()
  say()
})
addEventListener("beforeunload", event => { if (document.querySelector(".message[data-pending]:is([data-state=sending], [data-state=unsent])")) event.preventDefault() })
document.addEventListener("live:line", event => { if (event.detail.topic && event.detail.topic === topic()) heard(event.detail.said) })
document.addEventListener("visibilitychange", read)
document.addEventListener("htmx:afterSettle", read)
read()
