// Speaks with the page around, and believes only the one of the origin that made this frame. Alone in a tab the chat
// is always open.
const around = location.hash.slice(1)
export const isFramed = parent !== self && /^https?:\/\/[^/]+$/.test(around)

const state = { open: !isFramed, hears: () => {} }

export const isOpen = () => state.open
// Somebody sees what is here.
export const isLooked = () => state.open && document.visibilityState === "visible"
export const tell = (kind, more = {}) => { if (isFramed) parent.postMessage({ kind, ...more }, around) }
export const hear = hears => { state.hears = hears }

addEventListener("message", event => {
  if (!isFramed || event.source !== parent || event.origin !== around) return
  const { kind, scheme, open, identity } = event.data || {}
  if (scheme === "dark" || scheme === "light") document.documentElement.dataset.theme = scheme
  state.open = Boolean(open)
  state.hears(String(kind), typeof identity === "string" ? identity : "")
})
