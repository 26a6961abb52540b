// The open case: the timeline grows without losing what is unfolded in it, menus fetch themselves when opened.
import { recognise } from "./chat.js";
import { catchUp } from "./composer.js";

function signature(node) {
  const copy = node.cloneNode(true)
  for (const part of copy.querySelectorAll("details > div, time")) part.replaceChildren()
  for (const details of copy.querySelectorAll("details")) details.removeAttribute("open")
  return copy.textContent + copy.dataset.state
}

function merge(timeline, html, asOf) {
  const fresh = document.createElement("template")
  fresh.innerHTML = html
  const atEnd = timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight < 80
  recognise(timeline, fresh.content)
  const ids = [...fresh.content.children].map(node => node.id)
  let before = null
  for (const node of [...fresh.content.children]) {
    const known = document.getElementById(node.id)
    const kept = known && signature(known) === signature(node) ? known : node
    if (known && kept === node) { known.replaceWith(node); htmx.process(node) }
    else if (!known) { before ? before.after(node) : timeline.prepend(node); htmx.process(node) }
    before = kept
  }
  const here = new Set(ids)
  for (const node of [...timeline.children]) if (!here.has(node.id) && !node.dataset.pending) node.remove()
  if (atEnd) timeline.scrollTop = timeline.scrollHeight
  catchUp(Math.max(0, ...[...timeline.querySelectorAll(".message:not(.ours)")].map(node => Number(node.id.replace("m-", "")))), asOf)
}

document.addEventListener("htmx:beforeSwap", event => {
  if (event.detail.target.id !== "timeline" || event.detail.xhr.status !== 200) return
  event.detail.shouldSwap = false
  merge(event.detail.target, event.detail.serverResponse, Number(event.detail.xhr.getResponseHeader("As-Of")))
})

// One menu serves all messages: it is filled for the one whose button was pressed.
document.addEventListener("click", event => {
  const button = event.target.closest("[data-about]")
  if (!button) return
  document.getElementById("menu-message").replaceChildren()
  htmx.ajax("GET", button.dataset.about, { target: "#menu-message", swap: "innerHTML" })
}, true)

// A head redrawn while one of its menus is open would pull the anchor from under it: it waits.
let waits = false
document.addEventListener("htmx:beforeRequest", event => {
  if (event.detail.elt.id === "case-head" && document.querySelector(".case .menu:popover-open")) {
    waits = true
    event.preventDefault()
  }
})
document.addEventListener("beforetoggle", event => {
  const menu = event.target
  if (event.newState === "open" && menu.matches?.(".menu[hx-get]")) htmx.trigger(menu, "opens")
  if (event.newState === "closed" && waits) {
    waits = false
    setTimeout(() => htmx.trigger("#case-head", "reload"))
  }
}, true)
document.addEventListener("htmx:afterSettle", event => {
  const menu = event.detail.target
  if (menu?.matches?.(".menu:popover-open")) (menu.querySelector("[autofocus]") || menu.querySelector("button:not([tabindex='-1']), input"))?.focus()
})

// Quoted text and designed mails are fetched when first unfolded.
document.addEventListener("toggle", async event => {
  const details = event.target
  if (!details.open || !details.dataset?.fetch || details.dataset.fetched) return
  details.dataset.fetched = "1"
  const place = details.querySelector("div")
  if (details.matches(".designed")) { place.append(frame(details.dataset.fetch, details)); return }
  const answer = await fetch(details.dataset.fetch, { headers: { "HX-Request": "true" } })
  if (answer.ok) place.innerHTML = await answer.text()
  else delete details.dataset.fetched
}, true)

function frame(address, details) {
  const frame = document.createElement("iframe")
  frame.title = details.querySelector("summary").textContent
  frame.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox")
  frame.addEventListener("load", () => {
    const root = frame.contentDocument?.documentElement
    if (!root) return
    const fit = () => { frame.height = Math.ceil(root.getBoundingClientRect().height) + 2 }
    new ResizeObserver(fit).observe(root)
    if (root.querySelector("[data-remote-src]")) offer(frame, address, details)
    else details.querySelector(".images")?.remove()
  })
  frame.src = address
  return frame
}

function offer(frame, address, details) {
  if (details.querySelector(".images")) return
  const offered = document.getElementById("images-template").content.firstElementChild.cloneNode(true)
  if (!details.dataset.sender) offered.querySelector("[data-images=always]")?.remove()
  for (const button of offered.querySelectorAll("[data-images]")) button.addEventListener("click", async () => {
    button.disabled = true
    await htmx.ajax("POST", address.replace(/body\/$/, "images/"), { values: { for: button.dataset.images }, swap: "none" })
    frame.contentWindow.location.reload()
  })
  frame.before(offered)
}

document.addEventListener("click", event => {
  const link = event.target.closest("[data-person]")
  if (!link || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  document.getElementById("panes").classList.toggle("shows-person")
})

function toNewest() {
  const timeline = document.getElementById("timeline")
  if (!timeline || timeline.dataset.placed) return
  timeline.dataset.placed = "1"
  document.getElementById("panes").classList.remove("shows-person")
  const last = [...timeline.querySelectorAll(".message, .note")].at(-1)
  // The beginning of the newest message, not its end, is what one reads first.
  if (last) timeline.scrollTop = last.offsetTop - timeline.offsetTop - 16
}
document.addEventListener("htmx:afterSettle", toNewest)
toNewest()

// What is used seldom is fetched when it is first asked for.
document.addEventListener("click", async event => {
  if (!event.target.closest("[data-splits]") || !document.getElementById("split-bar") || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  const { begin } = await import("./splitting.js")
  begin()
})
