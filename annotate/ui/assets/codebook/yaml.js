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
 * @property {(name: string, value: unknown) => void} setTriggerValue
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
      this.offer()
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.told(), REST_MS)
    })
    this.text.addEventListener("change", () => this.told())
    this.text.addEventListener("scroll", () => (this.gutter.scrollTop = this.text.scrollTop))
    this.problems = h("div", { class: "problems", role: "status" })
    this.take = button("btn", () => this.send(), {}, t("Take into the draft"))
    const { input, zone } = dropZone({ id: uid("yaml-file"), multiple: false, accept: ".yaml,.yml,.json", onFiles: (files) => void this.read(files) },
      h("b", {}, t("Choose a file")), h("span", { class: "muted" }, t("or drop it here: a codebook as YAML or JSON")))
    this.input = input
    this.zone = zone
    root.append(
      input, zone,
      h("label", { for: id, class: "sr" }, t("Codebook as YAML")),
      h("div", { class: "frame" }, this.gutter, this.text),
      h("div", { class: "beside" }, this.take, this.problems),
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
      for (const part of [this.take, this.zone, this.input]) part.hidden = !editable
    }
    this.showProblems(problems)
    this.number()
    this.offer()
  }

  /** Tells the server what was typed, which keeps it with the draft. */
  told() {
    clearTimeout(this.timer)
    this.component.setStateValue("typed", { revision: this.component.data.revision, text: this.text.value })
  }

  send() {
    clearTimeout(this.timer)
    this.component.setTriggerValue("take", this.text.value)
  }

  /** Takes a file over at once. @param {FileList | null} files */
  async read(files) {
    const file = files?.[0]
    if (!file) return
    this.text.value = await file.slice(0, this.component.data.mostBytes + 1).text()
    this.input.value = ""
    this.number()
    this.send()
  }

  /** Taking the text over is what to do next once it says something else. */
  offer() {
    this.take.classList.toggle("primary", this.text.value !== this.component.data.draft)
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

export default mounting("cd-yaml", YamlEditor)
