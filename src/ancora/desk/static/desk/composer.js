// The composer: keeps what is typed for each case, and brings the rich editor when it is first needed.
import { changesChosen, chooseChanges } from "./changes.js";
import { enclose, enclosed, isPicture, layPicture, listAgain } from "./enclosing.js";
import { complain, composer, form, isNote } from "./writing.js";

const FIELDS = ["to", "cc", "bcc", "text", "format", "sender", "answers", "seen", "as_of"]
const CARRIED = ["text", "format"]
const key = () => composer()?.dataset.draft && `draft-${composer().dataset.draft}`
const mode = () => composer()?.dataset.mode || ""
const field = name => form()?.elements[name]

function keep() {
  if (!key()) return
  const kept = Object.fromEntries(FIELDS.map(name => [name, field(name)?.value ?? ""]))
  Object.assign(kept, { kind: field("kind")?.value, mode: mode(), files: enclosed(), unsigned: field("unsigned")?.checked, will: changesChosen() })
  kept.left = [...form().querySelectorAll("[name=enclosed]:not(:checked)")].map(one => one.value)
  try {
    if (kept.text || kept.files.length || kept.will.changes.length) sessionStorage.setItem(key(), JSON.stringify(kept))
    else sessionStorage.removeItem(key())
  } catch { /* No room: what is typed is still on the screen. */ }
}

const stored = () => JSON.parse(key() && sessionStorage.getItem(key()) || "null")

// `isAnother`: the composer was drawn for another message meanwhile; what was typed stays, whom it goes to is new.
function restore(kept, isAnother) {
  if (!kept || field("text").value) return
  for (const name of isAnother ? CARRIED : FIELDS) if (field(name) && kept[name] !== undefined) field(name).value = kept[name]
  listAgain(kept.files || [])
  chooseChanges(kept.will)
  if (field("unsigned")) field("unsigned").checked = !!kept.unsigned
  if (!isAnother) for (const pk of kept.left || []) form().querySelector(`[name=enclosed][value="${pk}"]`)?.removeAttribute("checked")
  const radio = !isAnother && form().querySelector(`[name=kind][value="${kept.kind}"]`)
  if (radio) radio.checked = true
  if (isAnother) keep()
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
    if (!textarea.isConnected) return
    // Who is elsewhere by now, in the list of macros for one, is not called back.
    make(textarea, form().elements.format, focus && document.activeElement === textarea, take)
    for (const button of form().querySelectorAll("[data-picks]")) button.hidden = false
  } catch { delete textarea.dataset.enriching }
}

// Files that were pasted, dropped or chosen: pictures for the text come back as promises, the rest goes along.
function take(files) {
  const shown = isNote() ? [] : files.filter(isPicture)
  enclose(files.filter(file => !shown.includes(file)))
  return shown.map(layPicture)
}

function pick() {
  const input = Object.assign(document.createElement("input"), { type: "file", accept: "image/png,image/jpeg,image/gif,image/webp", multiple: true })
  input.addEventListener("change", () => form().querySelector(".prose-editor")?.place?.(take([...input.files])))
  input.click()
}

export function write(kind) {
  const radio = form()?.querySelector(`[name=kind][value="${kind}"]`)
  if (!radio) return kind === "reply" && field("forwards") ? draw("") : undefined
  radio.checked = true
  keep()
  focus()
}

// The newest message is passed on.
export function passOn() {
  const newest = [...document.querySelectorAll("#timeline .message")].at(-1)
  if (newest && field("to")) draw(`forward=${newest.id.replace("m-", "")}`)
}

function draw(query) {
  return htmx.ajax("GET", composer().dataset.part + (query && `?${query}`), { target: "#composer", swap: "outerHTML" })
}

function focus() {
  const area = form().querySelector(".ProseMirror") || form().querySelector("textarea[name=text]")
  area.focus()
}

// While nothing is typed, the composer answers what stands on the screen, also what came after it was drawn.
// `asOf`: the last event that stands there.
export async function catchUp(newest, asOf) {
  if (composer()) composer().dataset.asOf = asOf
  knowWhatIsShown()
  if (mode() || !field("seen") || field("text").value || Number(field("seen").value) >= newest) return
  const drawn = form(), answer = await fetch(composer().dataset.part, { headers: { "HX-Request": "true" } })
  if (!answer.ok || form() !== drawn) return
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html")
  for (const name of ["answers", "seen", "to", "cc"]) {
    const input = field(name), value = fresh.querySelector(`#composer [name=${name}]`)?.value
    // An address that was changed by hand stays.
    if (input && value !== undefined && (input.type === "hidden" || input.value === input.defaultValue)) input.value = input.defaultValue = value
  }
}

function knowWhatIsShown() {
  const shown = Number(composer()?.dataset.asOf), input = field("as_of")
  if (input && shown > Number(input.value) && !field("text").value) input.value = shown
}

function preview() {
  const select = form()?.querySelector("select#sender"), box = form()?.querySelector(".signature")
  if (!select || !box) return
  const text = select.selectedOptions[0]?.dataset.signature || ""
  box.hidden = !text
  box.querySelector("[data-signature]").textContent = text
  box.querySelector("[data-signature-line]").textContent = text.split("\n").filter(Boolean).join(" · ")
}

document.addEventListener("change", event => {
  if (event.target.matches("#composer [name=kind]")) { keep(); focus() }
  if (event.target.matches("[data-editor] #sender")) preview()
})
document.addEventListener("input", event => {
  if (!event.target.closest("#composer") || event.target.name === "kind") return
  knowWhatIsShown()
  keep()
})

// Who presses twice has not read why the first press sent nothing.
let stoppedAt = -1000
document.addEventListener("htmx:afterSwap", event => {
  if (event.detail.target?.id === "complaint" && event.detail.target.querySelector("[data-anyway]")) stoppedAt = performance.now()
})
document.addEventListener("htmx:beforeRequest", event => {
  if (performance.now() - stoppedAt < 700 && event.detail.elt.matches("#composer [type=submit]:not([data-anyway])")) event.preventDefault()
})
document.addEventListener("focusin", event => {
  if (event.target.matches("[data-editor] textarea[name=text]")) enrich(true)
})
document.addEventListener("click", event => {
  if (event.target.closest("[data-picks]")) pick()
  if (event.target.closest("[data-to-reply]")) { complain(""); write("reply") }
  if (event.target.closest("[data-composes]")) document.getElementById("menu-message")?.hidePopover()
})
document.addEventListener("keydown", event => {
  // Enter in an address field must not send.
  if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && event.target.matches(".addresses input")) event.preventDefault()
})
document.addEventListener("desk:laid", event => {
  const { draft, file } = event.detail, kept = JSON.parse(sessionStorage.getItem(`draft-${draft}`) || "{}")
  kept.files = [...kept.files || [], file]
  sessionStorage.setItem(`draft-${draft}`, JSON.stringify(kept))
})
document.addEventListener("desk:written", event => sessionStorage.removeItem(`draft-${event.detail.value}`))
document.addEventListener("htmx:load", start)
document.addEventListener("htmx:oobAfterSwap", keep)

// Somebody chose another message, or to go back: what comes is meant, whatever the draft was about.
let isChosen = false
document.addEventListener("htmx:beforeSwap", event => {
  if (event.detail.target.id === "composer" && event.detail.requestConfig.verb === "get") isChosen = event.detail.requestConfig.path !== redrawn
})

let started = null, redrawn = null
function start() {
  if (!form() || started === form()) return
  started = form()
  const kept = stored(), wasChosen = isChosen
  isChosen = false
  if (kept?.mode && !mode() && !wasChosen) {
    redrawn = `${composer().dataset.part}?${kept.mode}`
    return draw(kept.mode)
  }
  redrawn = null
  restore(kept, wasChosen || (kept?.mode || "") !== mode())
  preview()
  if (field("format")?.value === "html") enrich(false)
  if (wasChosen) mode().startsWith("forward") ? field("to").focus() : focus()
}
start()
