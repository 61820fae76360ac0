import { copy } from "../shared/copying.js"
import { h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"

/**
 * A button that copies a text, and says so.
 *
 * @param {{ data: { text: string, label: string }, parentElement: HTMLElement | ShadowRoot }} component
 */
export default function mount({ data, parentElement }) {
  const said = h("span", { class: "muted", role: "status" })
  const copying = h("button", { class: "btn", type: "button", on: { click: async () => {
    said.textContent = (await copy(data.text)) ? t("Copied") : t("This browser does not let it be copied: select it above.")
  } } }, data.label)
  parentElement.querySelector(".cd-copy")?.remove()
  parentElement.append(h("div", { class: "cd cd-copy" }, copying, said))
}
