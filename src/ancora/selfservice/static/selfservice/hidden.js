// Something was hidden because nobody knows who writes here: it is said calmly, and where it can be said safely.
import * as sheet from "./sheet.js"
import * as visitor from "./visitor.js"
import { byId, make, say } from "./page.js"
import { door, known, when } from "./ways.js"

const hidden = new Set()
let region = null, asked = 0

// What was hidden a moment ago is said with it, until somebody has closed it.
export async function show(kinds) {
  for (const kind of kinds) hidden.add(kind)
  const before = ++asked, said = await known({ complexity: "simple", personal: "1" })
  if (!said || before !== asked) return
  const { words } = said, all = [...hidden]
  const heard = make("p", { class: "hid", role: "status" }), close = make("button", { type: "button", class: "quiet" }, words.close)
  close.addEventListener("click", () => sheet.close(region))
  const places = make("ul", { class: "ways" })
  if (said.sign_in) places.append(make("li", {}, make("a", { href: said.sign_in, target: "_top" }, words.sign_in)))
  if (said.links) places.append(make("li", {}, asksLink(words)))
  const others = said.ways.filter(way => way.channel !== "chat")
  const names = others.map(way => make("li", {}, `${way.name}: `, door(way), way.open ? "" : ` · ${when(way)}`))
  places.append(...(places.children.length ? [make("li", {}, words.other, make("ul", {}, ...names))] : names))
  region = make("section", { id: "hidden-here", "aria-label": words.safely }, make("div", { class: "top" }, heard, close), make("p", {}, words.safely), places)
  sheet.open(region, byId("ways"), () => byId("text"), () => hidden.clear())
  for (const kind of all) hidden.add(kind)
  // Said once it is there, so that it is heard.
  heard.textContent = [...all.map(kind => words[kind] ?? ""), words.unknown].join(" ")
}

addEventListener("other", () => { asked++; hidden.clear() })

function asksLink(words) {
  const email = make("input", { type: "email", name: "email", autocomplete: "email", maxlength: "320", required: "", id: "link-email" })
  email.value = visitor.get("email") || ""
  const send = make("button", {}, words.send_link), told = make("p", { role: "status" })
  const form = make("form", {}, make("label", { for: "link-email" }, words.link), make("div", { class: "bar" }, email, send), told)
  email.setAttribute("placeholder", words.email)
  form.addEventListener("submit", async event => {
    event.preventDefault()
    send.disabled = true
    const answer = await visitor.trying("link/", { email: email.value }), said = await answer?.json().catch(() => null)
    send.disabled = false
    told.textContent = answer?.ok ? words.link_sent.replace("{email}", said.email) : said?.words ?? say("away")
  })
  return form
}
