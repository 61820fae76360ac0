/** @import {Node} from "../shared/markdown.js" */
import { h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"
import { rendered } from "../shared/markdown.js"

/**
 * Guidelines as readers see them.
 *
 * @typedef {{tree: Node[], project: string}} PreviewData
 *
 * @param {{data: PreviewData, parentElement: HTMLElement | ShadowRoot}} component
 */
export default function mount({ data, parentElement }) {
  let root = parentElement.querySelector(".cd-prose")
  if (!root) {
    root = h("div", { class: "cd cd-prose" })
    parentElement.append(root)
  }
  const empty = h("p", { class: "muted" }, t("This codebook has no guidelines yet."))
  root.replaceChildren(...(data.tree.length > 0 ? rendered(data.tree, data.project) : [empty]))
}
