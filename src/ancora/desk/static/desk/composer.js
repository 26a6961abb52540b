// The composer: what is typed stays when it is drawn anew, and the rich editor comes when it is first needed.
import { changesChosen, chooseChanges } from "./changes.js";
import { adopt, enclose, enclosed, isPicture, layPicture, listAgain } from "./enclosing.js";
import { letGo, save, touch, unsaved } from "./drafting.js";
import { complain, composer, form, isNote } from "./writing.js";

const CARRIED = ["text", "format", "version"]
const mode = () => composer()?.dataset.mode || ""
const field = name => form()?.elements[name]

// The composer is drawn for another message: what was typed stays, whom it goes to is new.
let carried = null, turns = false
const carry = () => ({
  values: Object.fromEntries(CARRIED.map(name => [name, field(name)?.value])),
  files: enclosed(), will: changesChosen(), unsigned: field("unsigned")?.checked, reference: composer().dataset.draft,
})

function restore({ values, files, will, unsigned, reference }) {
  if (reference !== composer().dataset.draft || !(values.text || files.length || will.changes.length)) return
  for (const name of CARRIED) if (field(name)) field(name).value = values[name]
  listAgain(files)
  chooseChanges(will)
  if (field("unsigned")) field("unsigned").checked = !!unsigned
  touch()
}

function restoreUnsaved({ values, files }) {
  const isSame = values.get("mode") === mode()
  // A new mail stays the one that its form has saved.
  const ofForm = composer() === form() ? ["form_key"] : []
  for (const name of ["text", "format", "as_of", ...ofForm, ...isSame ? ["to", "cc", "bcc", "subject", "sender", "answers", "seen"] : []]) if (field(name) && values.has(name)) field(name).value = values.get(name)
  const here = enclosed().map(file => file.key)
  listAgain(files.filter(file => !here.includes(file.key)))
  const radio = isSame && form().querySelector(`[name=kind][value="${values.get("kind")}"]`)
  if (radio) radio.checked = true
  touch()
}

export async function enrich(focus) {
  const textarea = form()?.querySelector("textarea[name=text]")
  // In a chat people write plain lines.
  if (!textarea || composer().dataset.chat || textarea.closest(".prose-editor") || textarea.dataset.enriching) return
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
  touch()
  focus()
}

// The newest message is passed on.
export function passOn() {
  const newest = [...document.querySelectorAll("#timeline .message")].at(-1)
  if (newest && (field("to") || field("answers"))) draw(`forward=${newest.id.replace("m-", "")}`)
}

export async function draw(query) {
  await save()
  return htmx.ajax("GET", composer().dataset.part + (query && `?${query}`), { target: "#composer", swap: "outerHTML" })
}

function focus() {
  const area = form().querySelector(".ProseMirror") || form().querySelector("textarea[name=text]")
  area?.focus()
}

// While nothing is typed, the composer answers what stands on the screen, also what came after it was drawn.
// `asOf`: the last event that stands there.
export async function catchUp(newest, asOf) {
  if (composer()) composer().dataset.asOf = asOf
  knowWhatIsShown()
  if (mode() || !field("seen") || field("text").value || Number(field("seen").value) >= newest || isOfChat(newest)) return
  const drawn = form(), answer = await fetch(composer().dataset.part, { headers: { "HX-Request": "true" } })
  if (!answer.ok || form() !== drawn) return
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html")
  // They went on by another channel: there the composer has other fields.
  if (fresh.querySelector("#composer")?.dataset.channel !== composer().dataset.channel) return draw("")
  for (const name of ["answers", "seen", "to", "cc"]) {
    const input = field(name), value = fresh.querySelector(`#composer [name=${name}]`)?.value
    // An address that was changed by hand stays.
    if (input && value !== undefined && (input.type === "hidden" || input.value === input.defaultValue)) input.value = input.defaultValue = value
  }
}

// Who answers in the chat answers what is said there without asking again.
const isOfChat = newest => Boolean(composer().dataset.chat && document.getElementById(`m-${newest}`)?.dataset.line)

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
  if (event.target.matches("#composer [name=kind]")) { touch(); focus() }
  if (event.target.matches("[data-editor] #sender")) preview()
})
document.addEventListener("input", event => {
  if (!composer()?.contains(event.target) || event.target.name === "kind") return
  knowWhatIsShown()
  touch()
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
document.addEventListener("desk:written", event => letGo(event.detail.value))
// What was sent is a draft again: here, or where it belongs.
document.addEventListener("desk:returned", event => {
  const { reference, page, query } = event.detail
  if (composer()?.dataset.draft === String(reference)) draw(query)
  else location.assign(page)
})
document.addEventListener("htmx:load", start)
document.addEventListener("htmx:oobAfterSwap", touch)
document.addEventListener("htmx:beforeSwap", event => {
  const { target, requestConfig } = event.detail
  const isAnother = target.id === "composer" && requestConfig.verb === "get" && !requestConfig.path.includes("draft=")
  carried = isAnother && field("text") ? carry() : null
  // The server makes plain words of what was written for a mail.
  turns = target.id === "composer" && requestConfig.path.includes("by=chat")
})

let started = null
function start() {
  if (!field("text") || started === form()) return
  started = form()
  const was = carried
  carried = null
  adopt()
  const left = unsaved()
  if (was) restore(was)
  else if (left) restoreUnsaved(left)
  preview()
  if (field("format")?.value === "html") enrich(false)
  if (was || turns) mode().startsWith("forward") ? field("to")?.focus() : focus()
  turns = false
}
start()
