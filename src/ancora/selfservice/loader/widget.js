// Draws the button of the chat on a website, and behind it the chat itself in a frame of its own origin. It keeps
// nothing in the browser, and needs nothing of the website but `script-src` and `frame-src` for that origin.
(settings => {
  const script = document.currentScript
  if (!script || window.AncoraChat) return
  const home = script.src.replace(/widget\.js.*$/, ""), origin = new URL(home).origin, asked = script.dataset
  const language = (asked.lang || script.closest("[lang]")?.lang || "").toLowerCase().split(/[-_]/)[0]
  const words = settings.words[language] || settings.words[settings.language]
  const phone = matchMedia("(max-width: 480px), (max-height: 480px)")
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`
    :host { all: initial !important; position: absolute !important; --hue: ${settings.hue}; color-scheme: light !important }
    :host([data-scheme=dark]) { color-scheme: dark !important }
    * { box-sizing: border-box }
    button { position: fixed; z-index: 2147483000; inset-block-end: 20px; inset-inline-${settings.side}: 20px;
      display: flex; gap: 8px; align-items: center; min-height: 48px; padding: 0 20px; border: 0; border-radius: 24px;
      font: 600 16px/1.2 system-ui, sans-serif; cursor: pointer; background: #1d5c6b; color: #fff;
      background: light-dark(oklch(45% .085 var(--hue)), oklch(78% .09 var(--hue)));
      color: light-dark(#fff, oklch(20% .03 var(--hue)));
      box-shadow: 0 2px 6px #0003, 0 8px 24px #0003 }
    button:focus-visible { outline: 3px solid light-dark(#000, #fff); outline-offset: 2px }
    svg { width: 22px; height: 22px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round;
      stroke-linejoin: round }
    [role=status] { min-width: 22px; padding: 2px 6px; border-radius: 11px; background: #fff; color: #000;
      font-size: 14px; text-align: center }
    [role=status]:empty { display: none }
    [role=status] span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
    [role=dialog] { position: fixed; z-index: 2147483001; inset-block-end: 80px; inset-inline-${settings.side}: 20px;
      width: 384px; height: min(640px, calc(100dvh - 100px)); border-radius: 12px; overflow: hidden;
      background: light-dark(#fcfcfa, #10191e); box-shadow: 0 2px 8px #0003, 0 16px 48px #0004 }
    [role=dialog]:not([data-open]) { visibility: hidden; pointer-events: none }
    iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: inherit }
    @media (max-width: 480px), (max-height: 480px) {
      [role=dialog] { inset: 0; width: 100%; height: 100dvh; border-radius: 0 }
      [data-open] + button { display: none } }
    @media print { :host { display: none !important } }`)

  const make = (name, attributes = {}) => {
    const made = document.createElement(name)
    for (const key in attributes) made.setAttribute(key, attributes[key])
    return made
  }
  const host = make("aside", { "aria-label": words.title }), root = host.attachShadow({ mode: "open" })
  const panel = make("div", { role: "dialog", "aria-label": words.title })
  const button = make("button", { type: "button", "aria-expanded": "false" })
  const label = make("span"), unread = make("span", { role: "status" })
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  const path = icon.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"))
  icon.setAttribute("viewBox", "0 0 24 24")
  icon.setAttribute("aria-hidden", "true")
  path.setAttribute("d", "M21 12a8 8 0 0 1-8 8H4l2-3.2A8 8 0 1 1 21 12Z")
  label.textContent = words.open
  button.append(icon, label, unread)
  root.adoptedStyleSheets = [sheet]
  root.append(panel, button)

  let frame = null, ready = false, open = false, identity = asked.identity || "", scroll = "", behind = []

  // The website's own scheme: what it declares, else how light its background is.
  function scheme() {
    const page = getComputedStyle(document.documentElement), named = asked.scheme || page.colorScheme
    if (/dark/.test(named) && /light/.test(named)) return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"
    if (/dark|light/.test(named)) return /dark/.test(named) ? "dark" : "light"
    for (const of of [getComputedStyle(document.body), page]) {
      const [red, green, blue, alpha = 1] = (of.backgroundColor.match(/^rgba?\((.*)\)$/)?.[1] || "0,0,0,0").split(/[ ,/]+/).map(Number)
      if (alpha > 0.5) return red * 0.3 + green * 0.6 + blue * 0.1 < 110 ? "dark" : "light"
    }
    return "light"
  }

  const tell = kind => {
    host.dataset.scheme = scheme()
    if (ready) frame.contentWindow.postMessage({ kind, scheme: host.dataset.scheme, open, identity }, origin)
  }

  function prepare() {
    if (frame) return
    frame = make("iframe", { title: words.title, src: `${home}?lang=${encodeURIComponent(language)}#${location.origin}` })
    panel.append(frame)
  }

  function show(is_open, { focus = true } = {}) {
    if (open === is_open) return
    prepare()
    open = is_open
    panel.toggleAttribute("data-open", open)
    panel.setAttribute("aria-modal", open && phone.matches)
    button.setAttribute("aria-expanded", open)
    label.textContent = open ? words.close : words.open
    fit()
    tell(open ? "opened" : "closed")
    if (open && focus) frame.focus()
    else if (!open && focus) button.focus()
  }

  // On a phone it fills what the keyboard leaves, and the page behind stays where it is.
  function fit() {
    const full = open && phone.matches, seen = window.visualViewport
    panel.style.height = full && seen ? `${seen.height}px` : ""
    panel.style.top = full && seen ? `${seen.offsetTop}px` : ""
    if (full === (scroll !== "")) return
    const page = document.documentElement.style
    if (full) scroll = page.overflow || "visible"
    page.overflow = full ? "hidden" : scroll === "visible" ? "" : scroll
    for (const one of behind) one.inert = false
    behind = full ? [...document.body.children].filter(one => one !== host && !one.inert) : []
    for (const one of behind) one.inert = true
    if (!full) scroll = ""
  }

  function count(number) {
    const said = make("span")
    said.textContent = words.unread.replace("{count}", number)
    const shown = make("b", { "aria-hidden": "true" })
    shown.textContent = number
    unread.replaceChildren(...number ? [shown, said] : [])
  }

  addEventListener("message", event => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return
    const { kind, number } = event.data || {}
    if (kind === "ready") { ready = true; tell("hello") }
    else if (kind === "unread") count(Number(number) || 0)
    else if (kind === "close") show(false)
    // It was open on the page before. A phone is not covered unasked.
    else if (kind === "reopen" && !phone.matches) show(true, { focus: false })
  })
  button.addEventListener("click", () => show(!open))
  root.addEventListener("keydown", event => { if (event.key === "Escape") show(false) })
  for (const near of ["pointerenter", "focus"]) button.addEventListener(near, prepare, { once: true })
  window.visualViewport?.addEventListener("resize", fit)
  window.visualViewport?.addEventListener("scroll", fit)
  phone.addEventListener("change", fit)
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => tell("look"))

  window.AncoraChat = {
    open: () => show(true),
    close: () => show(false),
    // The signed token of who is signed in; empty: nobody is any more.
    identify: token => { identity = String(token || ""); tell("identity") },
  }

  function start() {
    host.dataset.scheme = scheme()
    document.body.append(host)
    if (asked.prepare === "click" || navigator.connection?.saveData) return
    window.requestIdleCallback ? requestIdleCallback(prepare, { timeout: 4000 }) : setTimeout(prepare, 1500)
  }
  document.body ? start() : addEventListener("DOMContentLoaded", start)
})(SETTINGS)
