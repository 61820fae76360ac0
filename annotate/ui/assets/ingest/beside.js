import { h } from "../shared/dom.js"
import { t, when } from "../shared/i18n.js"
import { follow } from "../shell/navigate.js"
import { revealed } from "./revealed.js"

/**
 * An item as it was found beside what was made of it. Both are hostile: text nodes only.
 *
 * @typedef {object} RawPane
 * @property {string} text
 * @property {boolean} binary Whether the text is hexadecimal digits.
 * @property {string} note
 * @property {string} about Its size and what it was read as.
 *
 * @typedef {object} MadePane
 * @property {string} title
 * @property {string} text
 * @property {string} language
 * @property {string[]} captions
 * @property {{ name: string, text?: string, time?: string }[]} facts
 * @property {string} message
 * @property {{ label: string, href: string }[]} [links]
 *
 * @typedef {object} BesideData
 * @property {RawPane} raw
 * @property {MadePane} made
 */

/** What each shows, to leave scroll position and selection alone. @type {WeakMap<Element, string>} */
const drawn = new WeakMap()

/**
 * Mounts or updates; called by Streamlit at each of its renders.
 *
 * @param {{ data: BesideData, parentElement: HTMLElement | ShadowRoot }} component
 */
export default function mount({ data, parentElement }) {
  let root = parentElement.querySelector(".cd-beside")
  if (!root) {
    root = h("div", { class: "cd cd-beside" })
    parentElement.append(root)
  }
  const now = JSON.stringify(data)
  if (drawn.get(root) === now) return
  drawn.set(root, now)
  root.replaceChildren(rawPane(data.raw), madePane(data.made), facts(data.made))
}

/** @param {RawPane} raw */
function rawPane(raw) {
  return h("section", { "aria-label": t("As it was found") },
    h("header", {}, h("h2", {}, t("As it was found")), h("span", { class: "tiny" }, raw.about)),
    raw.note && raw.text !== "" && h("p", { class: "note", role: "note" }, raw.note),
    raw.note && raw.text === "" && h("div", { class: "raw none muted", role: "note" }, raw.note),
    raw.text !== "" && h("pre", { class: raw.binary ? "raw hex" : "raw", role: "group", tabindex: "0", "aria-label": t("The item's own characters") },
      raw.binary ? raw.text : pieces(raw.text)))
}

/** @param {string} text */
function pieces(text) {
  return revealed(text).map((piece) => piece.hidden
    ? h("span", { class: "hidden-char", title: piece.text }, piece.text) : document.createTextNode(piece.text))
}

/** @param {MadePane} made */
function madePane(made) {
  const paragraphs = made.text ? made.text.split("\n") : []
  return h("section", { "aria-label": t("After cleaning") },
    h("header", {}, h("h2", {}, t("After cleaning")), (made.links ?? []).map((link) =>
      h("a", { class: "link", href: link.href, on: { click: follow } }, link.label))),
    made.message && h("p", { class: "note", role: "note" }, made.message),
    h("div", { class: "made", role: "group", tabindex: "0", "aria-label": t("The cleaned text") },
      !made.title && !made.text && h("p", { class: "none muted" }, t("Nothing was made of it.")),
      made.title && h("h3", { dir: "auto", lang: made.language || null }, made.title),
      paragraphs.map((line) => h("p", { dir: "auto", lang: made.language || null }, line)),
      made.captions.length > 0 && h("h4", {}, t("Captions, kept apart")),
      made.captions.map((line) => h("p", { class: "caption", dir: "auto", lang: made.language || null }, line))))
}

/** @param {MadePane} made */
function facts(made) {
  return h("dl", {}, made.facts.map((fact) => h("div", {},
    h("dt", {}, fact.name), h("dd", { dir: "auto" }, fact.time ? moment(fact.time) : (fact.text ?? "")))))
}

/** @param {string} time */
function moment(time) {
  return h("time", { datetime: time, title: time }, when(time))
}
