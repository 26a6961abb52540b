// Lines of chats that the server does not have yet: each with its case and its key, sent one after the other in each
// case, again and again with the same key until it says yes or no. Which case is on the screen changes nothing.
import { settledDraft } from "./drafting.js";

const FIRST_MS = 1000, LONGEST_MS = 15000
const lines = []
const wakes = new Set()
const sending = new Set()

export const unsent = reference => lines.filter(line => line.reference === reference)
export const withKey = key => lines.find(line => line.key === key)

// `tell(line, what, more)` hears "sending", "away", "no" with the complaint, and "yes" with the number.
export function add(line, tell) {
  lines.push(Object.assign(line, { tell }))
  run(line.reference)
}

// The same line, with the same key.
export function again(line) {
  line.isRefused = false
  wake()
  run(line.reference)
}

// It is there, by the stream or by an answer.
export function arrived(line) {
  const place = lines.indexOf(line)
  if (place >= 0) lines.splice(place, 1)
}

export const takeBack = arrived
const wake = () => { for (const one of wakes) one() }

async function run(reference) {
  if (sending.has(reference)) return
  sending.add(reference)
  try {
    for (let line; (line = unsent(reference).find(one => !one.isRefused)); ) await deliver(line)
  } finally { sending.delete(reference) }
}

async function deliver(line) {
  for (let pause = FIRST_MS; lines.includes(line); pause = Math.min(2 * pause, LONGEST_MS)) {
    line.tell(line, "sending")
    const { number, complaint } = await attempt(line)
    if (number && lines.includes(line)) {
      arrived(line)
      line.tell(line, "yes", number)
    }
    if (complaint !== undefined && lines.includes(line)) {
      line.isRefused = true
      line.tell(line, "no", complaint)
    }
    if (number || complaint !== undefined) return
    if (lines.includes(line)) line.tell(line, "away")
    await pauseFor(pause)
  }
}

function pauseFor(milliseconds) {
  return new Promise(done => {
    const go = () => { clearTimeout(timer); wakes.delete(go); done() }
    const timer = setTimeout(go, milliseconds)
    wakes.add(go)
  })
}

// A number is yes, a complaint is no; neither: nobody knows.
async function attempt(line) {
  const { of, fields } = line
  let kept
  try { kept = await line.files.kept() } catch (error) { return error.isAway ? {} : { complaint: error.message } }
  fields.delete("kept")
  for (const { key } of kept) fields.append("kept", key)
  await settledDraft()
  const version = of.elements.version.value
  fields.set("version", version)
  of.elements.version.value = "0"
  const said = await post(line)
  // The draft that it was is still there.
  if (!said.number && of.elements.version.value === "0") of.elements.version.value = version
  return said
}

async function post({ address, fields }) {
  try {
    // Its files lie there already: only words go along.
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" } })
    const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {}
    if (answer.ok) return said
    const isNo = answer.status >= 400 && answer.status < 500 && ![408, 429].includes(answer.status)
    return isNo ? { complaint: said.complaint || "" } : {}
  } catch { return {} }
}

addEventListener("online", wake)
addEventListener("beforeunload", event => { if (lines.length) event.preventDefault() })
// Who leaves all the same finds the words in the field when they come back.
addEventListener("pagehide", () => {
  for (const reference of new Set(lines.map(line => line.reference))) {
    const mine = unsent(reference), { of } = mine[0], body = new URLSearchParams([...new FormData(of)].filter(([, value]) => typeof value === "string"))
    body.set("text", [...mine.map(line => line.text), body.get("text")].filter(Boolean).join("\n"))
    body.set("version", Number(of.elements.version.value) + 1)
    const files = mine.flatMap(line => line.files.known())
    try { sessionStorage.setItem(`unsaved-${reference}`, JSON.stringify({ body: body.toString(), files })) } catch { /* No room. */ }
  }
})
addEventListener("pageshow", event => {
  if (event.persisted) for (const { reference } of lines) sessionStorage.removeItem(`unsaved-${reference}`)
})
