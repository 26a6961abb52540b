// What goes to the server and what comes from it. A line without a number is kept over reloads, sent in order and by
// one tab at a time, again and again with the same key until the server has it or says no. The stream is kept open,
// opened again with patience, and at once when the network is back.
import * as visitor from "./visitor.js"
import { uuid, wait } from "./page.js"

const LONGEST_MS = 15_000, CLOSED_MS = 10_000, LATER_MS = 60_000, SILENT_MS = 45_000
// Files live in the tab where they were chosen: as long as it holds this lock, it is there to send them.
const me = uuid(), tab = id => `ancora-tab:${id}`
navigator.locks?.request(tab(me), () => new Promise(() => {}))
const files = new Map()
let running = false, wake = () => {}, current = null, cut = () => {}

export const all = () => JSON.parse(visitor.get("outbox") || "[]")
// Under way still: not taken back, not refused, and of the person who is here now.
const isOpen = item => all().some(one => one.key === item.key && !one.failed)
const put = items => items.length ? visitor.set("outbox", JSON.stringify(items)) : visitor.remove("outbox")
const change = (key, more) => put(all().map(one => one.key === key ? { ...one, ...more } : one))

export const take = key => { files.delete(key); put(all().filter(one => one.key !== key)) }

// A line more: `words` are what a beginning says besides.
export function add({ text, chosen, words = {} }) {
  visitor.begin()
  visitor.keep()
  const item = { key: uuid(), tab: me, text, files: chosen.map(file => file.name), at: new Date().toISOString(), words }
  if (chosen.length) files.set(item.key, chosen)
  put([...all(), item])
  return item
}

export function again(key) {
  change(key, { failed: "" })
  wake()
}

// `told` hears of each item: ("progress", share), ("away"), ("sent", answer), ("failed", words), ("unknown").
export async function run({ begins, told, lost }) {
  wake()
  if (running) return
  running = true
  try {
    await exclusively(async () => {
      const held = (await navigator.locks?.query())?.held.map(one => one.name) ?? []
      const others = item => item.tab !== me && item.files.length && held.includes(tab(item.tab))
      for (let item; (item = all().find(one => !one.failed && !others(one))); ) {
        if (item.files.length && !files.has(item.key)) {
          change(item.key, { failed: lost })
          told(item, "failed", lost)
        } else await deliver(item, begins, told)
      }
    })
  } finally { running = false }
  if (all().some(one => one.tab === me && !one.failed)) await run({ begins, told, lost })
}

const exclusively = work => navigator.locks ? navigator.locks.request(`ancora-outbox:${location.pathname}`, work) : work()

async function deliver(item, begins, told) {
  let isNew = false
  for (let pause = 500; isOpen(item); pause = Math.min(pause * 2, LONGEST_MS)) {
    let later = pause * (0.5 + Math.random())
    try {
      const answer = await post(item, begins() ? "begin/" : "lines/", share => told(item, "progress", share))
      if (!isOpen(item)) return
      if (answer.ok) {
        const said = await answer.json()
        // We are back: the stream need not wait any longer either.
        if (pause > 500) dispatchEvent(new Event("online"))
        take(item.key)
        return told(item, "sent", said)
      }
      if (answer.status < 500 && ![408, 425, 429].includes(answer.status)) {
        // A proxy that refuses says so in its own way.
        const said = await answer.json().catch(() => ({})), words = said.words || String(answer.status)
        if (said.error === "unknown" && !isNew) { isNew = true; told(item, "unknown"); continue }
        if (said.error === "proof") {
          item.proof = await (await import("./proof.js")).solve(said, item, told)
          continue
        }
        if (said.error === "identity") visitor.unsign()
        change(item.key, { failed: words })
        return told(item, "failed", words)
      }
      later = Math.max(later, Number(answer.headers.get("Retry-After")) * 1000 || 0)
    } catch { /* It did not arrive, or its answer did not: the key makes the next time harmless. */ }
    told(item, "away")
    await Promise.race([wait(later), new Promise(done => { wake = done })])
  }
}

async function post(item, what, progress) {
  const said = { client_key: item.key, text: item.text }
  if (what === "begin/") Object.assign(said, item.words, { language: document.documentElement.lang, proof: item.proof || "" }, visitor.isSigned() ? { identity: visitor.signedAs() } : {})
  if (!item.files.length) return visitor.ask(what, said)
  const form = new FormData()
  for (const [key, value] of Object.entries(said)) form.set(key, value)
  for (const file of files.get(item.key)) form.append("files", file, file.name)
  return (await import("./upload.js")).upload(what, form, progress)
}

export function close() {
  current?.abort()
  current = null
}

// `since` gives the last number; `line` hears what was told, `changed` that something must be fetched, `lost` that
// this visitor is not known any more.
export async function open({ since, line, changed, lost, away }) {
  close()
  const mine = current = new AbortController()
  for (let pause = 500; current === mine; pause = Math.min(pause * 2, LONGEST_MS)) {
    const one = new AbortController()
    let quiet = 0
    cut = () => one.abort()
    mine.signal.addEventListener("abort", cut)
    let watch = setTimeout(cut, SILENT_MS)
    try {
      const answer = await visitor.ask(`stream/?since=${since()}`, null, { signal: one.signal })
      if (answer.status === 401) { close(); if (visitor.known()) lost(); return }
      if (answer.status === 204) { close(); return }
      // It is closed, or closed to us, for now, or too many are open: nothing is forgotten.
      if (answer.status === 403) changed()
      quiet = { 403: CLOSED_MS, 429: LATER_MS }[answer.status]
      pause = quiet ?? pause
      if (answer.ok) {
        away(false)
        let rest = ""
        for (const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader(); ;) {
          const { done, value } = await reader.read()
          if (done || current !== mine) break
          clearTimeout(watch)
          watch = setTimeout(cut, SILENT_MS)
          pause = 500
          const parts = (rest + value).split("\n\n")
          rest = parts.pop()
          for (const part of parts) {
            if (part.startsWith("event: line\ndata: ")) line(JSON.parse(part.slice(18)))
            else if (part.startsWith("event: changed")) changed()
            else if (part.startsWith("event: later")) pause = LATER_MS
          }
        }
      }
    } catch { /* It went away, or we cut it. */ }
    clearTimeout(watch)
    if (current !== mine) return
    if (pause > 500 && pause < LATER_MS && !quiet) away(true)
    await Promise.race([wait(pause * (0.5 + Math.random())), new Promise(done => addEventListener("online", done, { once: true }))])
  }
}

addEventListener("online", () => wake())
addEventListener("offline", () => cut())
