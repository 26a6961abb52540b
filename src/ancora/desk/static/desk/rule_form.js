// The form of a rule: time is asked for only where time passes, words only where a message comes or goes.
const form = document.querySelector(".rule-form")
const trigger = form.elements.trigger
const withMessage = ["opened", "wrote", "answered"]

function show() {
  form.querySelector(".of-time").hidden = !trigger.value.startsWith("since_")
  form.querySelector(".of-message").hidden = !withMessage.includes(trigger.value) && !form.elements.words.value
}

trigger.addEventListener("change", show)
show()
