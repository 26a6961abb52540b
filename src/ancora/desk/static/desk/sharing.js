// A shared draft: who writes learns that the pen was taken, and what came too late is kept until its author chose.
import { draw } from "./composer.js";
import { insist, isRefused, save, tryAgain } from "./drafting.js";
import { composer, form } from "./writing.js";

// Longer than a save takes: one's own are no news.
const WAIT_MS = 1500
let heard = "", timer

function follow() {
  const topic = composer()?.dataset.query ? composer().dataset.liveTopic : ""
  if (topic === heard) return
  if (heard) document.body.removeEventListener(`live:${heard}`, soon)
  if (topic) document.body.addEventListener(`live:${topic}`, soon)
  heard = topic
}
function soon() {
  clearTimeout(timer)
  timer = setTimeout(look, WAIT_MS)
}

// Whether this is still what stands there, and ours to write.
async function look() {
  const here = composer(), query = here?.dataset.query
  if (!query) return
  if (isRefused()) return tryAgain()
  await save()
  if (here !== composer() || isRefused()) return
  let answer
  try { answer = await fetch(`${here.dataset.part}?${query}`, { headers: { "HX-Request": "true" } }) } catch { return }
  if (!answer.ok || answer.redirected || here !== composer()) return
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html")
  const isSame = fresh.querySelector("#composer")?.dataset.draft === here.dataset.draft
  const version = fresh.querySelector("#composer [name=version]")?.value
  if (!isSame || version !== form().elements.version.value || !fresh.querySelector("#pen")) draw(query)
}

async function over(button) {
  const { takes, over: version } = button.dataset
  if (takes) {
    const body = new FormData(form())
    body.set("do", "take")
    body.set("silent", "1")
    const answer = await fetch(takes, { method: "POST", body, headers: { "HX-Request": "true" } })
    if (!answer.ok) {
      button.closest(".conflict").querySelector("p").textContent = await answer.text()
      return
    }
  }
  await insist(version)
  if (takes && !isRefused()) draw(composer().dataset.query)
}

document.addEventListener("click", event => {
  const button = event.target.closest("#complaint [data-over]")
  if (button) over(button)
})
document.body.addEventListener("desk:shared", event => {
  const { reference, query } = event.detail
  const here = composer()?.dataset.draft || ""
  if (!here || here === reference) draw(query)
})
document.addEventListener("htmx:afterSettle", follow)
document.addEventListener("htmx:historyRestore", follow)
follow()
