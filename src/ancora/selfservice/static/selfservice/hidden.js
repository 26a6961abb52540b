// Something was hidden because nobody knows who writes here: it is said calmly, and where it can be said safely.
import * as visitor from "./visitor.js"
import { byId, make, say } from "./page.js"
import { door, known, when } from "./ways.js"

let region = null, asked = 0

export async function show(kinds) {
  const before = ++asked, said = await known({ complexity: "simple", personal: "1" })
  if (!said || before !== asked) return
  const { words } = said
  region?.remove()
  const heard = make("p", { class: "hid", role: "status" }), close = make("button", { type: "button", class: "quiet" }, words.close)
  close.addEventListener("click", () => {
    region.remove()
    byId("text").focus()
  })
  const places = make("ul", { class: "ways" })
  if (said.sign_in) places.append(make("li", {}, make("a", { href: said.sign_in, target: "_top" }, words.sign_in)))
  if (said.links) places.append(make("li", {}, asksLink(words)))
  const others = said.ways.filter(way => way.channel !== "chat")
  const names = others.map(way => make("li", {}, `${way.name}: `, door(way), way.open ? "" : ` · ${when(way)}`))
  places.append(...(places.children.length ? [make("li", {}, words.other, make("ul", {}, ...names))] : names))
  region = make("section", { id: "hidden-here", class: "sheet", "aria-label": words.safely }, heard, make("p", {}, words.safely), places, close)
  byId("ways").before(region)
  // Said once it is there, so that it is heard.
  heard.textContent = [...kinds.map(kind => words[kind] ?? ""), words.unknown].join(" ")
}

addEventListener("other", () => { asked++; region?.remove() })

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
