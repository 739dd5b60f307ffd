// Only improves: every page works without it.
import {
  createAll, Button, CharacterCount, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink
} from "./govuk-frontend.js"

for (const component of [
  Button, CharacterCount, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink
]) createAll(component)

document.documentElement.classList.add("hf-scripted")

// Print buttons.
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print())
}

// The person menu closes on Escape and when the focus or a press goes elsewhere.
for (const menu of document.querySelectorAll("details[data-menu]")) {
  const close = () => { menu.open = false }
  document.addEventListener("click", event => { if (!menu.contains(event.target)) close() })
  menu.addEventListener("focusout", event => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) close()
  })
  menu.addEventListener("keydown", event => {
    if (event.key !== "Escape" || !menu.open) return
    close()
    menu.querySelector("summary").focus()
  })
}

// Hide the screen: somebody came in. The page is covered, its title too, until shown again.
const cover = document.querySelector("[data-cover]")
if (cover) {
  const title = document.title
  const hide = () => { cover.showModal(); document.title = "Holdfast" }
  cover.addEventListener("close", () => { document.title = title })
  for (const button of document.querySelectorAll("[data-hide]")) button.addEventListener("click", hide)
}

// Leave quickly: replaces this page, so that Back does not return to it.
for (const link of document.querySelectorAll("a[data-exit]")) {
  link.addEventListener("click", event => {
    event.preventDefault()
    document.body.hidden = true
    window.location.replace(link.href)
  })
}

// A page about work in progress fetches itself until it no longer asks to.
const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))
async function follow() {
  for (let region = document.querySelector("[data-refresh]"); region; region = document.querySelector("[data-refresh]")) {
    await wait(1000 * Number(region.dataset.refresh))
    if (document.hidden) continue
    const answer = await fetch(window.location.href, { headers: { accept: "text/html" } }).catch(() => null)
    if (!answer?.ok) continue
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html")
    const part = fresh.querySelector("[data-refresh]")
    if (part) {
      if (part.innerHTML !== region.innerHTML) region.innerHTML = part.innerHTML
    } else {
      window.location.reload()
      return
    }
  }
}
follow()
