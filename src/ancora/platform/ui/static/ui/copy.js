// data-copies="id": puts the text of that element on the clipboard and says so.
document.addEventListener("click", async event => {
  const button = event.target.closest("[data-copies]")
  if (!button) return
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent.trim())
  document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text: button.dataset.copied } }))
})
