// Names of countries in the language of the page: the browser knows them, the server only their codes.
const language = document.documentElement.lang
const names = new Intl.DisplayNames([language], { type: "region", fallback: "none" })

function nameOf(code, otherwise) {
  return names.of(code) ?? otherwise
}

for (const place of document.querySelectorAll("[data-country]")) {
  if (place.dataset.country) place.textContent = nameOf(place.dataset.country, place.textContent)
}
for (const select of document.querySelectorAll("select[name=country]")) {
  const [none, ...options] = select.options
  const chosen = select.value
  for (const option of options) option.textContent = nameOf(option.value, option.textContent)
  options.sort((one, other) => one.textContent.localeCompare(other.textContent, language))
  select.replaceChildren(none, ...options)
  select.value = chosen
}
