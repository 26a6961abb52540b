// Chooses the zone of this browser in an untouched form.
const select = document.querySelector("select[data-guess-zone]")
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
if (select && !document.querySelector("[aria-invalid=true]") && [...select.options].some(option => option.value === zone)) select.value = zone
