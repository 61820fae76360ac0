/** @import {Setting} from "./types.js" */
import { h } from "../shared/dom.js"
import { t, when } from "../shared/i18n.js"
import { languageName } from "../shared/names.js"
import { follow } from "../shell/navigate.js"
import { webAddress } from "../tag/header.js"

/**
 * @param {string} article
 * @param {string} project
 * @returns {string} The address of an article's review.
 */
export function reviewAddress(article, project) {
  return `review?${new URLSearchParams({ article, project })}`
}

/**
 * Title and metadata above the text.
 *
 * @param {Setting} setting
 */
export function heading({ article, project }) {
  const address = webAddress(article.url)
  return h("header", {},
    h("h1", { dir: "auto", lang: article.language }, article.title),
    h("div", { class: "meta" },
      h("span", { dir: "auto" }, article.source),
      article.published_at ? h("time", { datetime: article.published_at }, when(article.published_at)) : null,
      h("span", {}, languageName(article.language)),
      address ? h("a", { class: "link original", href: address, target: "_blank", rel: "noopener noreferrer", referrerpolicy: "no-referrer" }, `${t("Original")} ↗`) : null,
      h("a", { class: "link", href: `/tag?article=${article.id}&project=${project.id}`, on: { click: follow } }, t("My own labels"))))
}
