// Only improves: every page works without it.
import {
  createAll, Button, CharacterCount, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink
} from "./govuk-frontend.js"

for (const component of [
  Button, CharacterCount, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink
]) createAll(component)

document.documentElement.classList.add("hf-scripted")

// A question that only some answers call for; without scripts it says so in its hint.
for (const block of document.querySelectorAll("[data-when]")) {
  const form = block.closest("form")
  const conditions = block.dataset.when.split(";").map(each => each.split("="))
  const given = name => {
    const inputs = [...form.querySelectorAll(`[name="${name}"]`)]
    const chosen = inputs.filter(input => !["radio", "checkbox"].includes(input.type) || input.checked)
    return chosen.length ? chosen.map(input => input.value) : ["no"]
  }
  const show = () => {
    block.hidden = !conditions.every(([name, values]) => given(name).some(value => values.split(" ").includes(value)))
  }
  form.addEventListener("change", show)
  show()
}

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

// A child's rules one at a time, read aloud where the browser can. Ticking leads to the next.
for (const region of document.querySelectorAll("[data-rules]")) {
  const rules = [...region.querySelectorAll("[data-rule]")]
  if (rules.length < 2) continue
  const words = region.dataset
  const bar = document.createElement("div")
  bar.className = "hf-rules__bar"
  const where = document.createElement("p")
  where.className = "hf-rules__where"
  where.setAttribute("aria-live", "polite")
  const button = (text, act, secondary = true) => {
    const made = document.createElement("button")
    made.type = "button"
    made.className = `govuk-button${secondary ? " govuk-button--secondary" : ""}`
    made.textContent = text
    made.addEventListener("click", act)
    bar.append(made)
    return made
  }
  let at = Math.max(0, rules.findIndex(rule => !rule.querySelector("input").checked))
  const hush = () => { window.speechSynthesis?.cancel() }
  const back = button(words.back, () => show(at - 1))
  const listen = "speechSynthesis" in window ? button(words.listen, () => {
    if (window.speechSynthesis.speaking) { hush(); return }
    const text = rules[at].querySelector("[data-say]")
    const said = new SpeechSynthesisUtterance(text.innerText)
    said.lang = text.lang || document.documentElement.lang
    said.rate = 0.9
    said.onstart = () => { listen.textContent = words.stop }
    said.onend = said.onerror = () => { listen.textContent = words.listen }
    window.speechSynthesis.speak(said)
  }) : null
  const next = button(words.next, () => show(at + 1), false)
  const all = button(words.all, () => {
    region.classList.remove("hf-rules--stepping")
    for (const rule of rules) rule.hidden = false
    bar.remove(); where.remove()
  })
  all.classList.add("hf-rules__all")
  function show(number) {
    hush()
    at = Math.min(Math.max(number, 0), rules.length - 1)
    rules.forEach((rule, index) => { rule.hidden = index !== at })
    where.textContent = words.of.replace("{n}", at + 1)
    back.disabled = at === 0
    next.disabled = at === rules.length - 1
  }
  for (const rule of rules) rule.querySelector("input").addEventListener("change", event => {
    if (event.target.checked && at < rules.length - 1) setTimeout(() => show(at + 1), 150)
  })
  region.closest("form").addEventListener("submit", hush)
  region.classList.add("hf-rules--stepping")
  region.prepend(where)
  region.append(bar)
  show(at)
}

// Alerts by keyboard, where nobody is typing: J and K move, X ticks, A acknowledges, C closes, I inbox.
const rows = [...document.querySelectorAll("form[data-rows] tbody tr")]
const place = document.querySelector("[data-keys]")
let row = -1
function go(step) {
  row = Math.min(Math.max(row + step, 0), rows.length - 1)
  rows[row].querySelector("th a").focus()
}
const keys = rows.length
  ? { j: () => go(1), k: () => go(-1), x: () => rows[row]?.querySelector("input[type=checkbox]").click() }
  : place
    ? {
        a: () => document.querySelector("form[data-key=a]")?.requestSubmit(),
        c: () => window.location.assign(place.dataset.close),
        i: () => window.location.assign(place.dataset.inbox)
      }
    : {}
// Whoever speaks to the screen can turn single keys off (WCAG 2.1.4); the browser remembers it.
const areOff = () => localStorage.getItem("single-keys") === "off"
for (const button of document.querySelectorAll("[data-single-keys]")) {
  const say = () => { button.textContent = areOff() ? "Turn these keys on" : "Turn these keys off" }
  button.addEventListener("click", () => {
    localStorage.setItem("single-keys", areOff() ? "on" : "off")
    say()
  })
  say()
}
document.addEventListener("keydown", event => {
  if (areOff()) return
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return
  event.preventDefault()
  keys[event.key]()
})

// A passkey fills its form and sends it. Bytes travel as base64url, in both directions.
const bytesOf = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0))
const textOf = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
const withBytes = list => (list || []).map(each => ({ ...each, id: bytesOf(each.id) }))
const answered = made => JSON.stringify({
  id: made.id,
  rawId: textOf(made.rawId),
  type: made.type,
  clientExtensionResults: {},
  response: Object.fromEntries(
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]
      .filter(name => made.response[name]?.byteLength)
      .map(name => [name, textOf(made.response[name])])
  )
})
for (const form of document.querySelectorAll("form[data-passkey]")) {
  const said = form.querySelector("[data-passkey-said]")
  if (!window.PublicKeyCredential) {
    document.querySelector("[data-passkey-missing]").hidden = false
    form.hidden = true
    continue
  }
  const creates = form.dataset.passkey === "create"
  const ask = async () => {
    const options = JSON.parse(form.dataset.options)
    options.challenge = bytesOf(options.challenge)
    if (!creates) {
      options.allowCredentials = withBytes(options.allowCredentials)
      return navigator.credentials.get({ publicKey: options })
    }
    options.user.id = bytesOf(options.user.id)
    options.excludeCredentials = withBytes(options.excludeCredentials)
    return navigator.credentials.create({ publicKey: options })
  }
  let busy = false
  form.addEventListener("submit", async event => {
    event.preventDefault()
    if (busy) return
    busy = true
    said.textContent = ""
    try {
      form.elements.credential.value = answered(await ask())
      form.submit()
    } catch (problem) {
      busy = false
      said.textContent = problem.name === "InvalidStateError"
        ? "This device has a passkey of yours already. Use another device or a security key."
        : "No passkey was used. Try again, or go back and choose another way."
    }
  })
  if (!creates) form.requestSubmit()
}

// A page that only passes on what another site gave: its one button is pressed.
document.querySelector("form[data-press]")?.requestSubmit()
