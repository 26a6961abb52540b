// Other ways to reach us, for who asks: what the matter is like, and every way with its wait, the best first. It is a
// choice: the chat stays in the list, and open.
import * as visitor from "./visitor.js"
import * as sheet from "./sheet.js"
import { tell } from "./screen.js"
import { byId, language, make, moment, say } from "./page.js"

const button = byId("ways")
const matter = { complexity: "simple" }
let region = null, list = null, heard = null, asked = 0

// What there is for a matter, with its words; null where nobody answered. Its looks come along.
export async function known(wanted) {
  const answer = await visitor.trying(`advice/?${new URLSearchParams({ lang: language, ...wanted })}`)
  const said = answer?.ok ? await answer.json() : null
  if (!said) tell(say("away"))
  else await dressed(said.style)
  return said
}

const dressed = href => new Promise(done => {
  if (document.querySelector(`link[href="${href}"]`)) return done()
  const link = make("link", { rel: "stylesheet", href })
  link.onload = link.onerror = done
  document.head.append(link)
})

export async function toggle() {
  if (region) return sheet.close(region)
  const said = await known(matter)
  if (!said || region) return
  const { words } = said
  list = make("ol", { class: "ways" })
  heard = make("p", { class: "visually-hidden", role: "status" })
  region = make("section", { id: "ways-here", "aria-label": words.title }, asks(words), heard, list)
  sheet.open(region, button.nextSibling, () => button, () => {
    region = null
    button.setAttribute("aria-expanded", "false")
  })
  button.setAttribute("aria-expanded", "true")
  draw(said)
}

function asks(words) {
  const choice = (type, name, value, word) => {
    const input = make("input", { type, name, value })
    input.checked = matter[name] === value
    input.addEventListener("change", () => { change(name, input.checked ? value : "") })
    return make("label", { class: "choice" }, input, word)
  }
  return make("fieldset", {}, make("legend", {}, words.choose),
    ...["simple", "complex"].map(value => choice("radio", "complexity", value, words[value])),
    ...["personal", "urgent"].map(name => choice("checkbox", name, "1", words[name])))
}

async function change(name, value) {
  if (value) matter[name] = value
  else delete matter[name]
  const mine = ++asked, said = await known(matter)
  if (said && region && mine === asked) draw(said)
}

function draw({ ways, words }) {
  list.replaceChildren(...ways.map((way, at) => drawn(way, words, !at)))
  heard.textContent = `${words.best}: ${ways[0].name}`
}

function drawn(way, words, isBest) {
  const item = make("li", isBest ? { class: "best" } : {}, make("strong", {}, way.name))
  if (isBest) item.append(" ", make("span", { class: "mark" }, words.best))
  const times = [way.open ? way.wait : when(way), way.solves].filter(Boolean).join(" ")
  if (times) item.append(make("p", {}, times))
  for (const reason of way.reasons) item.append(make("p", { class: "muted" }, reason))
  if (way.channel === "chat") {
    const stay = make("button", { type: "button" }, words.stay)
    stay.addEventListener("click", () => {
      sheet.close(region)
      byId(byId("offline").hidden ? "text" : "offline-name").focus()
    })
    item.append(stay)
  } else item.append(door(way))
  return item
}

export const when = way => way.opens_at ? say("opens", { moment: moment(way.opens_at, { long: true }) }) : say("closed")

// Where it leads: a number, an address, a page of its own.
export const door = way => make("a", { href: way.href, ...(/^https?:/.test(way.href) ? { target: "_blank", rel: "noopener noreferrer" } : {}) }, way.place)
