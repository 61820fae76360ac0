/** @import {Setting} from "./types.js" */
import { h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"
import { follow } from "../shell/navigate.js"
import { facts, ways } from "../tag/header.js"

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
  const mine = h("a", { class: "link", href: `/tag?article=${article.id}&project=${project.id}`, on: { click: follow } }, t("My own labels"))
  return h("header", {},
    h("h1", { dir: "auto", lang: article.language }, article.title),
    h("div", { class: "meta" }, facts(article), ways(article, mine)))
}
