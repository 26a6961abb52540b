// Who is signed in at the website and has no token in this browser is known by the word of the website.
import * as visitor from "./visitor.js"
import { language, say } from "./page.js"
import { tell, untell } from "./screen.js"

// `isStill`: whether it is the same person yet. False where nobody answered.
export async function recognise(isStill) {
  const answer = await visitor.trying("identify/", { identity: visitor.signedAs(), language })
  const said = await answer?.json().catch(() => null)
  if (!isStill()) return true
  if (!said || answer.status === 429 || answer.status >= 500) return false
  untell(say("away"))
  if (said.state) {
    visitor.keep()
    visitor.set("reference", String(said.state.reference))
  } else if (said.error === "unknown") visitor.forget()
  else if (said.error === "identity") {
    visitor.unsign()
    tell(said.words)
  }
  return true
}
