// Light, dark, high contrast or as the system says: buttons with data-theme-choice; kept in a cookie so the server sends it at once.
const root = document.documentElement
const contrast = document.getElementById("contrast")
const ASKED = "(prefers-contrast: more), (forced-colors: active)"

function mark() {
  for (const button of document.querySelectorAll("[data-theme-choice]"))
    button.setAttribute("aria-pressed", String((root.dataset.theme || "auto") === button.dataset.themeChoice))
}

document.addEventListener("click", event => {
  const button = event.target.closest("[data-theme-choice]")
  if (!button) return
  const choice = button.dataset.themeChoice
  if (choice === "auto") delete root.dataset.theme
  else root.dataset.theme = choice
  contrast.media = choice === "contrast" ? "all" : ASKED
  const age = choice === "auto" ? 0 : 31536000
  document.cookie = `ancora_theme=${choice};path=/;max-age=${age};samesite=lax`
  mark()
})
document.addEventListener("htmx:load", mark)
mark()
