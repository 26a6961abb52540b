// Files of a composer: kept on the server while the message is written, so that nothing has to be chosen twice.
import { complain, composer, form, words } from "./writing.js";

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"]
const underway = new Set()
// What each item of the list will be, as long as it is on its way.
const layings = new WeakMap()
const place = () => form()?.querySelector(".chosen")

export const isPicture = file => PICTURES.includes(file.type)
export const settled = () => underway.size ? Promise.allSettled([...underway]) : null
export const enclosed = () => [...place()?.querySelectorAll("li[data-key]") || []].map(item => ({ ...item.dataset }))

export const isEnclosing = () => !!place()?.querySelector("li")

// What stands in the list goes with a line that is said now, also what is still on its way: the list is empty.
// `kept`: the promise of all of them, made anew for what did not get here.
export function takeEnclosed() {
  const items = [...place()?.querySelectorAll("li") || []].map(item => layings.get(item) || { laid: { ...item.dataset } })
  for (const item of items) item.isTaken = true
  place()?.replaceChildren()
  show()
  return {
    names: items.map(item => item.laid?.name || item.file.name),
    known: () => items.filter(item => item.laid).map(item => item.laid),
    kept: () => Promise.all(items.map(async item => {
      if (item.laid) return item.laid
      item.laying ??= lay(item.file, item.ways)
      try { return item.laid = await item.laying } catch (error) { item.laying = null; throw error }
    })),
  }
}

// What was kept for a draft stands in the list again.
export function listAgain(files) {
  for (const file of files) settle(listed(file.name), file)
  show()
}

// What the server drew with ticks gets buttons.
export function adopt() {
  for (const item of place()?.querySelectorAll("li:has([type=checkbox])") || []) {
    const file = { ...item.dataset }
    item.querySelector("label").outerHTML = '<span class="name"></span>'
    settle(item, file)
  }
}

export function enclose(files) {
  const all = [...files]
  if (!all.length || !fits(all)) return
  const where = { form: form(), reference: composer().dataset.draft, address: composer().dataset.saves }
  for (const file of all) {
    const item = listed(`${file.name} · ${words().lays}`, file.size)
    const ways = waysHere(), one = { file, ways, laying: track(lay(file, ways)) }
    layings.set(item, one)
    one.laying.then(laid => one.isTaken || arrive(item, { ...laid, bytes: file.size }, where), error => {
      item.remove()
      if (!one.isTaken) complain(error.message)
    }).finally(() => {
      layings.delete(item)
      if (!one.isTaken) changed()
    })
  }
  show()
}

// Whoever looks at another case meanwhile finds the file when they come back.
function arrive(item, laid, where) {
  if (item.isConnected) settle(item, laid)
  else document.dispatchEvent(new CustomEvent("desk:laid", { detail: { ...where, file: laid } }))
}

// A picture for the text: the promise of where it lies and what it is called.
export function layPicture(file) {
  const laying = track(lay(file))
  laying.catch(error => complain(error.message))
  return laying
}

function fits(files) {
  const items = [...place().querySelectorAll("li")]
  const bytes = [...items.map(item => Number(item.dataset.bytes || 0)), ...files.map(file => file.size)].reduce((sum, one) => sum + one, 0)
  const complaint = bytes > Number(words().mostBytes) ? words().tooLarge : items.length + files.length > Number(words().mostFiles) ? words().tooMany : ""
  complain(complaint)
  return !complaint
}

function track(laying) {
  underway.add(laying)
  laying.catch(() => {}).finally(() => underway.delete(laying))
  return laying
}

// Wherever one looks by then.
const waysHere = () => ({ address: words().lay, notLaid: words().notLaid, token: form().elements.csrfmiddlewaretoken.value })

async function lay(file, { address, notLaid, token } = waysHere()) {
  const body = new FormData()
  body.append("file", file, file.name)
  let answer
  try {
    answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token } })
  } catch { throw Object.assign(new Error(notLaid), { isAway: true }) }
  const laid = answer.headers.get("Content-Type")?.includes("json") && await answer.json()
  if (!laid?.key) throw new Error(laid?.complaint || notLaid)
  return laid
}

function listed(text, bytes = 0) {
  const item = document.createElement("li"), name = document.createElement("span")
  name.className = "name"
  name.textContent = text
  item.dataset.bytes = bytes
  item.append(name)
  place().append(item)
  return item
}

function settle(item, { key, name, size, bytes }) {
  const input = Object.assign(document.createElement("input"), { type: "hidden", name: "kept", value: key })
  const remove = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: words().remove })
  remove.setAttribute("aria-label", `${words().remove} ${name}`)
  remove.addEventListener("click", () => { item.remove(); complain(""); changed() })
  Object.assign(item.dataset, { key, name, size, bytes: bytes || 0 })
  item.querySelector(".name").textContent = `${name} · ${size}`
  item.append(input, remove)
}

function changed() {
  show()
  form()?.dispatchEvent(new Event("input", { bubbles: true }))
}

function show() {
  if (place()) place().hidden = !place().children.length
}

document.addEventListener("change", event => {
  if (!event.target.matches("[data-editor] [type=file]")) return
  enclose(event.target.files)
  event.target.value = ""
})
// A file that is dropped beside the text goes along; without this the browser would leave the page for it.
for (const kind of ["dragover", "drop"]) document.addEventListener(kind, event => {
  if (!event.target.closest?.("[data-editor]") || event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return
  event.preventDefault()
  if (kind === "drop") enclose(event.dataTransfer.files)
})
// What is sent waits for the files that are still on their way here.
document.addEventListener("htmx:confirm", event => {
  if (!event.target.closest?.("[data-editor]") || event.detail.verb !== "post") return
  const waiting = settled()
  if (!waiting) return
  event.preventDefault()
  waiting.then(() => event.detail.issueRequest(true))
})
document.addEventListener("submit", event => {
  const waiting = event.target.matches("form[data-editor]") && settled()
  if (!waiting) return
  event.preventDefault()
  waiting.then(() => event.target.requestSubmit(event.submitter))
})
