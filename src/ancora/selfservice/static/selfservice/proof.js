// Many begin at once, and the server asks for a sum first: it is done beside the page, and said in words meanwhile.
import * as screen from "./screen.js"
import { wait } from "./page.js"
import { find, here } from "./sum.js"

const MOST_TIMES = 3

// What is sent with the line the next time. A sum that is refused again and again is left for a while.
export async function solve({ words, challenge }, item, told) {
  item.sums = (item.sums || 0) + 1
  if (item.sums > MOST_TIMES) { item.sums = 0; throw new Error(words) }
  screen.tell(words)
  const share = done => told(item, "progress", done)
  share(0)
  const number = await inWorker(challenge, share).catch(() => find(challenge, share, () => wait(0)))
  screen.untell(words)
  const { algorithm, salt, signature } = challenge
  return btoa(JSON.stringify({ algorithm, challenge: challenge.challenge, number, salt, signature }))
}

const inWorker = (challenge, share) => new Promise((done, failed) => {
  const worker = new Worker(here, { type: "module" })
  const end = (how, what) => { worker.terminate(); how(what) }
  worker.onerror = event => end(failed, event)
  worker.onmessage = ({ data }) => "share" in data ? share(data.share) : end(done, data.number)
  worker.postMessage(challenge)
})
