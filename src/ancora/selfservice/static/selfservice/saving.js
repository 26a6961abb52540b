// The conversation as a file of text, for whoever wants to keep it.
import { make, moment, say } from "./page.js"

export function save(lines, reference) {
  const said = lines.map(line => {
    const name = line.from === "visitor" ? say("you") : line.name
    return `${moment(line.at, { dated: true })} ${name}: ${[line.text, ...line.files.map(file => say("file", { name: file.name }))].join("\n")}`
  })
  const text = `${[say("transcript", { number: `#${reference}` }), ...said].join("\n\n")}\n`
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }))
  make("a", { href: url, download: `chat-${reference}.txt` }).click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
