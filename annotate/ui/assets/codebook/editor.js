/** @import {Value} from "./scale.js" */
import { button, h, uid } from "../shared/dom.js"
import { label as nameOf, t } from "../shared/i18n.js"
import { mounting } from "../shared/mounted.js"
import { ScaleEditor } from "./scale.js"

/**
 * Edits a part of a codebook. The script behind the page keeps the draft; what is typed here goes
 * there when a field is left.
 *
 * @typedef {{name: string, en: string, zh: string, values: Value[], multiple?: boolean, help?: string}} Label
 * @typedef {object} Part
 * @property {string} [working_language]
 * @property {Value[]} [span_kinds]
 * @property {Value[]} [stances]
 * @property {Value[]} [certainties]
 * @property {Label[]} [document_labels]
 * @property {string[]} [shown]
 * @property {string[]} [required]
 *
 * @typedef {object} EditorData
 * @property {"values" | "fields" | "labels"} section
 * @property {number} revision Another one means that the part was replaced and is drawn anew.
 * @property {Part} part
 * @property {[string, string][]} fields The fields of a statement and what they are called.
 * @property {boolean} editable
 * @property {{place: string, text: string}[]} problems
 * @property {string} wanted The place that is to have the focus now; empty for none.
 * @property {string} lang
 *
 * @typedef {object} Component
 * @property {EditorData} data
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 */

class Editor {
  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, component) {
    this.root = root
    this.component = component
    /** @type {Part} */
    this.part = {}
    this.drawn = ""
    /** A new question that has not been left yet. @type {Label | null} */
    this.filling = null
    this.update(component)
  }

  /** @param {Component} component */
  update(component) {
    this.component = component
    const { section, revision, lang, editable, part, problems, wanted } = component.data
    const look = JSON.stringify([section, revision, lang, editable])
    if (look !== this.drawn) {
      this.drawn = look
      this.part = structuredClone(part)
      this.draw()
    }
    this.mark(problems)
    if (wanted) this.reach(wanted)
  }

  draw() {
    const { section } = this.component.data
    const parts = section === "values" ? this.scales() : section === "fields" ? [this.fields()] : this.labels()
    this.root.replaceChildren(...parts)
  }

  scales() {
    const { editable } = this.component.data
    const shared = { editable }
    return [
      this.language(),
      new ScaleEditor(this.part.span_kinds ?? [], { ...shared, place: "span_kinds", title: t("Span kinds"), columns: ["colour", "key"], chips: false, taken: () => coloursOf(this.part.stances), onChange: (span_kinds, n) => this.told({ span_kinds }, rowOf("span_kinds", n)) }).root,
      new ScaleEditor(this.part.stances ?? [], { ...shared, place: "stances", title: t("Stances"), columns: ["colour", "key", "number"], chips: true, taken: () => coloursOf(this.part.span_kinds), onChange: (stances, n) => this.told({ stances }, rowOf("stances", n)) }).root,
      new ScaleEditor(this.part.certainties ?? [], { ...shared, place: "certainties", title: t("Certainty"), columns: [], chips: false, onChange: (certainties, n) => this.told({ certainties }, rowOf("certainties", n)) }).root,
    ]
  }

  language() {
    const id = uid("language")
    const input = h("input", { class: "in mono", id, maxlength: 35, readonly: !this.component.data.editable, data: { place: "working_language" }, spellcheck: "false" })
    input.value = this.part.working_language ?? ""
    input.addEventListener("change", () => this.told({ working_language: input.value.trim() }))
    return h("div", { class: "value language", data: { place: "working_language" } },
      h("label", { for: id }, t("Language of the claims")), input, h("span", { class: "tiny" }, t("A code such as en or zh-Hans")), h("p", { class: "wrong", role: "alert" }))
  }

  fields() {
    const { fields, editable } = this.component.data
    const rows = fields.map(([name, label]) => {
      const boxes = (/** @type {const} */ (["shown", "required"])).map((list) => this.box(list, name, label, editable))
      return h("tr", { data: { field: name } }, h("th", { scope: "row" }, label), boxes.map((box) => h("td", {}, box)))
    })
    const always = [t("Stance"), t("Claim")].map((label) =>
      h("tr", {}, h("th", { scope: "row" }, label), h("td", { colspan: 2, class: "muted" }, t("always shown and required"))))
    return h("table", { class: "fields-table", "aria-label": t("Fields of a statement") },
      h("thead", {}, h("tr", {}, [t("Field"), t("Shown"), t("Required")].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, always, rows))
  }

  /**
   * @param {"shown" | "required"} list
   * @param {string} name
   * @param {string} label
   * @param {boolean} editable
   */
  box(list, name, label, editable) {
    const words = list === "shown" ? t("{name} is shown", { name: label }) : t("{name} is required", { name: label })
    const on = (this.part[list] ?? []).includes(name)
    const box = h("input", { type: "checkbox", "aria-label": words, checked: on, disabled: !editable, data: { list, field: name } })
    box.addEventListener("change", () => this.setField(list, name, box.checked))
    return box
  }

  /** @param {"shown" | "required"} list @param {string} name @param {boolean} on */
  setField(list, name, on) {
    const order = this.component.data.fields.map(([field]) => field)
    const set = (/** @type {"shown" | "required"} */ which, /** @type {boolean} */ value) => {
      const chosen = new Set(this.part[which] ?? [])
      if (value) chosen.add(name)
      else chosen.delete(name)
      const box = this.root.querySelector(`input[data-list="${which}"][data-field="${name}"]`)
      if (box instanceof HTMLInputElement) box.checked = value
      this.part[which] = order.filter((field) => chosen.has(field))
    }
    set(list, on)
    // What is required must be shown, and what is hidden cannot be required.
    if (list === "required" && on) set("shown", true)
    if (list === "shown" && !on) set("required", false)
    this.told({ shown: this.part.shown ?? [], required: this.part.required ?? [] })
  }

  labels() {
    const labels = this.part.document_labels ?? []
    const { editable } = this.component.data
    const add = () => {
      this.filling = { name: "", en: "", zh: "", values: [{ name: "", en: "", zh: "" }] }
      this.changeLabels([...labels, this.filling], true)
      this.root.querySelector(`[data-place="document_labels[${labels.length}].name"]`)?.scrollIntoView({ block: "nearest" })
      this.focus(`document_labels[${labels.length}].name`)
    }
    return [
      labels.length === 0 ? h("p", { class: "muted" }, t("No questions about the whole article yet.")) : null,
      ...labels.map((label, n) => this.label(label, n, editable)),
      editable ? button("btn add", add, {}, `＋ ${t("Add a question")}`) : null,
    ].filter((element) => element !== null)
  }

  /** @param {Label} label @param {number} n @param {boolean} editable */
  label(label, n, editable) {
    const place = `document_labels[${n}]`
    const set = (/** @type {Partial<Label>} */ change, filling = "") => {
      Object.assign(label, change)
      this.changeLabels(this.part.document_labels ?? [], false, filling)
    }
    const field = (/** @type {"name" | "en" | "zh" | "help"} */ part, /** @type {string} */ words, /** @type {Record<string, unknown>} */ props) => {
      const input = h("input", { class: "in", type: "text", "aria-label": words, readonly: !editable, autocomplete: "off", dir: "auto", data: { part, place: `${place}.${part}` }, ...props })
      input.value = label[part] ?? ""
      input.addEventListener("change", () => set({ [part]: input.value }))
      return input
    }
    const id = uid("multiple")
    const multiple = h("input", { type: "checkbox", id, checked: label.multiple ?? false, disabled: !editable })
    multiple.addEventListener("change", () => set({ multiple: multiple.checked }))
    const remove = () => {
      this.changeLabels((this.part.document_labels ?? []).filter((_, at) => at !== n), true)
      const add = /** @type {HTMLElement | null} */ (this.root.querySelector(":scope > button.add"))
      add?.focus()
    }
    const scale = new ScaleEditor(label.values, { editable, place: `${place}.values`, title: t("Answers"), columns: [], chips: false, onChange: (values, row) => set({ values }, rowOf(`${place}.values`, row)) })
    return h("section", { class: "question", "aria-label": nameOf(label) || t("New question"), on: { focusout: (/** @type {FocusEvent} */ event) => this.left(label, event) } },
      h("div", { class: "value", data: { place } },
        h("div", { class: "heads", "aria-hidden": "true" }, [t("Stored name"), t("English"), t("Chinese")].map((head) => h("span", {}, head))),
        h("div", { class: "fields", role: "group", "aria-label": t("The question") },
          field("name", t("Stored name"), { class: "in mono", maxlength: 40, placeholder: t("Stored name") }),
          field("en", t("English"), { lang: "en", maxlength: 100, placeholder: t("English") }),
          field("zh", t("Chinese"), { lang: "zh-Hans", maxlength: 100, placeholder: t("Chinese") }),
          h("span", { class: "tools" }, h("label", { for: id, class: "check" }, multiple, t("several answers")),
            editable ? [this.mover(n, -1), this.mover(n, 1)] : null,
            editable ? button("tool", remove, { title: t("Remove"), "aria-label": t("Remove {name}", { name: nameOf(label) }) }, "×") : null)),
        editable || label.help ? field("help", t("When to choose it"), { placeholder: t("How to answer it"), class: "in help", maxlength: 2000 }) : null,
        h("p", { class: "wrong", role: "alert" })),
      scale.root)
  }

  /** Moves a question by one place. @param {number} n @param {1 | -1} by */
  mover(n, by) {
    const labels = this.part.document_labels ?? []
    const name = nameOf(labels[n])
    const words = by < 0 ? t("Move {name} up", { name }) : t("Move {name} down", { name })
    const move = () => {
      const moved = [...labels]
      moved.splice(n + by, 0, ...moved.splice(n, 1))
      this.changeLabels(moved, true)
      this.focus(`document_labels[${n + by}].name`)
    }
    return button("tool", move, { disabled: !labels[n + by], title: by < 0 ? t("Up") : t("Down"), "aria-label": words }, by < 0 ? "↑" : "↓")
  }

  /** @param {Label[]} labels @param {boolean} draw @param {string} [filling] */
  changeLabels(labels, draw, filling = "") {
    const question = this.filling ? labels.indexOf(this.filling) : -1
    this.told({ document_labels: labels }, question < 0 ? filling : rowOf("document_labels", question))
    if (draw) this.draw()
  }

  /** Once the focus has gone elsewhere, a new question is as any other. @param {Label} label @param {FocusEvent} event */
  left(label, event) {
    if (this.filling !== label) return
    const question = /** @type {Element} */ (event.currentTarget)
    // A row in it that moves loses the focus for a moment.
    setTimeout(() => {
      if (this.filling !== label || (question.isConnected && question.contains(document.activeElement))) return
      this.filling = null
      this.changeLabels(this.part.document_labels ?? [], false)
    })
  }

  /** @param {string} place */
  focus(place) {
    const field = [...this.root.querySelectorAll("[data-place]")].find((one) => placeOf(one) === place)
    if (field instanceof HTMLElement) field.focus()
  }

  /** Gives the focus to the field of a place, or of the nearest place around it. @param {string} place */
  reach(place) {
    const found = [...this.root.querySelectorAll("[data-place]")].filter((one) => place.startsWith(placeOf(one)))
    const nearest = found.sort((a, b) => placeOf(b).length - placeOf(a).length)[0]
    const field = nearest?.matches("input") ? nearest : nearest?.querySelector("input, button")
    if (field instanceof HTMLElement) field.focus()
  }

  /** @param {Part} change @param {string} [filling] The place of a row that is being filled in. */
  told(change, filling = "") {
    this.part = { ...this.part, ...change }
    this.component.setStateValue("part", { revision: this.component.data.revision, part: this.part, filling })
  }

  /** Says at each row what is wrong with it. @param {readonly {place: string, text: string}[]} problems */
  mark(problems) {
    for (const field of this.root.querySelectorAll("input[data-place]")) {
      const place = placeOf(field)
      const wrong = problems.some((problem) => problem.place === place)
      if (wrong) field.setAttribute("aria-invalid", "true")
      else field.removeAttribute("aria-invalid")
    }
    for (const row of this.root.querySelectorAll(".value")) {
      const place = placeOf(row)
      const found = problems.filter((problem) => problem.place === place || (problem.place.startsWith(`${place}.`) && !problem.place.slice(place.length + 1).includes(".")))
      const told = row.querySelector(":scope > .wrong")
      const words = found.map((problem) => problem.text).join("; ")
      if (told && told.textContent !== words) told.textContent = words
    }
  }
}

export default mounting("cd-codebook", Editor)

/** @param {string} scale @param {number} n -1 for none. */
function rowOf(scale, n) {
  return n < 0 ? "" : `${scale}[${n}]`
}

/** @param {Element} element */
function placeOf(element) {
  return element instanceof HTMLElement ? (element.dataset.place ?? "") : ""
}

/** @param {readonly Value[] | undefined} values */
function coloursOf(values) {
  return (values ?? []).map((value) => value.colour ?? "")
}
