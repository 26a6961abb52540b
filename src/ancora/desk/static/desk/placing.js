// Where something is put into a text that is being written: into the rich editor, or the plain textarea.
import { form } from "./writing.js";

const editor = () => form().querySelector(".prose-editor")?.editor

// The place of the caret, as `put` takes it.
export function caret() {
  const { selectionStart, selectionEnd } = form().elements.text, selection = editor()?.state.selection
  return selection ? { isRich: true, from: selection.from, to: selection.to } : { from: selectionStart, to: selectionEnd }
}

// Whether the caret of this field of the composer stands where a word may begin.
export function wordMayBegin(target) {
  if (!target.closest?.("#composer .write")) return false
  if (target.matches("textarea")) return !target.value.slice(0, target.selectionStart).match(/\S$/)
  const from = editor()?.state.selection.$from
  return !!from && !from.parent.textBetween(Math.max(0, from.parentOffset - 1), from.parentOffset, null, "\n").trim()
}

export function focus() {
  if (editor()) editor().view.focus()
  else form().elements.text.focus()
}

// The editor may have come while the list was open: then the end of its text is meant.
export function put(place, html, plain, focuses) {
  const area = form().elements.text
  if (!editor()) {
    area.setRangeText(plain, place.from, place.to, "end")
    area.dispatchEvent(new Event("input", { bubbles: true }))
    if (focuses) area.focus()
    return
  }
  const end = editor().state.doc.content.size
  const at = place.isRich ? { from: place.from, to: place.to } : { from: end - 1, to: end - 1 }
  editor().commands.insertContentAt(at, html ? inline(html) : { type: "text", text: plain }, { parseOptions: { preserveWhitespace: false } })
  if (focuses) { editor().view.focus(); editor().commands.scrollIntoView() }
}

// One paragraph goes into the line in which it was asked for.
function inline(html) {
  const read = document.createElement("template")
  read.innerHTML = html
  const [only, another] = read.content.children
  return !another && only?.matches("p") ? only.innerHTML : html
}
