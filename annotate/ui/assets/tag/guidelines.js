/** @import {Article, Codebook, Range, Value} from "./types.js" */
import { copyButton } from "../shared/copying.js"
import { button, h, uid } from "../shared/dom.js"
import { label, t } from "../shared/i18n.js"
import { exampleOf, rendered } from "../shared/markdown.js"
import { isPlainClick } from "../shell/navigate.js"
import { paint } from "./colours.js"

/** The codebook's guidelines and the help to its values, in a dialog over the page. */
export class Guidelines {
  /**
   * @param {{article: Article, codebook: Codebook, project: {id: string}}} boot
   * @param {() => {range: Range, quote: string} | null} chosen The words chosen in the text.
   * @param {(search: string) => void} onExample An example of the open article was followed.
   * @param {() => void} onClose
   */
  constructor(boot, chosen, onExample, onClose) {
    this.boot = boot
    this.chosen = chosen
    this.onExample = onExample
    this.onClose = onClose
  }

  open() {
    if (document.querySelector("dialog[open]")) return
    const name = uid("guidelines")
    const sheet = h(
      "dialog",
      { class: "cd cd-guide", "aria-labelledby": name },
      h(
        "header",
        {},
        h("h2", { id: name }, t("Guidelines")),
        h("span", { class: "tiny" }, t("Codebook v{version}", { version: this.boot.codebook.version })),
        button("btn", () => sheet.close(), {}, t("Close"), " ", h("kbd", {}, "Esc")),
      ),
      h("div", { class: "body", tabindex: "0" }, this.text(), this.help()),
      this.example(),
    )
    sheet.addEventListener("keydown", (event) => {
      // The sheet has the keyboard while it is open.
      event.stopPropagation()
      if (event.key === "m" && !(event.target instanceof HTMLInputElement)) sheet.close()
    })
    sheet.addEventListener("click", (event) => {
      const target = /** @type {Element} */ (event.target)
      const example = /** @type {HTMLAnchorElement | null} */ (target.closest("a.example"))
      if (example && isPlainClick(event)) this.follow(example, sheet)
      else if (target === sheet) sheet.close()
    })
    sheet.addEventListener("close", () => {
      sheet.remove()
      this.onClose()
    })
    document.body.append(sheet)
    sheet.showModal()
    const body = /** @type {HTMLElement | null} */ (sheet.querySelector(".body"))
    body?.focus()
  }

  /** @param {HTMLAnchorElement} example @param {HTMLDialogElement} sheet */
  follow(example, sheet) {
    const { search, searchParams } = new URL(example.href)
    // Nothing is drawn anew for an address of the same article.
    if (searchParams.get("article") === this.boot.article.id) sheet.addEventListener("close", () => this.onExample(search))
    sheet.close()
  }

  text() {
    const { codebook, project } = this.boot
    if (codebook.guidelines.length === 0) return h("p", { class: "muted" }, t("This codebook has no guidelines yet."))
    return h("div", { class: "cd-prose" }, rendered(codebook.guidelines, project.id))
  }

  help() {
    const { span_kinds: kinds, stances, certainties, document_labels: labels } = this.boot.codebook
    const scales = [
      helped(t("Span kinds"), kinds),
      helped(t("Stances"), stances),
      helped(t("Certainty"), certainties),
      ...labels.map((one) => helped(label(one), one.values, one.help)),
    ].flat()
    return scales.length > 0 ? h("section", { class: "values" }, h("h3", {}, t("When to choose which value")), scales) : null
  }

  example() {
    const chosen = this.chosen()
    if (!chosen) return null
    const id = uid("example")
    const input = h("input", { class: "in", id, readonly: true, on: { focus: () => input.select() } })
    input.value = exampleOf(this.boot.article.id, chosen.range, chosen.quote)
    return h("footer", {}, h("label", { for: id }, t("The chosen words as an example for the guidelines")),
      h("div", { class: "row" }, input, copyButton(input.value, "")))
  }
}

/**
 * @param {string} name
 * @param {readonly Value[]} values
 * @param {string} [question] Help to the scale as a whole.
 */
function helped(name, values, question = "") {
  const rows = values.filter((value) => value.help)
  if (rows.length === 0 && !question) return []
  return [
    h("h4", {}, name),
    question ? h("p", {}, question) : null,
    h("dl", {}, rows.map((value) => h("div", {}, h("dt", {}, paint(h("span", { class: "chip" }, label(value)), value)), h("dd", {}, value.help ?? "")))),
  ]
}
