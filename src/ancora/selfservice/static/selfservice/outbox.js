// What was written and has no number yet: kept over reloads, sent in order and by one tab at a time, again and again
// with the same key until the server has it or says no.
import * as visitor from "./visitor.js"
import { uuid, wait } from "./page.js"

const LONGEST_MS = 15_000
// Files live in the tab where they were chosen: as long as it holds this lock, it is there to send them.
const me = uuid(), tab = id => `ancora-tab:${id}`
navigator.locks?.request(tab(me), () => new Promise(() => {}))
const files = new Map()
let running = false, wake = () => {}

export const all = () => JSON.parse(visitor.get("outbox") || "[]")
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
  for (let pause = 500; all().some(one => one.key === item.key && !one.failed); pause = Math.min(pause * 2, LONGEST_MS)) {
    let later = pause * (0.5 + Math.random())
    try {
      const answer = await post(item, begins() ? "begin/" : "lines/", share => told(item, "progress", share))
      if (answer.ok) {
        const said = await answer.json()
        take(item.key)
        return told(item, "sent", said)
      }
      if (answer.status < 500 && answer.status !== 429) {
        const said = await answer.json()
        if (said.error === "unknown" && !begins()) { told(item, "unknown"); continue }
        if (said.error === "identity") visitor.unsign()
        change(item.key, { failed: said.words })
        return told(item, "failed", said.words)
      }
      later = Math.max(later, Number(answer.headers.get("Retry-After")) * 1000 || 0)
    } catch { /* It did not arrive, or its answer did not: the key makes the next time harmless. */ }
    told(item, "away")
    await Promise.race([wait(later), new Promise(done => { wake = done })])
  }
}

function post(item, what, progress) {
  const said = { client_key: item.key, text: item.text }
  if (what === "begin/") Object.assign(said, item.words, { language: document.documentElement.lang }, visitor.isSigned() ? { identity: visitor.signedAs() } : {})
  if (!item.files.length) return visitor.ask(what, said)
  const form = new FormData()
  for (const [key, value] of Object.entries(said)) form.set(key, value)
  for (const file of files.get(item.key)) form.append("files", file, file.name)
  return visitor.upload(what, form, progress)
}

addEventListener("online", () => wake())
