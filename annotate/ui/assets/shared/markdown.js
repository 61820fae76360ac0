import { follow } from "../shell/navigate.js"
import { h } from "./dom.js"

/**
 * Guidelines as the server has read them (annotate/ui/markdown.py): texts and elements.
 *
 * @typedef {string | Element} Node
 * @typedef {object} Element
 * @property {string} tag
 * @property {Node[]} children
 * @property {string} [href] Of a link to the web.
 * @property {string} [article] Of an example: the article, and the words in code points.
 * @property {number} [start]
 * @property {number} [end]
 */

/** Elements that may be made; anything else becomes its content. */
const TAGS = /** @type {const} */ ([
  "p", "ul", "ol", "li", "blockquote", "em", "strong", "hr", "br", "code", "pre",
  "table", "thead", "tbody", "tr", "th", "td", "h3", "h4", "h5", "h6",
])

/**
 * Makes the document's nodes of guidelines.
 *
 * @param {readonly Node[]} nodes
 * @param {string} project The project that examples stand in.
 * @returns {(HTMLElement | string)[]}
 */
export function rendered(nodes, project) {
  return nodes.flatMap((node) => {
    if (typeof node === "string") return [node]
    const children = rendered(node.children, project)
    if (node.tag === "a") return link(node, children, project)
    const tag = TAGS.find((one) => one === node.tag)
    return tag ? [h(tag, {}, children)] : children
  })
}

/**
 * @param {Element} node
 * @param {(HTMLElement | string)[]} children
 * @param {string} project
 */
function link(node, children, project) {
  const example = exampleAddress(node, project)
  if (example) return [h("a", { class: "link example", href: example, on: { click: follow } }, children)]
  if (!leadsToTheWeb(node.href)) return children
  const away = { target: "_blank", rel: "noopener noreferrer", referrerpolicy: "no-referrer" }
  return [h("a", { class: "link", href: node.href, ...away }, children)]
}

/**
 * The tagging page with the words of an example selected; empty for what is none.
 *
 * @param {Element} node
 * @param {string} project
 */
function exampleAddress({ article, start, end }, project) {
  if (!article || start === undefined || end === undefined) return ""
  return `/tag?${new URLSearchParams({ article, project, words: `${Number(start)}-${Number(end)}` })}`
}

/** @param {string | undefined} address */
function leadsToTheWeb(address) {
  try {
    return ["http:", "https:"].includes(new URL(address ?? "").protocol)
  } catch {
    return false
  }
}

/**
 * The Markdown of an example: a link to words of an article, as guidelines hold it.
 *
 * @param {string} article
 * @param {{start: number, end: number}} range In code points.
 * @param {string} quote
 */
export function exampleOf(article, { start, end }, quote) {
  const text = quote.replace(/\s+/gu, " ").replace(/[\\[\]*_`<>&]/g, "\\$&")
  return `[${text}](span:${article}/${start}-${end})`
}
