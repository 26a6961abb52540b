// What stands above and around the lines: who answers, how long it takes, that somebody types, whether it is open.
import * as visitor from "./visitor.js"
import { byId, first, isLooked, language, make, moment, say } from "./page.js"

const TYPING_MS = 5000, REFRESH_MS = 120_000
const title = byId("name").textContent
let now = first, whoIsHere = "", typing = null, drawnAt = Date.now()

export const isClosed = () => !now.open
export const tell = words => { byId("told").textContent = words }
export const untell = words => { if (byId("told").textContent === words) tell("") }

export function begin(changed) {
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
export async function refresh() {
  if (Date.now() - drawnAt < REFRESH_MS / 2) return
  drawnAt = Date.now()
  const answer = await visitor.trying(`now/?lang=${language}`)
  if (answer?.ok) now = await answer.json()
  hours()
}

// Draws the head; true where it is time to ask for an address.
export function show({ state, reference, isEmpty, hasAddress }) {
  const agent = state?.agent ?? ""
  byId("name").textContent = agent || title
  byId("face").textContent = initials(agent || title)
  byId("wait").textContent = line(state, agent, isEmpty)
  for (const id of ["save", "leave-address"]) byId(id).hidden = !reference
  byId("end").hidden = !reference || Boolean(state?.ending)
  return Boolean(reference) && !agent && !hasAddress && !state?.ending
}

function line(state, agent, isEmpty) {
  if (state?.ending) return say("ended")
  if (agent) return whoIsHere === agent ? `${say("answers")} · ${say("here")}` : say("answers")
  // Empty and closed: the form says so.
  if (!now.open) return isEmpty ? "" : back()
  return isEmpty ? now.wait : `${say("waiting")} ${now.wait}`
}

const back = () => now.opens_at ? say("opens", { moment: moment(now.opens_at, { long: true }) }) : say("closed")
function hours() { byId("hours").textContent = now.open ? "" : `${back()} ${say("closed_write")}` }

export function types(name) {
  byId("typing").textContent = say("typing", { name: name || say("somebody") })
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

// Two soft notes, for who asked for them.
export function ring() {
  if (!visitor.get("sound")) return
  const context = new AudioContext(), start = context.currentTime
  for (const [at, pitch] of [[0, 660], [0.14, 880]]) {
    const tone = context.createOscillator(), loud = context.createGain()
    tone.frequency.value = pitch
    loud.gain.setValueAtTime(0.08, start + at)
    loud.gain.exponentialRampToValueAtTime(0.0001, start + at + 0.25)
    tone.connect(loud).connect(context.destination)
    tone.start(start + at)
    tone.stop(start + at + 0.25)
  }
  setTimeout(() => context.close(), 1000)
}

export function save(text, number) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }))
  make("a", { href: url, download: `chat-${number}.txt` }).click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}

function initials(name) {
  const words = name.trim().split(/\s+/)
  return (words[0][0] + (words.length > 1 ? words.at(-1)[0] : "")).toUpperCase()
}
