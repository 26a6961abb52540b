// The conversation goes on at another device as well: a link, and its picture for a camera, for whoever asked here.
import * as visitor from "./visitor.js"
import { byId, make, say } from "./page.js"
import { notice, tell, untell } from "./screen.js"
import * as sheets from "./sheet.js"

const VALID_MS = 600_000
let sheet = null, over = 0, copied = "", asked = 0

export async function show() {
  sheets.close(sheet)
  tell("")
  const before = ++asked
  const answer = await visitor.trying("device/", {}), said = await answer?.json().catch(() => null)
  if (before !== asked) return
  if (!answer?.ok || !said) return tell(said?.words || say("away"))
  draw(said)
  const mine = sheet
  over = setTimeout(() => { if (sheet === mine) { sheets.close(mine); notice(said.labels.over) } }, VALID_MS)
}

function draw({ url, picture, labels }) {
  const link = make("input", { readonly: "", value: url, "aria-label": labels.link, dir: "ltr" })
  const copy = make("button", { type: "button", class: "primary" }, labels.copy)
  const done = make("button", { class: "quiet" }, labels.done)
  sheet = make("form", {},
    make("p", {}, labels.how),
    make("img", { src: picture, alt: labels.picture, width: "160", height: "160" }),
    make("div", { class: "bar" }, make("span", { class: "grow" }, link), copy, done),
    make("p", { class: "muted" }, labels.limits))
  link.addEventListener("focus", () => link.select())
  copy.addEventListener("click", async () => {
    // A frame may write there only where the website lets it.
    await navigator.clipboard.writeText(url).catch(() => { link.select(); document.execCommand("copy"); copy.focus() })
    notice(copied = labels.copied)
  })
  sheet.addEventListener("submit", event => { event.preventDefault(); sheets.close(sheet) })
  sheets.open(sheet, byId("write"), () => document.querySelector("[popovertarget=menu]"), () => {
    clearTimeout(over)
    sheet = null
    untell(copied)
  })
  copy.focus()
}

addEventListener("joined", () => sheets.close(sheet))
addEventListener("other", () => asked++)
