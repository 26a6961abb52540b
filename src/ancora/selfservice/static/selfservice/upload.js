// A line with files on its way: how much of them is through.
import { headers, here } from "./visitor.js"

// As `ask` of a visitor; `progress` hears the share that is through, from 0 to 1.
export const upload = (what, form, progress) => new Promise((done, failed) => {
  const asked = new XMLHttpRequest()
  asked.open("POST", here + what)
  for (const [key, value] of Object.entries(headers())) asked.setRequestHeader(key, value)
  asked.upload.onprogress = event => { if (event.lengthComputable) progress(event.loaded / event.total) }
  asked.onerror = asked.ontimeout = failed
  asked.onload = () => done(new Response(asked.response, { status: asked.status, headers: { "Retry-After": asked.getResponseHeader("Retry-After") || "" } }))
  asked.send(form)
})
