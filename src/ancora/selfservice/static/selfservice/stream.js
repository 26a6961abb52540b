// The stream of the server: kept open, opened again with patience, and at once when the network is back.
import { ask, known } from "./visitor.js"
import { wait } from "./page.js"

const SILENT_MS = 45_000, LONGEST_MS = 15_000
let current = null, cut = () => {}

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
    cut = () => one.abort()
    mine.signal.addEventListener("abort", cut)
    let watch = setTimeout(cut, SILENT_MS)
    try {
      const answer = await ask(`stream/?since=${since()}`, null, { signal: one.signal })
      if (answer.status === 401) { close(); if (known()) lost(); return }
      if (answer.status === 204) { close(); return }
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
          }
        }
      }
    } catch { /* It went away, or we cut it. */ }
    clearTimeout(watch)
    if (current !== mine) return
    if (pause > 500) away(true)
    await Promise.race([wait(pause * (0.5 + Math.random())), new Promise(done => addEventListener("online", done, { once: true }))])
  }
}

addEventListener("offline", () => cut())
