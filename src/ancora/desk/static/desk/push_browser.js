// This browser and its push service: what is kept of it here, and what the server is told.
const KEPT = "ancora-push"
const place = () => document.querySelector("[data-push-mark]")
// Who is signed in, and by which sign-in.
const mark = () => place()?.dataset.pushMark || ""
const person = of => of.split(".")[0]

export const canPush = () =>
  isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window

export function kept() {
  try { return JSON.parse(localStorage.getItem(KEPT)) } catch { return null }
}

function keep(what) {
  try {
    if (what) localStorage.setItem(KEPT, JSON.stringify(what))
    else localStorage.removeItem(KEPT)
  } catch { /* Storage is off: the next sign-in does not find this browser again. */ }
}

export async function subscription() {
  const registration = await navigator.serviceWorker.getRegistration("/")
  return await registration?.pushManager.getSubscription() || null
}

// Asks the browser, which may ask the person; then tells the server.
export async function turnOn() {
  const { key } = await (await asked("/push/key/")).json()
  await navigator.serviceWorker.register("/service-worker.js", { scope: "/" })
  const { pushManager } = await navigator.serviceWorker.ready
  const how = { userVisibleOnly: true, applicationServerKey: key }
  let found
  try {
    found = await pushManager.subscribe(how)
  } catch (error) {
    // The server has other keys than it had: what is bound to the old ones goes.
    if (error.name !== "InvalidStateError") throw error
    await (await pushManager.getSubscription())?.unsubscribe()
    found = await pushManager.subscribe(how)
  }
  await tell(found, "")
}

export async function turnOff() {
  keep(null)
  await (await subscription())?.unsubscribe()
}

// After another sign-in the server is told that this browser is still there; another person is not shown what was
// meant for the one before.
export async function sync() {
  const before = kept()
  if (!before || !mark() || !canPush()) return
  const found = await subscription()
  if (person(before.mark) !== person(mark()) || Notification.permission !== "granted" || !found) return turnOff()
  if (before.mark !== mark() || before.endpoint !== found.endpoint) await tell(found, before.endpoint)
}

async function tell(found, was) {
  const { endpoint, keys } = found.toJSON()
  const form = new FormData()
  const given = { endpoint, p256dh: keys.p256dh, auth: keys.auth, was }
  for (const [name, value] of Object.entries(given)) form.append(name, value)
  form.append("csrfmiddlewaretoken", JSON.parse(document.body.getAttribute("hx-headers"))["x-csrftoken"])
  const answer = await asked("/push/", { method: "POST", body: form }, [404])
  if (answer.status === 404) return turnOff()
  keep({ mark: mark(), endpoint, id: (await answer.json()).id })
}

async function asked(address, how = {}, alsoGood = []) {
  // A session that ended leads to the sign-in: not here.
  const answer = await fetch(address, { redirect: "error", ...how })
  if (answer.ok || alsoGood.includes(answer.status)) return answer
  throw Object.assign(new Error(), { words: (await answer.json().catch(() => ({}))).error || "" })
}
