// What lies between the lines and the field for a while: one at a time. Whoever asks for another closes the one before,
// and the form for the address stands back until it is closed.
let now = null

// `back`: who has the focus when it is closed from within · `closed` hears that it is gone.
export function open(sheet, place, back, closed = () => {}) {
  close()
  now = { sheet, back, closed }
  sheet.classList.add("sheet", "asked")
  sheet.addEventListener("keydown", event => {
    if (event.key !== "Escape") return
    event.stopPropagation()
    close(sheet)
  })
  place.before(sheet)
}

// This one, where it is open; without a name whichever is.
export function close(sheet = now?.sheet) {
  if (!sheet || now?.sheet !== sheet) return
  const { back, closed } = now, had = sheet.contains(document.activeElement)
  now = null
  sheet.remove()
  closed()
  if (had) back().focus()
}

for (const what of ["other", "address"]) addEventListener(what, () => close())
