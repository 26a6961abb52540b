// Where we may answer when somebody has to go: kept with us, or refused, and then nobody asks again.
import * as visitor from "./visitor.js"
import { byId, say } from "./page.js"
import { notice, tell } from "./screen.js"

// `done` hears that it is answered.
export function begin(done) {
  const form = byId("address"), end = () => {
    visitor.set("asked", "1")
    done()
  }
  form.addEventListener("submit", async event => {
    event.preventDefault()
    const answer = await visitor.trying("address/", Object.fromEntries(new FormData(form))), said = await answer?.json()
    if (!answer?.ok) return tell(said?.words ?? say("away"))
    visitor.set("email", said.email)
    notice(said.words)
    end()
  })
  byId("no-address").addEventListener("click", end)
}
