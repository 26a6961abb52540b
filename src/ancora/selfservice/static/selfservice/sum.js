// The sum itself: SHA-256 (FIPS 180-4) of one block, here or in a worker. The browser's own `crypto.subtle` answers
// later each time, which costs ten times what it computes, and is missing where a page comes without https.
export const here = import.meta.url
const LOOK = 2000, TELL_MS = 400, WORDS = 0x100000000
const begin = [], add = []
for (let prime = 2; add.length < 64; prime++) {
  let is_prime = true
  for (let by = 2; by * by <= prime; by++) is_prime &&= prime % by > 0
  if (!is_prime) continue
  if (begin.length < 8) begin.push((prime ** 0.5 % 1) * WORDS | 0)
  add.push((Math.cbrt(prime) % 1) * WORDS | 0)
}
const block = new Uint8Array(64), view = new DataView(block.buffer), w = new Int32Array(64), round = Int32Array.from(add)

// The eight words of the digest of `length` bytes in `block`, at most 55.
function digest(length) {
  block.fill(0, length)
  block[length] = 128
  view.setUint32(60, length * 8)
  for (let at = 0; at < 16; at++) w[at] = view.getInt32(at * 4)
  for (let at = 16; at < 64; at++) {
    const x = w[at - 15], y = w[at - 2]
    w[at] = w[at - 16] + w[at - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10)
  }
  let [a, b, c, d, e, f, g, h] = begin
  for (let at = 0; at < 64; at++) {
    const one = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + round[at] + w[at] | 0
    const two = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0
    h = g; g = f; f = e; e = d + one | 0; d = c; c = b; b = a; a = one + two | 0
  }
  return [a, b, c, d, e, f, g, h].map((word, at) => word + begin[at] | 0)
}

const ascii = (text, from) => { for (let at = 0; at < text.length; at++) block[from + at] = text.charCodeAt(at) }

// The number, found a part at a time; `told` hears the share that is done, now and then. `rest` is waited for between.
export async function find({ challenge, salt, maxnumber }, told, rest = () => {}) {
  const wanted = [...Array(8).keys()].map(at => parseInt(challenge.slice(at * 8, at * 8 + 8), 16) | 0)
  let heard = Date.now()
  for (let number = 0; number <= maxnumber; number++) {
    const digits = String(number)
    ascii(salt, 0)
    ascii(digits, salt.length)
    const found = digest(salt.length + digits.length)
    if (found[0] === wanted[0] && found.every((word, at) => word === wanted[at])) return number
    if (number % LOOK || Date.now() - heard < TELL_MS) continue
    heard = Date.now()
    told(number / maxnumber)
    await rest()
  }
  throw new Error("no number fits")
}

if (typeof document === "undefined") {
  onmessage = async ({ data }) => postMessage({ number: await find(data, share => postMessage({ share })) })
}
