// role="tablist" with buttons role="tab" aria-controls="panel": click or arrow keys choose.
function choose(tab, focus = true) {
  for (const other of tab.closest("[role=tablist]").querySelectorAll("[role=tab]")) {
    const chosen = other === tab
    other.setAttribute("aria-selected", String(chosen))
    other.tabIndex = chosen ? 0 : -1
    const panel = document.getElementById(other.getAttribute("aria-controls"))
    if (panel) panel.hidden = !chosen
  }
  if (focus) tab.focus()
  tab.dispatchEvent(new CustomEvent("tab:chosen", { bubbles: true }))
}

document.addEventListener("click", event => {
  const tab = event.target.closest("[role=tab]")
  if (tab) choose(tab)
})
document.addEventListener("keydown", event => {
  const tab = event.target.closest?.("[role=tab]")
  if (!tab) return
  const tabs = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")], at = tabs.indexOf(tab)
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key]
  if (next === undefined) return
  choose(tabs[next % tabs.length])
  event.preventDefault()
})
