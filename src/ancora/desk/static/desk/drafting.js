// What is typed is kept by the server: a second after the last key, and when the page is left. What it could not take
// stays in this tab until it can.
import { enclosed, listAgain } from "./enclosing.js";
import { complain, composer, form, words } from "./writing.js";

const WAIT_MS = 1000, AGAIN_MS = 4000
let timer, pending = null, underway = null, isAway = false
// The form whose text the server refused, since another one stands there: nothing is tried until its author chose.
let refused = null

const field = (of, name) => of?.elements[name]
const isWorth = of => field(of, "text").value.trim() || of.querySelector("[name=kept]") || Number(field(of, "version").value)

export function touch() {
  if (!composer()?.dataset.saves || !isWorth(form())) return
  const entries = [...new FormData(form())].filter(([, value]) => typeof value === "string")
  pending = { form: form(), reference: composer().dataset.draft, address: composer().dataset.saves, body: new URLSearchParams(entries), files: enclosed() }
  remember(pending)
  clearTimeout(timer)
  if (refused === pending.form) return pending = null
  timer = setTimeout(save, isAway ? AGAIN_MS : WAIT_MS)
}

// Nothing of this composer is to be kept any more: it was sent, or thrown away.
export function letGo(reference) {
  forget(reference)
  if (composer()?.dataset.draft === String(reference)) refused = null
  if (pending?.reference === String(reference)) pending = null
  mark(reference, false)
}

// What is being kept just now has been: nothing comes after what is sent next.
export async function settledDraft() {
  while (underway) await underway
}

export const isRefused = () => !!refused && refused === form()

// Another one may have given way since.
export function tryAgain() {
  refused = null
  touch()
  return save()
}

// What was refused is tried once more: it knows the version that it goes over.
export function insist(version) {
  refused = null
  field(form(), "version").value = version
  complain("")
  touch()
  return save()
}

// Resolves when what was typed until now is kept, or cannot be just now.
export async function save() {
  clearTimeout(timer)
  while (underway) await underway
  if (!pending) return
  const kept = pending
  pending = null
  underway = post(kept).catch(() => false)
  const isDone = await underway
  underway = null
  isAway = isDone === false
  if (refused === kept.form) {
    if (pending?.form === refused) pending = null
    return
  }
  if (isDone) return pending?.reference === kept.reference ? renew() : forget(kept.reference)
  say(kept.form, isAway ? words().notSaved : words().stale)
  pending ??= kept
  clearTimeout(timer)
  if (isAway) timer = setTimeout(save, AGAIN_MS)
}

const place = reference => `unsaved-${reference}`
function remember({ reference, body, files }) {
  try { sessionStorage.setItem(place(reference), JSON.stringify({ body: body.toString(), files })) } catch { /* No room: it is still on the screen. */ }
}
// What was typed meanwhile belongs to the draft as it is now.
function renew() {
  pending.body.set("version", field(pending.form, "version").value)
  remember(pending)
}
function forget(reference) { sessionStorage.removeItem(place(reference)) }

// What of this composer could not be kept when the page was left; nothing when the draft is newer than that.
export function unsaved() {
  const left = JSON.parse(composer()?.dataset.draft && sessionStorage.getItem(place(composer().dataset.draft)) || "null")
  const values = left && new URLSearchParams(left.body)
  return values && Number(values.get("version")) >= Number(field(form(), "version").value) ? { values, files: left.files } : null
}

// True when there is nothing to try again, false when the server is away, null when it does not know this page.
async function post({ form, reference, address, body }) {
  body.set("version", field(form, "version").value)
  let answer
  try {
    const keepalive = document.visibilityState === "hidden" && body.toString().length < 60000
    answer = await fetch(address, { method: "POST", body, keepalive, headers: { "HX-Request": "true" } })
  } catch { return false }
  if (answer.status >= 500) return false
  if (answer.status === 404) return true
  if (!answer.headers.get("Content-Type")?.includes("json")) return null
  const said = await answer.json()
  if (said.complaint) say(form, said.complaint)
  if (!answer.ok) {
    refused = form
    const place = form.querySelector("#complaint")
    if (place && said.html) { place.innerHTML = said.html; htmx.process(place) }
    return true
  }
  field(form, "version").value = said.version
  form.querySelector("#complaint .conflict")?.remove()
  for (const one of form.querySelectorAll("[data-discards], [data-shares]")) one.hidden = !said.version
  say(form, said.said)
  mark(reference, said.version > 0)
  return true
}

function say(form, text) {
  const place = form.querySelector("[data-saved]")
  if (place && place.textContent !== text) place.textContent = text
}

// The row in the list says so too.
function mark(reference, isDraft) {
  const facts = document.querySelector(`#row-${reference} .facts`), tag = facts?.querySelector(".tag.draft")
  if (!facts || !!tag === isDraft) return
  if (tag) return tag.remove()
  facts.prepend(Object.assign(document.createElement("span"), { className: "tag draft", textContent: words().draft }))
}

// What is drawn next may come from the draft: it waits until that is kept. What throws it away comes last.
document.addEventListener("htmx:confirm", event => {
  const { verb, path, target } = event.detail
  const isDrawn = verb === "get" && ["panes", "composer"].includes(target?.id)
  const isThrown = path.endsWith("/draft/discard/"), isPassedOn = path.endsWith("/draft/pen/")
  // Whoever sends a shared draft must know its latest version: their own save too.
  const isSent = verb === "post" && !!composer()?.dataset.query && event.target.closest?.("#composer form")
  if (event.defaultPrevented) return
  if (isRefused() && (isDrawn || isPassedOn)) {
    event.preventDefault()
    if (!event.target.matches("[data-theirs]") && !confirm(words().leaves)) return
    forget(composer().dataset.draft)
    refused = null
    return event.detail.issueRequest(true)
  }
  if (!(pending || underway) || !(isDrawn || isThrown || isPassedOn || isSent || path.endsWith("/take-back/"))) return
  event.preventDefault()
  if (isThrown) pending = null
  save().then(() => isRefused() && !isThrown || event.detail.issueRequest(isDrawn || isPassedOn))
})
// A file that came to lie here while another case was looked at.
document.addEventListener("desk:laid", async event => {
  const { form: of, reference, address, file } = event.detail
  if (!address) return
  await save()
  if (composer()?.dataset.draft === reference) {
    listAgain([file])
    return touch()
  }
  of.append(Object.assign(document.createElement("input"), { type: "hidden", name: "kept", value: file.key }))
  const entries = [...new FormData(of)].filter(([, value]) => typeof value === "string")
  pending = { form: of, reference, address, body: new URLSearchParams(entries), files: [] }
  save()
})
// A new mail leaves with its page: what is under way by then comes too late, and is let go by the server.
document.addEventListener("submit", event => {
  const { target, submitter, defaultPrevented } = event
  if (target !== composer() || defaultPrevented) return
  clearTimeout(timer)
  letGo(target.dataset.draft)
  if (!underway || !submitter?.matches("[data-discards]")) return
  event.preventDefault()
  underway.then(() => target.requestSubmit(submitter))
})
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden" && pending) save() })
addEventListener("pagehide", () => { if (pending) save() })
addEventListener("online", () => { if (pending) save() })
addEventListener("beforeunload", event => { if (isAway && pending || isRefused()) event.preventDefault() })
