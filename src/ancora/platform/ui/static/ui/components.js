// Only for the page of components: a button that shows a toast.
document.addEventListener("click", event => {
  const text = event.target.closest("[data-toasts]")?.dataset.toasts
  if (text) document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text } }))
})
