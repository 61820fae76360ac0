import { h } from "../shared/dom.js"

/**
 * The beginning of a file as lines of text. Where a line is longer than there is room, what follows
 * stands a little deeper than its beginning, so that the structure shows on a small screen, too.
 *
 * @typedef {object} LinesData
 * @property {string} label
 * @property {string[]} lines
 */

/**
 * Mounts or updates; called by Streamlit at each of its renders.
 *
 * @param {{ data: LinesData, parentElement: HTMLElement | ShadowRoot }} component
 */
export default function mount({ data, parentElement }) {
  const lines = data.lines.map((line) => {
    const text = line.trimStart()
    const element = h("code", {}, text)
    element.style.setProperty("--depth", `${line.length - text.length}`)
    return element
  })
  const root = h("div", { class: "cd cd-lines", role: "region", "aria-label": data.label, tabindex: 0 }, lines)
  parentElement.querySelector(".cd-lines")?.remove()
  parentElement.append(root)
}
