// A plain chat: it makes its own token, numbers tell what is missing, and what was not answered is sent again.
const here = location.pathname, words = document.body.dataset
const list = document.querySelector("#lines"), told = document.querySelector("#told")
const form = document.querySelector("#write"), end = document.querySelector("#end")
const who = document.querySelector("#who")
const name = `chat:${here}`, drawn = new Map(), wait = ms => new Promise(done => setTimeout(done, ms))
let token = localStorage.getItem(name), newest = 0, reference = null, stream = null

const random = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")

async function ask(what, body) {
  const headers = { Authorization: `Bearer ${token}`, "Accept-Language": document.documentElement.lang }
  const form = body instanceof FormData
  if (body && !form) headers["Content-Type"] = "application/json"
  return fetch(here + what, {
    method: body ? "POST" : "GET", headers, credentials: "omit", body: body && !form ? JSON.stringify(body) : body,
  })
}

function draw(line) {
  if (line.fetch) return fetchMissing()
  if (line.number > newest + 1 && newest) return fetchMissing()
  newest = Math.max(newest, line.number)
  if (drawn.has(line.number)) return
  const item = document.createElement("li"), name = document.createElement("b")
  name.textContent = line.from === "visitor" ? words.you : line.name
  item.append(name, line.text)
  for (const file of line.files) {
    const link = document.createElement("a")
    link.href = `${here}files/${file.id}-${file.key}/`
    link.target = "_blank"
    link.textContent = ` ${file.name}`
    item.append(link)
  }
  drawn.set(line.number, item)
  list.append(item)
  list.parentElement.scrollTop = list.scrollHeight
  if (line.from === "agent") {
    told.textContent = ""
    ask("seen/", { delivered: line.number, read: document.visibilityState === "visible" ? line.number : 0 })
  }
}

async function fetchMissing() {
  const answer = await ask(`lines/?since=${newest}`)
  if (!answer.ok) return
  const found = await answer.json()
  hear(found.state)
  for (const line of found.lines) { newest = line.number - 1; draw(line) }
  if (found.lines.length && newest < found.state.newest) await fetchMissing()
}

function hear(said) {
  if (!said) return
  if (said.kind === "line") draw(said)
  else if (said.kind === "state") end.hidden = Boolean(said.ending)
  else if (said.kind === "typing" && said.by === "agent") told.textContent = words.typing.replace("…", said.name)
  else if (said.kind === "ended") { told.textContent = words.ended; end.hidden = true }
}

async function listen() {
  stream?.abort()
  const mine = stream = new AbortController()
  for (let pause = 500; !mine.signal.aborted; pause = Math.min(pause * 2, 15000)) {
    try {
      const answer = await fetch(`${here}stream/?since=${newest}`, {
        headers: { Authorization: `Bearer ${token}` }, credentials: "omit", signal: mine.signal,
      })
      if (answer.status !== 200) return
      let rest = ""
      for (const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader(); ;) {
        const { done, value } = await reader.read()
        if (done) break
        pause = 500
        const parts = (rest + value).split("\n\n")
        rest = parts.pop()
        for (const part of parts) {
          if (part.startsWith("event: line\ndata: ")) hear(JSON.parse(part.slice(18)))
          else if (part.startsWith("event: changed")) await fetchMissing()
        }
      }
    } catch { /* It went away; it is opened again below. */ }
    await wait(pause * (0.5 + Math.random()))
  }
}

async function send(body) {
  for (let pause = 500; ; pause = Math.min(pause * 2, 15000)) {
    try {
      const answer = await ask(reference ? "lines/" : "begin/", body)
      if (answer.status < 500) return [answer.ok, await answer.json()]
    } catch { /* It went away; the same key makes the second time harmless. */ }
    told.textContent = words.away
    await wait(pause * (0.5 + Math.random()))
  }
}

form.addEventListener("submit", async event => {
  event.preventDefault()
  if (!token) localStorage.setItem(name, token = random())
  const body = new FormData(form)
  body.set("client_key", crypto.randomUUID())
  body.set("language", document.documentElement.lang)
  if (!form.elements.files.files.length) body.delete("files")
  const [is_in, answer] = await send(body)
  told.textContent = is_in ? "" : answer.words
  if (!is_in) return
  form.reset()
  end.hidden = false
  who.hidden = true
  if (answer.reference !== reference) {
    reference = answer.reference
    newest = 0
    drawn.clear()
    list.replaceChildren()
    listen()
  }
})

let typed = 0
form.elements.text.addEventListener("input", () => {
  if (reference && Date.now() - typed > 3000) { typed = Date.now(); ask("typing/", {}) }
})
end.addEventListener("click", () => ask("end/", {}))

if (token) {
  const answer = await ask("lines/")
  if (answer.ok) {
    const found = await answer.json()
    if (found.state) { who.hidden = true; reference = found.state.reference; hear(found.state); found.lines.forEach(draw); listen() }
  } else if (answer.status === 401) {
    localStorage.removeItem(name)
    token = null
  }
}
