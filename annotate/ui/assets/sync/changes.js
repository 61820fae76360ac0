import { h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"

/**
 * The labels that a sync would change, folded by article. All of it is other people's text: text
 * nodes only.
 *
 * @typedef {object} Field
 * @property {string} name
 * @property {string[]} before
 * @property {string[]} after
 *
 * @typedef {object} Change
 * @property {string} what What is done on which side.
 * @property {string} tone Of its chip.
 * @property {string} part What kind of label it is done to.
 * @property {string} quote
 * @property {string} coder
 * @property {boolean} replaces Whether its fields had values before and have others after.
 * @property {Field[]} fields
 *
 * @typedef {object} Article
 * @property {string} id
 * @property {string} title
 * @property {string} lang
 * @property {string} href
 * @property {string} many
 * @property {Change[]} changes
 *
 * @typedef {{ title: string, articles: Article[] }} ChangesData
 */

/** What each shows, to leave what is unfolded alone. @type {WeakMap<Element, string>} */
const drawn = new WeakMap()

/**
 * Mounts or updates; called by Streamlit at each of its renders.
 *
 * @param {{ data: ChangesData, parentElement: HTMLElement | ShadowRoot }} component
 */
export default function mount({ data, parentElement }) {
  let root = parentElement.querySelector(".cd-changes")
  if (!root) {
    root = h("div", { class: "cd cd-changes" })
    parentElement.append(root)
  }
  const now = JSON.stringify(data)
  if (drawn.get(root) === now) return
  drawn.set(root, now)
  root.replaceChildren(h("h3", {}, data.title), ...data.articles.map(folded))
}

/** @param {Article} one */
function folded(one) {
  return h("details", {},
    h("summary", {},
      h("span", { class: "title", lang: one.lang || null, dir: "auto" }, one.title),
      h("span", { class: "many" }, one.many)),
    h("ul", {}, one.changes.map((change) => entry(change, one.lang))),
    h("p", {}, h("a", { href: one.href, target: "_self" }, t("Open the article"))))
}

/** @param {Change} one @param {string} lang */
function entry(one, lang) {
  return h("li", {},
    h("div", { class: "line" },
      h("span", { class: `chip ${one.tone}` }, one.what),
      h("span", { class: "part" }, one.part),
      one.quote && h("q", { lang: lang || null, dir: "auto" }, one.quote),
      h("span", { class: "coder", dir: "auto" }, one.coder)),
    one.fields.length > 0 && h("dl", {}, one.fields.map((field) => row(field, one))))
}

/** @param {Field} field @param {Change} one */
function row(field, one) {
  const after = field.after.length > 0 || one.replaces ? said(field.after) : said(field.before)
  return h("div", {}, h("dt", {}, field.name),
    h("dd", {},
      one.replaces && h("del", {}, said(field.before)),
      one.replaces && " → ",
      one.replaces ? h("ins", {}, after) : after))
}

/** @param {string[]} values */
function said(values) {
  if (values.length === 0) return h("span", { class: "none" }, t("nothing"))
  return h("span", { class: "said", dir: "auto" }, values.join(" · "))
}
