// The composer: keeps what is typed for each case, the chosen files, and brings the rich editor when it is first needed.
const composer = () => document.querySelector("#composer, form[data-editor]")
const form = () => composer()?.matches("form") ? composer() : composer()?.querySelector("form")
const chosen = new DataTransfer()
const FIELDS = ["to", "cc", "bcc", "text", "format"]
const key = () => composer()?.dataset.draft && `draft-${composer().dataset.draft}`

function keep() {
  if (!key()) return
  const kept = Object.fromEntries(FIELDS.map(name => [name, form().elements[name]?.value ?? ""]))
  kept.kind = form().elements.kind?.value
  if (kept.text) sessionStorage.setItem(key(), JSON.stringify(kept))
  else sessionStorage.removeItem(key())
}

function restore() {
  const kept = key() && sessionStorage.getItem(key())
  if (!kept || form().elements.text.value) return
  const { kind, ...values } = JSON.parse(kept)
  for (const name of FIELDS) if (form().elements[name] && values[name] !== undefined) form().elements[name].value = values[name]
  const radio = form().querySelector(`[name=kind][value="${kind}"]`)
  if (radio) radio.checked = true
}

export async function enrich(focus) {
  const textarea = form()?.querySelector("textarea[name=text]")
  if (!textarea || textarea.closest(".prose-editor") || textarea.dataset.enriching) return
  textarea.dataset.enriching = "1"
  if (!document.querySelector("link[data-of-editor]")) for (const address of composer().dataset.editorStyles.split(" ")) {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address })
    link.dataset.ofEditor = ""
    document.head.append(link)
  }
  try {
    const { make } = await import(composer().dataset.editor)
    if (textarea.isConnected) make(textarea, form().elements.format, focus)
  } catch { delete textarea.dataset.enriching }
}

export function write(kind) {
  const radio = form()?.querySelector(`[name=kind][value="${kind}"]`)
  if (!radio) return
  radio.checked = true
  focus()
}

function focus() {
  const area = form().querySelector(".ProseMirror") || form().querySelector("textarea[name=text]")
  area.focus()
}

function showFiles() {
  const place = form().querySelector(".chosen"), input = form().querySelector("[type=file]")
  input.files = chosen.files
  place.hidden = !chosen.files.length
  place.replaceChildren(...[...chosen.files].map((file, at) => {
    const item = document.createElement("li"), name = document.createElement("span"), remove = document.createElement("button")
    name.className = "name"
    name.textContent = `${file.name} · ${Math.max(1, Math.round(file.size / 1000))} kB`
    remove.type = "button"
    remove.className = "link"
    remove.textContent = composer().dataset.remove
    remove.setAttribute("aria-label", `${composer().dataset.remove} ${file.name}`)
    remove.addEventListener("click", () => { chosen.items.remove(at); showFiles() })
    item.append(name, remove)
    return item
  }))
  const bytes = [...chosen.files].reduce((sum, file) => sum + file.size, 0)
  complain(bytes > Number(composer().dataset.mostBytes) ? composer().dataset.tooLarge : "")
}

function complain(text) {
  const place = document.getElementById("complaint")
  const words = document.createElement("p")
  words.className = "complaint"
  words.textContent = text
  place.replaceChildren(...(text ? [words] : []))
}

document.addEventListener("change", event => {
  if (event.target.matches("#composer [type=file]")) {
    for (const file of event.target.files) chosen.items.add(file)
    showFiles()
  }
  if (event.target.matches("#composer [name=kind]")) { keep(); focus() }
})
document.addEventListener("input", event => { if (event.target.closest("#composer") && event.target.name !== "kind") keep() })
document.addEventListener("focusin", event => {
  if (event.target.matches("[data-editor] textarea[name=text]")) enrich(true)
})
document.addEventListener("keydown", event => {
  // Enter in an address field must not send.
  if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && event.target.matches(".addresses input")) event.preventDefault()
})
document.addEventListener("desk:written", event => sessionStorage.removeItem(`draft-${event.detail.value}`))
document.addEventListener("htmx:load", start)

let started = null
function start() {
  if (!form() || started === form()) return
  started = form()
  chosen.items.clear()
  restore()
  if (form().elements.format?.value === "html") enrich(false)
}
start()
