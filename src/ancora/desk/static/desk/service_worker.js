// Shows what is pushed to this browser, and leads to the case that it is about.
addEventListener("install", () => skipWaiting())
addEventListener("activate", event => event.waitUntil(clients.claim()))

// Whoever is pushed to must see something: browsers take the permission from a page that shows nothing.
addEventListener("push", event => {
  const { title, body, tag, path } = event.data.json()
  event.waitUntil(registration.showNotification(title, { body, tag, renotify: true, data: { path } }))
})

addEventListener("notificationclick", event => {
  event.notification.close()
  event.waitUntil(lead(event.notification.data.path))
})

// A page that shows the case already comes to the front; others are left as they are: somebody may be writing there.
async function lead(path) {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true })
  const there = pages.find(page => new URL(page.url).pathname === path)
  return there ? there.focus() : clients.openWindow(path)
}
