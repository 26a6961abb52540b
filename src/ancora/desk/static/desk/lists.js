// Rows become cards when a case opens beside them: the open one stays in sight.
document.addEventListener("htmx:afterSettle", event => {
  if (event.detail.target?.id !== "panes" || !document.querySelector(".columns")) return
  document.querySelector("#rows > :has([aria-current])")?.scrollIntoView({ block: "nearest" })
})
