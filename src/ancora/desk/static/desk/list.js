// The list beside a case: rows that changed are redrawn where they stand, new ones are only announced.
const SEEN_MOST = 400
const list = () => document.getElementById("list")

function mark() {
  const reference = document.getElementById("case")?.dataset.reference
  for (const row of document.querySelectorAll("#list .row[aria-current]")) row.removeAttribute("aria-current")
  if (reference) document.querySelector(`#list #row-${reference}`)?.setAttribute("aria-current", "true")
}

// What the screen shows already is not sent again.
document.addEventListener("htmx:configRequest", event => {
  if (event.detail.elt.id !== "news") return
  const rows = [...document.querySelectorAll("#rows > [data-seen]")].slice(0, SEEN_MOST)
  Object.assign(event.detail.parameters, {
    seen: rows.map(row => row.dataset.seen).join(","),
    gone: rows.filter(row => row.matches(".gone")).map(row => row.dataset.seen.split(".")[0]).join(","),
    fresh: document.querySelector("#news .news")?.dataset.fresh || "0",
    queues: document.querySelector("#queues [data-queues]")?.dataset.queues || "",
  })
})

document.addEventListener("htmx:afterSettle", event => {
  for (const gone of document.querySelectorAll("#news [data-gone]")) {
    document.getElementById(gone.dataset.gone)?.classList.add("gone")
    gone.remove()
  }
  // What moved down while a next page was fetched stands where it was already.
  const ids = new Set()
  for (const row of document.querySelectorAll("#rows > [data-seen]")) ids.has(row.id) ? row.remove() : ids.add(row.id)
  mark()
  if (event.detail.elt?.id === "list") document.querySelector("#list [aria-current]")?.scrollIntoView({ block: "nearest" })
})

// Words of the server come with 422 when a command refused: they belong on the page.
document.addEventListener("htmx:beforeSwap", event => {
  if (event.detail.xhr.status !== 422) return
  event.detail.shouldSwap = true
  event.detail.isError = false
})

export function rows() {
  return [...document.querySelectorAll("#list .row, .sheet-page .row")]
}

export function step(by) {
  const all = rows()
  if (!all.length) return
  const focused = all.indexOf(document.activeElement.closest(".rows > *")?.querySelector(".row"))
  const at = focused >= 0 ? focused : all.findIndex(row => row.hasAttribute("aria-current"))
  const next = all[Math.min(Math.max(at < 0 ? 0 : at + by, 0), all.length - 1)]
  next.focus()
  next.scrollIntoView({ block: "nearest" })
  const more = list()?.querySelector(".more a")
  if (next === all.at(-1) && more) more.click()
}

// Rows become cards when a case opens beside them: the open one stays in sight.
document.addEventListener("htmx:afterSettle", event => {
  if (event.detail.target?.id !== "panes" || !document.querySelector(".columns")) return
  document.querySelector("#rows > :has([aria-current])")?.scrollIntoView({ block: "nearest" })
})

mark()
