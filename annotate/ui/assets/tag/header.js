/** @import {Article, Boot, DocumentLabel} from "./types.js" */
/** @import {State} from "./model.js" */
import { button, h } from "../shared/dom.js"
import { label, listed, t, tn, when } from "../shared/i18n.js"
import { languageName } from "../shared/names.js"
import { labelsFor } from "./menus.js"
import { follow } from "../shell/navigate.js"
import { articleLink } from "./panelQueue.js"

/** Above the text: notices, title, metadata and the labels of the whole article. */
export class Header {
  /**
   * @param {Boot} boot
   * @param {() => void} onLabels
   */
  constructor(boot, onLabels) {
    this.boot = boot
    this.onLabels = onLabels
    this.labels = h("span", { class: "labels" })
    this.notices = h("div", { class: "notices" })
    this.root = h("header", {}, this.notices, h("h1", { dir: "auto", lang: boot.article.language }, boot.article.title), this.meta(boot.article))
    this.seen = ""
  }

  /** @param {Article} article */
  meta(article) {
    const { project, can_edit: codes } = this.boot
    const found = h("a", { class: "link", href: `/ingest?article=${article.id}&project=${project.id}`, on: { click: follow } }, t("As found"))
    const history = codes && h("a", { class: "link", href: `/history?kind=article&id=${article.id}&project=${project.id}`, on: { click: follow } }, t("History"))
    return h("div", { class: "meta" }, facts(article), ways(article, found, history), this.labels)
  }

  /**
   * @param {State} state
   * @param {boolean} editable
   */
  showLabels(state, editable) {
    const look = JSON.stringify([state.labels, editable])
    if (look === this.seen) return
    this.seen = look
    const focused = this.labels.contains(document.activeElement)
    const chips = labelsFor(this.boot.codebook, state.labels).map((definition) => this.chip(definition, state.labels[definition.name] ?? [], editable))
    const lead = chips.length > 0 ? [h("span", { class: "tiny" }, t("Document labels"), " ", editable ? h("kbd", { "aria-hidden": "true" }, "L") : null)] : []
    this.labels.replaceChildren(...lead, ...chips)
    if (focused) this.labels.querySelector("button")?.focus()
  }

  /**
   * @param {DocumentLabel} definition
   * @param {string[]} values
   * @param {boolean} editable
   */
  chip(definition, values, editable) {
    const names = values.map((name) => label(definition.values.find((value) => value.name === name), name))
    const props = {
      title: [names.length > 0 ? label(definition) : t("{label}: not set. L sets the document labels.", { label: label(definition) }), definition.help].filter(Boolean).join("\n"),
      "aria-keyshortcuts": "l",
      "aria-label": `${label(definition)}: ${listed(names) || t("not set")}`,
      "aria-haspopup": "dialog",
      disabled: !editable,
      data: { label: definition.name },
    }
    return button(names.length > 0 ? "chip" : "chip unset", this.onLabels, props, names.length > 0 ? listed(names) : `${label(definition)}?`)
  }

  /** @param {(Node | null)[]} notices */
  showNotices(notices) {
    this.notices.replaceChildren(...notices.filter((notice) => notice !== null))
  }
}

/**
 * Where, when and in which language an article was published, and how long it is.
 *
 * @param {Article} article
 */
export function facts(article) {
  return [
    h("span", { dir: "auto" }, article.source),
    article.published_at ? h("time", { datetime: article.published_at, title: when(article.published_at, { dateStyle: "full", timeStyle: "long" }) }, when(article.published_at)) : null,
    h("span", {}, `${languageName(article.language)} · ${lengthOf(article)}`),
  ]
}

/**
 * The way to the article as it was published, and others.
 *
 * @param {Article} article
 * @param {...(Node | false)} others
 */
export function ways(article, ...others) {
  const address = webAddress(article.url)
  const props = { class: "link original", href: address, target: "_blank", rel: "noopener noreferrer", referrerpolicy: "no-referrer" }
  return h("span", { class: "ways" }, address && h("a", props, `${t("Original")} ↗`), others)
}

/**
 * Notices that hold for as long as the article is open.
 *
 * @param {Article} article
 * @returns {Node[]}
 */
export function articleNotices(article) {
  const found = []
  if (article.newest_id && article.newest_id !== article.id) {
    found.push(notice("newer", t("A newer revision of this text exists. Labels stay on the revision they were made on."), articleLink(article.newest_id, { class: "link" }, t("Open the newest"))))
  }
  if (article.duplicate_of) {
    found.push(notice("duplicate", t("The same text came in earlier under another address."), articleLink(article.duplicate_of, { class: "link" }, t("Open the first"))))
  }
  return found
}

/**
 * @param {string} kind
 * @param {string} text
 * @param {...Node} actions
 */
export function notice(kind, text, ...actions) {
  return h("div", { class: "notice", role: "note", data: { notice: kind } }, h("span", {}, text), actions)
}

/**
 * Picture captions and the dateline: part of what was published, not of the text.
 *
 * @param {Article} article
 */
export function captions(article) {
  const found = article.captions ?? []
  const lines = [...(article.dateline ? [article.dateline] : []), ...found]
  if (lines.length === 0) return null
  const parts = [...(article.dateline ? [t("dateline")] : []), ...(found.length > 0 ? [tn("{n} picture caption", "{n} picture captions", found.length)] : [])]
  return h(
    "details",
    { class: "captions" },
    h("summary", {}, t("Beside the text, not tagged: {parts}", { parts: listed(parts) })),
    lines.map((line) => h("p", { dir: "auto" }, line)),
  )
}

/**
 * The address if a browser may be sent there, else null.
 *
 * @param {string} url
 */
export function webAddress(url) {
  try {
    const { protocol, href } = new URL(url)
    return protocol === "https:" || protocol === "http:" ? href : null
  } catch {
    return null
  }
}

/** @param {Article} article */
function lengthOf(article) {
  if (/^(zh|ja)/.test(article.language)) {
    const n = [...article.text.replace(/\s/gu, "")].length
    return tn("{n} character", "{n} characters", n)
  }
  return tn("{n} word", "{n} words", article.text.split(/\s+/u).filter(Boolean).length)
}
