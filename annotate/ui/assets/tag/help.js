import { button, h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"
import { GROUPS, shownChord } from "./keys.js"

/** The sheet of all keys, made from the table that the keys are looked up in. */
export class HelpSheet {
  /** @param {() => void} onClose */
  constructor(onClose) {
    this.root = h(
      "dialog",
      { class: "help", "aria-label": t("Keys"), on: { close: onClose, keydown: (/** @type {KeyboardEvent} */ event) => this.key(event) } },
      h("header", {}, h("h2", {}, t("Keys")), button("btn", () => this.root.close(), {}, t("Close"), " ", h("kbd", {}, "Esc"))),
      h("div", { class: "groups", tabindex: "0" }, GROUPS.map(section)),
    )
  }

  open() {
    this.root.showModal()
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    // The sheet has the keyboard while it is open.
    event.stopPropagation()
    if (event.key === "?") this.root.close()
  }
}

/** @param {import("./keys.js").Group} group */
function section(group) {
  return h(
    "section",
    {},
    h("h3", {}, t(group.title)),
    h(
      "dl",
      {},
      group.bindings.filter((binding) => !binding.silent).map((binding) =>
        h(
          "div",
          {},
          h("dt", {}, (binding.shown ?? binding.keys).flatMap((chord) => [h("kbd", {}, shownChord(chord)), " "])),
          h("dd", {}, t(binding.text)),
        ),
      ),
    ),
  )
}
