// A field with lines below it. The field keeps the focus; arrows walk, Enter takes; `fill` of a line goes into the field.
export function combobox(field, list, { take, chosenFirst = false }) {
  const options = () => [...list.querySelectorAll("[role=option]")]
  const chosen = () => list.querySelector("[aria-selected=true]")

  function choose(next) {
    for (const one of options()) one.setAttribute("aria-selected", String(one === next))
    if (!next) return field.removeAttribute("aria-activedescendant")
    field.setAttribute("aria-activedescendant", next.id)
    next.scrollIntoView({ block: "nearest" })
  }

  const ask = () => field.dispatchEvent(new Event("asks"))

  field.addEventListener("keydown", event => {
    if (event.key === "Enter" && (chosenFirst || chosen())) {
      event.preventDefault()
      return chosen()?.click()
    }
    const all = options()
    if (!all.length || !["ArrowDown", "ArrowUp"].includes(event.key)) return
    event.preventDefault()
    const at = all.indexOf(chosen()), down = event.key === "ArrowDown"
    choose(all[at < 0 ? (down ? 0 : all.length - 1) : (at + (down ? 1 : -1) + all.length) % all.length])
  })
  list.addEventListener("click", event => {
    const option = event.target.closest("[role=option]")
    if (!option) return
    if (!option.dataset.fill) return take(option)
    choose(null)
    field.value = option.dataset.fill
    field.focus()
    ask()
  })
  // Where Enter takes the first line, it takes the one under the pointer; else only what was walked to.
  if (chosenFirst) list.addEventListener("pointermove", event => {
    const over = event.target.closest("[role=option]")
    if (over && over !== chosen()) choose(over)
  })
  list.addEventListener("htmx:afterSwap", () => choose(chosenFirst ? options()[0] : null))
  return { ask, choose, options }
}
