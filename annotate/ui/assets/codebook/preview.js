/** @import {Node} from "../shared/markdown.js" */
import { h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"
import { rendered } from "../shared/markdown.js"

/**
 * Guidelines as readers see them; in a box of their own beside the field that they are written in.
 *
 * @typedef {{tree: Node[], project: string, boxed?: boolean}} PreviewData
 *
 * @param {{data: PreviewData, parentElement: HTMLElement | ShadowRoot}} component
 */
export default function mount({ data, parentElement }) {
  let root = parentElement.querySelector(".cd-prose")
  if (!root) {
    const box = data.boxed ? { role: "region", tabindex: "0", "aria-label": t("As coders see them") } : {}
    root = h("div", { class: data.boxed ? "cd cd-prose boxed" : "cd cd-prose", ...box })
    parentElement.append(root)
  }
  const empty = h("p", { class: "muted" }, t("This codebook has no guidelines yet."))
  root.replaceChildren(...(data.tree.length > 0 ? rendered(data.tree, data.project) : [empty]))
}
