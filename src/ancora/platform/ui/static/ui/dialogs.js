// data-opens="id" opens a dialog, data-closes closes the one around it; a click beside it closes it too.
document.addEventListener("click", event => {
  const opener = event.target.closest("[data-opens]")
  if (opener) {
    document.getElementById(opener.dataset.opens)?.showModal()
    return
  }
  const dialog = event.target.closest("dialog")
  if (!dialog) return
  if (event.target.closest("[data-closes]") || event.target === dialog) dialog.close()
})

// A dialog that arrives in a fragment opens by itself.
function openArrived(root) {
  const found = root.matches?.("dialog[data-open]") ? [root] : root.querySelectorAll?.("dialog[data-open]") || []
  for (const dialog of found) if (!dialog.open) dialog.showModal()
}
document.addEventListener("htmx:load", event => openArrived(event.target))

// The entries of a menu: arrow keys walk, and choosing closes.
document.addEventListener("keydown", event => {
  const menu = event.target.closest?.("[popover].menu")
  // What a form in it offers has arrow keys of its own.
  if (event.target.matches("select, [type=radio]")) return
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return
  const entries = [...menu.querySelectorAll("a, button:not(:disabled)")]
  const at = entries.indexOf(document.activeElement)
  const next = { ArrowDown: at + 1, ArrowUp: at - 1 + entries.length, Home: 0, End: entries.length - 1 }[event.key]
  entries[next % entries.length]?.focus()
  event.preventDefault()
})
document.addEventListener("click", event => {
  const menu = event.target.closest("[popover].menu")
  // Only after the form was sent: a button that loses its focus before has no value.
  if (menu && event.target.closest("a, button") && !event.target.closest("[data-stays]")) setTimeout(() => menu.hidePopover())
})
document.addEventListener("toggle", event => {
  const menu = event.target
  if (!menu.matches?.("[popover].menu")) return
  document.querySelector(`[popovertarget="${menu.id}"]`)?.setAttribute("aria-expanded", String(event.newState === "open"))
  if (event.newState === "open" && document.activeElement?.getAttribute("popovertarget") === menu.id)
    (menu.querySelector("[autofocus]") || menu.querySelector("a, button:not(:disabled, [tabindex='-1']), input"))?.focus()
}, true)
