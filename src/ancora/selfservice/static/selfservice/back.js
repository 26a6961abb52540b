// Who comes by a link, from a mail or from another device, says that it was them; then this browser is in the
// conversation.
import { tell } from "./screen.js"
import * as visitor from "./visitor.js"
import { byId, say } from "./page.js"

const form = byId("back"), ticket = location.hash.slice(1)

// Done when the question is answered, whatever the answer.
export const comeBack = () => new Promise(done => {
  form.hidden = false
  form.querySelector("button").focus()
  const end = words => {
    history.replaceState(null, "", `${location.pathname}?lang=${document.documentElement.lang}`)
    form.hidden = true
    tell(words)
    done()
  }
  const ask = isAsking => { for (const button of form.querySelectorAll("button")) button.disabled = isAsking }
  byId("not-me").addEventListener("click", () => end(""))
  form.addEventListener("submit", async event => {
    event.preventDefault()
    tell("")
    ask(true)
    visitor.anew()
    const answer = await visitor.trying(form.dataset.asks, { ticket }), said = await answer?.json().catch(() => null)
    ask(false)
    if (!answer?.ok || !said) {
      visitor.asBefore()
      // Whoever must wait may press again.
      return !said || answer.status >= 500 || answer.status === 429 ? tell(said?.words || say("away")) : end(said.words)
    }
    visitor.welcome()
    visitor.set("reference", String(said.state.reference))
    visitor.set("email", said.email)
    end("")
  })
})
