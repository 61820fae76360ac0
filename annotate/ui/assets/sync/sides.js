import { h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"

/**
 * What a conflict is about, side by side on the text: as both sides last agreed, as it is here, as
 * it is in Label Studio. All of it is other people's text: text nodes only.
 *
 * @typedef {{ text: string, marked: boolean }} Segment
 *
 * @typedef {object} Fact
 * @property {string} name
 * @property {string[]} values
 * @property {boolean} changed Whether it is not what both sides last agreed on.
 *
 * @typedef {object} Side
 * @property {"base" | "ours" | "theirs"} key
 * @property {string} title
 * @property {string} note What is to be said in place of values, such as that it was deleted.
 * @property {Fact[]} facts
 * @property {Segment[]} passage Empty where the passage above the sides says it.
 *
 * @typedef {object} SidesData
 * @property {Segment[]} passage The text that all sides are about; empty where they differ in it.
 * @property {string} language Of the text.
 * @property {Side[]} sides
 */

/** What each shows, to leave a selection alone. @type {WeakMap<Element, string>} */
const drawn = new WeakMap()

/**
 * Mounts or updates; called by Streamlit at each of its renders.
 *
 * @param {{ data: SidesData, parentElement: HTMLElement | ShadowRoot }} component
 */
export default function mount({ data, parentElement }) {
  let root = parentElement.querySelector(".cd-sides")
  if (!root) {
    root = h("div", { class: "cd cd-sides" })
    parentElement.append(root)
  }
  const now = JSON.stringify(data)
  if (drawn.get(root) === now) return
  drawn.set(root, now)
  root.replaceChildren(
    data.passage.length > 0 ? quoted(data.passage, data.language) : "",
    h("div", { class: "sides" }, data.sides.map((side) => pane(side, data.language))),
  )
}

/** @param {Side} side @param {string} language */
function pane(side, language) {
  return h("section", { class: side.key, "aria-label": side.title },
    h("h3", {}, side.title),
    side.note && h("p", { class: "note" }, side.note),
    side.facts.length > 0 && h("dl", {}, side.facts.map(fact)),
    side.passage.length > 0 && quoted(side.passage, language))
}

/** @param {Fact} one */
function fact({ name, values, changed }) {
  const shown = values.length > 0
    ? values.map((value) => h("span", { class: values.length > 1 ? "item" : "", dir: "auto" }, value))
    : h("span", { class: "none" }, t("nothing"))
  return h("div", { class: changed ? "changed" : "" }, h("dt", {}, name), h("dd", {}, shown))
}

/** @param {Segment[]} passage @param {string} language */
function quoted(passage, language) {
  return h("blockquote", { lang: language || null, dir: "auto" },
    passage.map(({ text, marked }) => (marked ? h("mark", {}, text) : text)))
}
