import { button, h, takesText } from "../shared/dom.js"
import { t } from "../shared/i18n.js"
import { hearKeys, isTaken } from "../shared/mounted.js"
import { follow } from "../shell/navigate.js"
import { leave, watchForm } from "./unsaved.js"

/** Frames to wait for the fields: two seconds. */
const PATIENCE = 120

/**
 * The head of what is open beside a list: its name, what it is, where to go from it.
 *
 * @typedef {object} Link
 * @property {string} text
 * @property {string} href
 * @property {boolean} outside Whether it leads to another site, in a tab of its own.
 *
 * @typedef {object} HeadData
 * @property {string} title
 * @property {string | null} titleLang
 * @property {string} chip
 * @property {string} facts
 * @property {Link[]} links
 * @property {string} back The words of the way back, shown where this hides the list.
 * @property {string} begins The key of the field that somebody is about to fill in; empty for none.
 *
 * @typedef {object} Component
 * @property {HeadData} data
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

/** What each head shows, to leave it and the focus alone. @type {WeakMap<Element, string>} */
const drawn = new WeakMap()

/**
 * Mounts or updates; called by Streamlit at each of its renders.
 *
 * @param {Component} component
 */
export default function mount({ data, parentElement, setTriggerValue }) {
  watchForm()
  // Told by what it was made of: the page marks elements for its own ends.
  const made = JSON.stringify(data)
  const old = parentElement.querySelector(".cd-head")
  if (old && drawn.get(old) === made) return
  const close = button("close", () => setTriggerValue("close", true), { "aria-label": t("Close"), title: t("Close") }, "×")
  const root = h("div", { class: "cd cd-head" },
    button("link back", () => leave(() => setTriggerValue("close", true)), {}, data.back),
    h("h2", { lang: data.titleLang, dir: "auto" }, data.title),
    close,
    h("div", { class: "facts" },
      data.chip && h("span", { class: "chip" }, data.chip),
      data.facts && h("span", { class: "muted" }, data.facts),
      data.links.map(link)))
  drawn.set(root, made)
  old?.remove()
  parentElement.append(root)
  if (data.begins) toField(`.st-key-${data.begins}`, PATIENCE)
  hearKeys(root, (event) => {
    if (!isForPage(event)) return
    if (event.key === "Escape") leave(() => setTriggerValue("close", true))
    else if (event.key === "e") {
      event.preventDefault()
      toField(".st-key-registry_detail", PATIENCE)
    }
  })
}

/** @param {KeyboardEvent} event Whether nobody else takes the key. */
function isForPage(event) {
  return !isTaken(event) && !takesText(event.composedPath()[0] ?? null) && !document.querySelector("dialog[open], [role=dialog], :popover-open")
}

/**
 * Puts the cursor into the first field of a part of the page.
 *
 * @param {string} place The part's CSS selector.
 * @param {number} patience Frames to wait for it: Streamlit draws it after this.
 */
function toField(place, patience) {
  const field = document.querySelector(`${place} :is(input[type=text], textarea)`)
  if (field instanceof HTMLElement) field.focus()
  else if (patience > 0) requestAnimationFrame(() => toField(place, patience - 1))
}

/** @param {Link} item */
function link(item) {
  if (!item.outside) return h("a", { href: item.href, on: { click: follow } }, item.text)
  return h("a", { href: item.href, target: "_blank", rel: "noreferrer" }, `${item.text} ↗`)
}
