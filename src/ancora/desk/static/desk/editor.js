// The rich editor around a textarea; without this file the textarea works by itself.
import * as E from "../django_prose_editor/editor.js";

const PARTS = ["Document", "Paragraph", "Text", "HardBreak", "History", "Bold", "Italic", "BulletList", "OrderedList", "ListItem", "Blockquote", "Menu", "Dropcursor", "Gapcursor"]
// Only what lies with us: a picture of another server would tell that one who reads the mail, and is never sent.
const OWN = 'img[src^="/drafts/files/"]'

function asHtml(text) {
  const place = document.createElement("div")
  for (const part of text.split(/\n\s*\n/)) {
    const paragraph = document.createElement("p")
    part.split("\n").forEach((line, at) => { if (at) paragraph.append(document.createElement("br")); paragraph.append(line) })
    place.append(paragraph)
  }
  return place.innerHTML
}

// A colleague who is named: one piece, which goes whole when it is deleted.
const Mention = E.Node.create({
  name: "mention", group: "inline", inline: true, atom: true, selectable: false,
  addAttributes: () => ({
    person: { default: "", parseHTML: element => element.dataset.mention, renderHTML: ({ person }) => ({ "data-mention": person }) },
    name: { default: "", parseHTML: element => element.textContent.replace(/^@/, ""), rendered: false },
  }),
  parseHTML: () => [{ tag: "span[data-mention]" }],
  renderHTML: ({ node, HTMLAttributes }) => ["span", HTMLAttributes, `@${node.attrs.name}`],
  renderText: ({ node }) => `@${node.attrs.name}`,
})

// Office programs lay a picture of the words beside the words: then the words are meant.
function filesOf(given) {
  const words = new DOMParser().parseFromString(given?.getData("text/html") || "", "text/html").body.textContent.trim()
  return words ? [] : [...given?.files || []]
}

export function make(textarea, format, focus, take) {
  const box = document.createElement("div")
  box.className = "prose-editor"
  const extensions = PARTS.map(name => E[name])
  extensions.push(E.Link.configure({ enableTarget: false }))
  extensions.push(E.Image.extend({ parseHTML: () => [{ tag: OWN }] }).configure({ inline: true }))
  extensions.push(Mention)
  const isHtml = format.value === "html"
  textarea.before(box)
  box.append(textarea)
  // Each picture is put in when it lies with us; one that could not be kept is left out.
  box.place = (pictures, at) => pictures.forEach(laying => laying.then(({ picture, name }) => {
    if (!picture) return
    const image = { type: "image", attrs: { src: picture, alt: name } }
    box.editor.commands.insertContentAt(at ?? box.editor.state.selection.to, image)
  }, () => {}))
  const receive = (files, at) => {
    if (!files.length || !take) return false
    box.place(take(files), at)
    return true
  }
  box.editor = new E.Editor({
    element: box,
    extensions,
    content: isHtml ? textarea.value : asHtml(textarea.value),
    injectCSS: false,
    // Who is typing has just written a space.
    parseOptions: { preserveWhitespace: "full" },
    editorProps: {
      attributes: { role: "textbox", "aria-multiline": "true", "aria-label": textarea.labels[0]?.textContent || textarea.placeholder },
      handlePaste: (view, event) => receive(filesOf(event.clipboardData)),
      handleDrop(view, event, slice, moved) {
        const handled = !moved && receive([...event.dataTransfer?.files || []], view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos)
        if (handled) event.preventDefault()
        return handled
      },
    },
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
