// Who comes by the link in a mail says that it was them who wrote; then this browser is in the conversation.
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
  byId("not-me").addEventListener("click", () => end(""))
  form.addEventListener("submit", async event => {
    event.preventDefault()
    visitor.anew()
    const answer = await visitor.trying("return/", { ticket })
    if (!answer || answer.status >= 500) return tell(say("away"))
    const said = await answer.json()
    if (!answer.ok) {
      visitor.forget()
      return end(said.words)
    }
    visitor.keep()
    visitor.set("reference", String(said.state.reference))
    visitor.set("email", said.email)
    end("")
  })
})
