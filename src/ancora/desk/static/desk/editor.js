// The rich editor around a textarea; without this file the textarea works by itself.
import * as E from "../django_prose_editor/editor.js";

const PARTS = ["Document", "Paragraph", "Text", "HardBreak", "History", "Bold", "Italic", "BulletList", "OrderedList", "ListItem", "Blockquote", "Menu", "Dropcursor", "Gapcursor"]

function asHtml(text) {
  const place = document.createElement("div")
  for (const part of text.split(/\n\s*\n/)) {
    const paragraph = document.createElement("p")
    part.split("\n").forEach((line, at) => { if (at) paragraph.append(document.createElement("br")); paragraph.append(line) })
    place.append(paragraph)
  }
  return place.innerHTML
}

export function make(textarea, format, focus) {
  const box = document.createElement("div")
  box.className = "prose-editor"
  const extensions = PARTS.map(name => E[name])
  extensions.push(E.Link.configure({ enableTarget: false }))
  const isHtml = format.value === "html"
  textarea.before(box)
  box.append(textarea)
  box.editor = new E.Editor({
    element: box,
    extensions,
    content: isHtml ? textarea.value : asHtml(textarea.value),
    injectCSS: false,
    // Who is typing has just written a space.
    parseOptions: { preserveWhitespace: "full" },
    editorProps: { attributes: { role: "textbox", "aria-multiline": "true", "aria-label": textarea.labels[0]?.textContent || textarea.placeholder } },
    onUpdate({ editor }) {
      textarea.value = editor.isEmpty ? "" : editor.getHTML()
      textarea.dispatchEvent(new Event("input", { bubbles: true }))
    },
  })
  format.value = "html"
  if (textarea.value && !isHtml) textarea.value = box.editor.getHTML()
  if (!focus) return
  // At once: the editor's own focus waits for the next frame, and what is typed until then would be lost.
  box.editor.commands.setTextSelection(box.editor.state.doc.content.size)
  box.editor.view.focus()
}
document.addEventListener("htmx:beforeCleanupElement", event => event.target.editor?.destroy?.())
