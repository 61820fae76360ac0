import { ask } from "../shared/ask.js"
import { button, h, uid } from "../shared/dom.js"
import { dropZone } from "../shared/dropzone.js"
import { t, tn } from "../shared/i18n.js"
import { mounting } from "../shared/mounted.js"

/**
 * A codebook as YAML text with its line numbers, and what is wrong with it at its lines.
 *
 * @typedef {object} YamlData
 * @property {string} text What was typed, else what the draft says.
 * @property {string} draft What the draft says.
 * @property {string} revision Another one means that the text was replaced.
 * @property {boolean} editable
 * @property {number} mostBytes Of a file; the server says that a longer one is too long.
 * @property {{line: number, text: string}[]} problems
 * @property {string} lang
 *
 * @typedef {object} Component
 * @property {YamlData} data
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 */

/** How long the keyboard rests before the server hears what was typed. */
const REST_MS = 500

class YamlEditor {
  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, component) {
    this.component = component
    this.drawn = ""
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined
    const id = uid("yaml")
    this.gutter = h("ol", { class: "gutter", "aria-hidden": "true" })
    this.text = h("textarea", { class: "text", id, spellcheck: "false", wrap: "off", autocomplete: "off", rows: 24 })
    this.text.addEventListener("input", () => {
      this.number()
      this.source.textContent = ""
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.told(), REST_MS)
    })
    this.text.addEventListener("change", () => this.told())
    this.text.addEventListener("scroll", () => (this.gutter.scrollTop = this.text.scrollTop))
    this.problems = h("div", { class: "problems", role: "status" })
    this.source = h("p", { class: "source", role: "status", dir: "auto" })
    const { input, zone } = dropZone({ id: uid("yaml-file"), multiple: false, accept: ".yaml,.yml,.json", onFiles: (files) => void this.read(files) },
      h("b", {}, t("Choose a file")), h("span", { class: "muted" }, t("or drop it here: a codebook as YAML or JSON")))
    this.input = input
    this.zone = zone
    root.append(
      h("label", { for: id, class: "sr" }, t("Codebook as YAML")),
      h("div", { class: "frame" }, this.gutter, this.text),
      h("div", { class: "beside" }, input, zone, this.source, this.problems),
    )
    this.update(component)
  }

  /** @param {Component} component */
  update(component) {
    this.component = component
    const { revision, editable, text, problems } = component.data
    const look = JSON.stringify([revision, editable])
    if (look !== this.drawn) {
      this.drawn = look
      this.text.value = text
      this.text.readOnly = !editable
      this.source.textContent = ""
      for (const part of [this.zone, this.input]) part.hidden = !editable
    }
    this.showProblems(problems)
    this.number()
  }

  /** Tells the server what was typed, which keeps it with the draft. @param {boolean} [file] Then it says what is wrong with it. */
  told(file = false) {
    clearTimeout(this.timer)
    this.component.setStateValue("typed", { revision: this.component.data.revision, text: this.text.value, file })
  }

  /** Puts a file into the editor, as if it were typed. @param {FileList | null} files */
  async read(files) {
    const file = files?.[0]
    if (!file) return
    const text = await file.slice(0, this.component.data.mostBytes + 1).text()
    this.input.value = ""
    const { name } = file
    if (this.text.value !== this.component.data.draft && !(await replaces(name))) return
    this.text.value = text
    this.number()
    this.source.textContent = this.text.value === this.component.data.draft
      ? t("{name} says what your draft says.", { name }) : t("{name} is in the editor, and not in your draft yet.", { name })
    this.told(true)
  }

  number() {
    const wrong = new Set(this.component.data.problems.map((problem) => problem.line))
    const lines = this.text.value.split("\n").length
    this.gutter.replaceChildren(...Array.from({ length: lines }, (_, n) => h("li", { class: wrong.has(n + 1) ? "wrong" : "" }, n + 1)))
    this.gutter.scrollTop = this.text.scrollTop
  }

  /** @param {YamlData["problems"]} problems */
  showProblems(problems) {
    if (problems.length === 0) return this.problems.replaceChildren()
    this.problems.replaceChildren(
      h("h3", {}, tn("{n} problem", "{n} problems", problems.length)),
      h("ul", {}, problems.map((problem) => h("li", {},
        button("link", () => this.goTo(problem.line), {}, t("Line {line}", { line: problem.line })), h("span", {}, problem.text)))),
    )
  }

  /** @param {number} line From 1. */
  goTo(line) {
    const lines = this.text.value.split("\n")
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
    this.text.focus()
    this.text.setSelectionRange(start, start + (lines[line - 1] ?? "").length)
    this.text.scrollTop = (this.text.scrollHeight / lines.length) * Math.max(0, line - 6)
  }
}

/** Whether a file may take the place of a text that stands nowhere else. @param {string} name @returns {Promise<boolean>} */
function replaces(name) {
  return ask({
    title: t("Put {name} in place of the text?", { name }),
    lines: [t("The text in the editor differs from your draft. It is kept nowhere else.")],
    yes: t("Replace the text"),
    loses: true,
  })
}

export default mounting("cd-yaml", YamlEditor)
