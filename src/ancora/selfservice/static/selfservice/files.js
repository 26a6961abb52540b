// Files that go along with the next line: chosen, pasted or dropped, each shown and to be taken away again.
import { byId, make, most, say } from "./page.js"

const list = byId("chosen"), form = byId("write"), input = byId("files")
let chosen = [], refuse = () => {}

export const any = () => chosen.length > 0
export function taken() {
  const given = chosen.map(one => one.file)
  for (const one of chosen) if (one.url) URL.revokeObjectURL(one.url)
  chosen = []
  list.replaceChildren()
  return given
}

export function begin(refused) {
  refuse = refused
  input.addEventListener("change", () => { add([...input.files]); input.value = "" })
  byId("text").addEventListener("paste", event => {
    const pasted = [...event.clipboardData.files], { types } = event.clipboardData
    // Text from an office program brings its picture along, which nobody wants.
    if (pasted.length && !(types.includes("text/plain") && types.includes("text/html"))) { event.preventDefault(); add(pasted) }
  })
  for (const [kind, over] of [["dragover", true], ["dragleave", false], ["drop", false]])
    addEventListener(kind, event => {
      if (!event.dataTransfer?.types.includes("Files")) return
      event.preventDefault()
      if (form.hidden) return
      form.classList.toggle("over", over)
      if (kind === "drop") add([...event.dataTransfer.files])
    })
}

function add(files) {
  for (const file of files) {
    if (chosen.length === most.files) return refuse(say("many_files", { most: most.files }))
    if (file.size > most.bytes) refuse(say("large_file", { name: file.name, megabytes: most.bytes / 1e6 }))
    else show(file)
  }
  byId("text").focus()
}

function show(file) {
  const one = { file, url: file.type.startsWith("image/") ? URL.createObjectURL(file) : "" }
  const away = make("button", { type: "button", class: "quiet", "aria-label": say("remove_file", { name: file.name }) }, "×")
  const item = make("li", {}, ...(one.url ? [make("img", { src: one.url, alt: "" })] : []), make("span", {}, file.name), away)
  away.addEventListener("click", () => {
    chosen = chosen.filter(other => other !== one)
    if (one.url) URL.revokeObjectURL(one.url)
    item.remove()
    byId("text").focus()
  })
  chosen.push(one)
  list.append(item)
}
