// In the settings: what this browser can, whether it is asked, and turning it on.
import { canPush, kept, subscription, sync, turnOff, turnOn } from "./push_browser.js";

const box = document.getElementById("push")
const button = box.querySelector("[data-push-on]")

function show(state, words = "") {
  for (const part of box.querySelectorAll("[data-push-when]")) part.hidden = part.dataset.pushWhen !== state
  if (state === "failed" && words) box.querySelector("[data-push-why]").textContent = words
  button.hidden = !["off", "failed"].includes(state)
}

async function look() {
  if (!isSecureContext) return show("insecure")
  if (!canPush()) return show("unable")
  await sync().catch(() => {})
  if (Notification.permission === "denied") return show("denied")
  const mine = kept(), row = mine && document.querySelector(`[data-browser="${mine.id}"]`)
  if (!row || !await subscription()) return show("off")
  row.querySelector("[data-this]").hidden = false
  row.querySelector("[data-forgets]").addEventListener("submit", leave)
  show("on")
}

button.addEventListener("click", async () => {
  button.disabled = true
  try {
    // Asked first, and by the click itself: some browsers take nothing else for an answer.
    const answer = await Notification.requestPermission()
    if (answer === "denied") return show("denied")
    if (answer !== "granted") return show("off")
    await turnOn()
    location.reload()
  } catch (error) {
    show("failed", error.words)
  } finally {
    button.disabled = false
  }
})

async function leave(event) {
  event.preventDefault()
  await turnOff().catch(() => {})
  event.target.submit()
}

look()
