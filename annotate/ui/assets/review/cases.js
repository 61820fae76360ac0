/** @import {Picks} from "./rowmodel.js" */
/** @import {Loop, Row} from "./types.js" */
/** @import {Thread} from "../shared/threads.js" */
/** @import {Values} from "./values.js" */
import { button, h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"
import { talkWords, unresolved } from "../shared/threads.js"
import { actsOf, chipsOf, verdictOf } from "./casehead.js"
import { colourOfCoder, nameOfCoder } from "./coders.js"
import { differing, fieldsShown, labelOf, valueKey, versionOf, waits } from "./rowmodel.js"
import { nameOfField } from "./values.js"

/**
 * @typedef {"accept" | "reject" | "edit" | "reopen" | "talk" | "join"} Act
 *
 * @typedef {object} CaseHooks
 * @property {(id: string) => void} onTouch
 * @property {(id: string, letter: string) => void} onTake
 * @property {(id: string, field: string, letter: string) => void} onPick
 * @property {(id: string, action: Act) => void} onAct
 *
 * @typedef {object} Look What decides how the rows look, beside themselves.
 * @property {Loop} loop
 * @property {ReadonlyMap<string, Picks>} picks
 * @property {ReadonlyMap<string, unknown>} byHand Rows with versions that were picked by hand.
 * @property {string} active
 * @property {string} marked The row that is to be joined with another.
 * @property {boolean} editable
 * @property {boolean} talks Whether comments may be written.
 * @property {(row: Row) => Thread[]} threads
 *
 * @typedef {{element: HTMLElement, inner: HTMLElement, slot: HTMLElement, look: string}} Case
 */

/** The rows as cards. What is inside a card is made anew only when it looks different; its slot for a form stays. */
export class Cases {
  /**
   * @param {Values} values
   * @param {CaseHooks} hooks
   */
  constructor(values, hooks) {
    this.values = values
    this.hooks = hooks
    /** @type {Map<string, Case>} */
    this.made = new Map()
    this.statements = h("div", { class: "cases", role: "list", "aria-label": t("Statements") })
    this.rest = h("div", { class: "cases compact", role: "list", "aria-label": t("Mentions and labels") })
    this.restHead = h("h2", {}, t("Mentions and labels"))
    this.root = h("div", { class: "all-cases" }, this.statements, this.restHead, this.rest)
  }

  /** @param {Look} look */
  show(look) {
    const { rows } = look.loop
    /** @type {Map<string, Case>} */
    const made = new Map()
    for (const row of rows) {
      const found = this.made.get(row.id) ?? this.frame(row.id)
      made.set(row.id, found)
      this.fill(found, row, look)
    }
    this.made = made
    const elements = (/** @type {boolean} */ statement) =>
      rows.filter((row) => (row.kind === "statement") === statement).map((row) => /** @type {Case} */ (made.get(row.id)).element)
    place(this.statements, elements(true))
    place(this.rest, elements(false))
    this.restHead.hidden = this.rest.hidden = rows.every((row) => row.kind === "statement")
    // A list without items is none to a screen reader's rules.
    this.statements.hidden = !rows.some((row) => row.kind === "statement")
  }

  /**
   * @param {string} id
   * @returns {Case}
   */
  frame(id) {
    const inner = h("div", { class: "inner" })
    const slot = h("div", { class: "slot" })
    const element = h("div", { class: "case", role: "listitem", tabindex: "0", data: { id }, on: { click: () => this.hooks.onTouch(id), focusin: () => this.hooks.onTouch(id) } }, inner, slot)
    return { element, inner, slot, look: "" }
  }

  /**
   * @param {Case} made
   * @param {Row} row
   * @param {Look} look
   */
  fill(made, row, look) {
    const on = row.id === look.active
    const { element, inner } = made
    element.classList.toggle("on", on)
    if (on) element.setAttribute("aria-current", "true")
    else element.removeAttribute("aria-current")
    const { coders, registry } = look.loop
    const threads = look.threads(row)
    const picks = look.picks.get(row.id) ?? {}
    const seen = JSON.stringify([row, picks, on, look.byHand.has(row.id), look.editable, look.talks, on ? look.marked : row.id === look.marked, threads, coders, Object.keys(registry.actors).length, Object.keys(registry.claims).length])
    if (seen === made.look) return
    made.look = seen
    element.dataset.verdict = row.verdict
    element.classList.toggle("marked", row.id === look.marked)
    element.dataset.state = waits(row) ? (row.raised ? "raised" : "open") : (row.decision?.verdict ?? "")
    const focused = inner.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.at : undefined
    const wasInside = inner.contains(document.activeElement)
    inner.replaceChildren(this.head(row, picks, on, look), this.body(row, picks, on, look), this.foot(row, on, threads, look) ?? "")
    // A row that the keys have left must not draw them back by taking the focus again.
    if (!wasInside || !on) return
    const again = focused ? /** @type {HTMLElement | null} */ (inner.querySelector(`[data-at="${CSS.escape(focused)}"]`)) : null
    ;(again ?? element).focus({ preventScroll: true })
  }

  /**
   * @param {Row} row
   * @param {Picks} picks
   * @param {boolean} on
   * @param {Look} look
   */
  head(row, picks, on, look) {
    const acts = look.editable ? actsOf(row, look.loop.coders, picks, on, look.byHand.has(row.id), { onTake: (letter) => this.hooks.onTake(row.id, letter), onAct: (action) => this.hooks.onAct(row.id, action) }) : []
    return h("div", { class: "h" }, chipsOf(row, look.loop.coders), verdictOf(row), h("div", { class: "act" }, acts))
  }

  /**
   * @param {Row} row
   * @param {Picks} picks
   * @param {boolean} on
   * @param {Look} look
   */
  body(row, picks, on, look) {
    const gold = row.decision?.entity ? { entity: row.decision.entity, spans: row.decision.spans } : null
    const apart = differing(row)
    const settled = !waits(row)
    const parts = []
    // Of a settled row, its result; beside the versions where somebody looks at it again.
    if (gold && settled && (apart.length === 0 || !on || row.decision?.verdict === "edited")) parts.push(this.brief(row, gold))
    else if (apart.length === 0 || (settled && !on)) parts.push(this.brief(row, row.versions[0] ?? gold ?? { entity: /** @type {any} */ ({}), spans: [] }))
    if (apart.length > 0 && (!settled || on)) parts.push(this.table(row, picks, apart, look))
    if (row.decision?.reason && settled) parts.push(h("p", { class: "reason", dir: "auto" }, t("Reason: {reason}", { reason: row.decision.reason })))
    return h("div", { class: "b" }, parts)
  }

  /**
   * @param {Row} row
   * @param {import("./rowmodel.js").Content} content
   */
  brief(row, content) {
    return h("dl", { class: "brief" }, this.values.brief(row.kind, content, labelOf(row)).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))))
  }

  /**
   * @param {Row} row
   * @param {Picks} picks
   * @param {string[]} apart
   * @param {Look} look
   */
  table(row, picks, apart, look) {
    const { versions } = row
    const heads = versions.map(({ letter }) => h("th", { class: "who", scope: "col", dir: "auto" }, coderDot(letter), nameOfCoder(look.loop.coders, letter)))
    const lines = fieldsShown(row).map((field) => {
      const name = h("th", { scope: "row" }, nameOfField(field))
      const first = versions[0]
      const label = row.versions[0]?.entity_id
      const alike = new Set(versions.map((version) => valueKey(version, field))).size === 1
      if (alike && first) return h("tr", {}, name, h("td", { colspan: versions.length }, this.values.show(first, field, label)))
      if (!apart.includes(field)) return h("tr", {}, name, versions.map((version) => h("td", {}, this.values.show(version, field, label))))
      const picked = versionOf(row, picks[field])
      return h("tr", { class: "d" }, name, versions.map((version) => h("td", {}, this.cell(row, version, field, picked, look.editable))))
    })
    return h("table", {}, h("thead", {}, h("tr", {}, h("td", {}), heads)), h("tbody", {}, lines))
  }

  /**
   * @param {Row} row
   * @param {import("./types.js").Version} version
   * @param {string} field
   * @param {import("./types.js").Version | undefined} picked
   * @param {boolean} editable
   */
  cell(row, version, field, picked, editable) {
    const on = picked !== undefined && valueKey(version, field) === valueKey(picked, field)
    const { letter } = version
    const props = {
      "aria-pressed": String(on),
      disabled: !editable,
      data: { at: `${field}/${letter}`, field, letter },
      tabindex: "-1",
    }
    return button(on ? "cell pick" : "cell", (event) => {
      event.stopPropagation()
      this.hooks.onTouch(row.id)
      this.hooks.onPick(row.id, field, letter)
    }, props, this.values.show(version, field, version.entity_id))
  }

  /**
   * @param {Row} row
   * @param {boolean} on
   * @param {readonly Thread[]} threads
   * @param {Look} look
   */
  foot(row, on, threads, look) {
    if (row.versions.length === 0 || row.kind === "document_label") return null
    const act = (/** @type {Act} */ action, /** @type {string} */ words, /** @type {string} */ key, look = "talks") => button(look, (event) => {
      event.stopPropagation()
      this.hooks.onAct(row.id, action)
    }, { data: { action, at: action } }, words, on ? [" ", h("kbd", {}, key)] : null)
    const talk = threads.length > 0 || (on && look.talks) ? act("talk", talkWords(threads), "W", unresolved(threads) ? "talks open" : "talks") : null
    const joins = on && look.editable && row.versions.length < look.loop.coders.length
    const words = look.marked === row.id ? t("Do not join") : look.marked ? t("Join with the marked row") : t("Join with another row…")
    const join = joins ? act("join", words, "T", look.marked ? "talks open" : "talks") : null
    const apart = on && row.joined ? act("reopen", t("Take apart"), "⌫") : null
    return talk || join || apart ? h("div", { class: "f" }, apart, join, talk) : null
  }

  /** @param {string} id */
  slotOf(id) {
    return this.made.get(id)?.slot ?? null
  }

  /** @param {string} id */
  focus(id) {
    const element = this.made.get(id)?.element
    element?.focus({ preventScroll: true })
    this.reveal(id)
  }

  /** @param {string} id */
  reveal(id) {
    this.made.get(id)?.element.scrollIntoView({ block: "nearest" })
  }

  /**
   * The cells of a row in which a version can be picked, line by line.
   *
   * @param {string} id
   * @returns {HTMLElement[][]}
   */
  cells(id) {
    const rows = this.made.get(id)?.inner.querySelectorAll("tr.d") ?? []
    return [...rows].map((row) => /** @type {HTMLElement[]} */ ([...row.querySelectorAll("button.cell")]))
  }
}

/** @param {string} letter */
function coderDot(letter) {
  const dot = h("i", { class: "dot", "aria-hidden": "true" })
  dot.style.setProperty("--c", colourOfCoder(letter))
  return dot
}

/**
 * Puts children in order without moving those that are in their place.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement[]} children
 */
function place(root, children) {
  const wanted = new Set(children)
  for (const child of [...root.children]) if (!wanted.has(/** @type {HTMLElement} */ (child))) child.remove()
  children.forEach((child, i) => {
    if (root.children[i] !== child) root.insertBefore(child, root.children[i] ?? null)
  })
}
