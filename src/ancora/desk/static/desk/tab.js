// Warns in the tab: what is unread under the bell stands before the title, and as a dot on the icon.
const COUNT = /^\(\d+\+?\) /
const icon = document.querySelector("link[rel=icon]"), calm = icon?.href
let dotted = ""

async function dot() {
  if (!dotted) {
    const drawn = await (await fetch(calm)).text()
    const marked = drawn.replace("</svg>", '<circle cx="18.5" cy="5.5" r="5.5" fill="#c4281c" stroke="none"/></svg>')
    dotted = `data:image/svg+xml,${encodeURIComponent(marked)}`
  }
  if (unread()) icon.href = dotted
}

const unread = () => document.querySelector("#bell .badge")?.textContent || ""

function warn() {
  const count = unread(), title = document.title.replace(COUNT, ""), wanted = count ? `(${count}) ${title}` : title
  if (document.title !== wanted) document.title = wanted
  if (!icon) return
  // Without the network the icon stays as it is.
  if (count) dot().catch(() => {})
  else if (icon.href !== calm) icon.href = calm
}

document.addEventListener("htmx:afterSettle", warn)
document.addEventListener("htmx:historyRestore", warn)
warn()
