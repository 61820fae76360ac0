/** @import {Session} from "./session.js" */
/** @import {State} from "./model.js" */
/** @import {Statement} from "./types.js" */
/** @import {Thread} from "../shared/threads.js" */
import { paint } from "./colours.js"
import { button, h } from "../shared/dom.js"
import { label, t } from "../shared/i18n.js"
import { talkWords, unresolved } from "../shared/threads.js"
import { valueOf } from "../shared/values.js"
import { outcomeBox, outcomeOf } from "./outcome.js"
import { follow } from "../shell/navigate.js"

/**
 * @typedef {object} CardHooks
 * @property {(id: string) => void} onTouch
 * @property {(id: string) => void} onEdit
 * @property {(id: string) => void} onDuplicate
 * @property {(id: string) => void} onRemove
 * @property {(id: string) => void} onTalk
 * @property {(id: string) => Thread[]} threads On a statement.
 */

/** The statements as cards. A card is made anew only when something on it has changed. */
export class Cards {
  /**
   * @param {Session} session
   * @param {CardHooks} hooks
   */
  constructor(session, hooks) {
    this.session = session
    this.hooks = hooks
    /** @type {Map<string, {look: string, element: HTMLElement}>} */
    this.made = new Map()
    this.root = h("div", { class: "cards", role: "list", "aria-label": t("Statements") })
  }

  /**
   * @param {State} state
   * @param {readonly Statement[]} statements In the order to show.
   * @param {ReadonlyMap<string, number>} numbers
   * @param {boolean} editable
   */
  show(state, statements, numbers, editable) {
    /** @type {Map<string, {look: string, element: HTMLElement}>} */
    const made = new Map()
    for (const statement of statements) {
      const content = this.content(state, statement, numbers.get(statement.id) ?? 0)
      const look = JSON.stringify([content, editable])
      const old = this.made.get(statement.id)
      made.set(statement.id, old?.look === look ? old : { look, element: this.card(content, editable) })
    }
    const before = this.made
    this.made = made
    const elements = [...made.values()].map((item) => item.element)
    if (before.size === made.size && elements.every((element, i) => this.root.children[i] === element)) return
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.closest?.(".card")?.getAttribute("data-id")
    this.root.replaceChildren(...elements)
    if (focused && this.root.isConnected) made.get(focused)?.element.focus({ preventScroll: true })
  }

  /**
   * @param {ReadonlySet<string>} lit
   * @param {string} active
   */
  light(lit, active) {
    for (const [id, { element }] of this.made) {
      element.classList.toggle("on", lit.has(id) || id === active)
      if (id === active) element.setAttribute("aria-current", "true")
      else element.removeAttribute("aria-current")
    }
  }

  /** @param {string} id */
  reveal(id) {
    this.made.get(id)?.element.scrollIntoView({ block: "nearest" })
  }

  /** @param {string} id */
  focus(id) {
    this.made.get(id)?.element.focus()
  }

  /**
   * Everything that a card shows, as plain data.
   *
   * @param {State} state
   * @param {Statement} statement
   * @param {number} number
   */
  content(state, statement, number) {
    /** @param {string | null | undefined} id */
    const actor = (id) => (id ? (state.actors.get(id)?.name ?? t("unknown actor")) : "")
    const { codebook } = this.session.boot
    const became = this.session.boot.outcomes?.[statement.id]
    const via = statement.reported_by.map(actor).join(" ← ")
    return {
      id: statement.id,
      number,
      who: actor(statement.speaker_id),
      holder: actor(statement.holder_id),
      stance: statement.stance,
      claim: state.claims.get(statement.claim_id)?.text ?? t("unknown claim"),
      translation: state.claims.get(statement.claim_id)?.translation ?? "",
      quotes: statement.evidence.flatMap((id) => state.spans.get(id)?.quote ?? []),
      certainty: statement.certainty
        ? label(valueOf(codebook, "certainties", statement.certainty), statement.certainty)
        : "",
      facts: [via ? t("via {names}", { names: via }) : "", statement.venue ?? ""].filter(Boolean).join(" · "),
      date: statement.statement_date ?? "",
      to: actor(statement.addressee_id),
      note: statement.note ?? "",
      became: became ? outcomeOf(became, statement, state, codebook) : null,
      threads: this.hooks.threads(statement.id),
      // Comments are on labels of one's own that the server knows.
      talks: state === this.session.state && state.id !== null && this.session.boot.can_edit,
    }
  }

  /**
   * @param {ReturnType<Cards["content"]>} content
   * @param {boolean} editable
   */
  card(content, editable) {
    const { id } = content
    const stance = valueOf(this.session.boot.codebook, "stances", content.stance)
    const chip = paint(h("span", { class: stance?.number === null ? "chip dashed" : "chip" }, label(stance, content.stance)), stance)
    const name = content.who || t("nobody named")
    return h(
      "div",
      {
        class: "card",
        role: "listitem",
        tabindex: "0",
        data: { id, number: content.number },
        on: {
          click: () => this.hooks.onTouch(id),
          focus: () => this.hooks.onTouch(id),
          keydown: (/** @type {KeyboardEvent} */ event) => {
            if (event.key === "Enter" && event.target === event.currentTarget && editable) this.hooks.onEdit(id)
          },
        },
      },
      h(
        "div",
        { class: "who" },
        h("span", { class: content.who ? "" : "muted", dir: "auto" }, name),
        content.holder ? [h("span", { class: "for" }, t("for")), h("span", { dir: "auto" }, content.holder)] : null,
        content.to ? [h("span", { class: "for" }, t("to")), h("span", { dir: "auto" }, content.to)] : null,
      ),
      h("div", { class: "what" }, chip, h("span", { dir: "auto" }, content.claim, content.translation ? h("span", { class: "tiny", dir: "auto" }, ` ${content.translation}`) : null)),
      content.quotes.map((quote) => h("div", { class: "ev" }, h("q", { dir: "auto", lang: this.session.boot.article.language }, quote), h("sup", {}, content.number))),
      content.quotes.length === 0 ? h("div", { class: "ev whole" }, t("the whole article")) : null,
      content.note ? h("div", { class: "note", dir: "auto" }, content.note) : null,
      content.became ? outcomeBox(content.became) : null,
      this.foot(content, editable),
    )
  }

  /**
   * The lesser facts, and what can be done: beside them where there is room, else below.
   *
   * @param {ReturnType<Cards["content"]>} content
   * @param {boolean} editable
   */
  foot({ id, certainty, facts, date, threads, talks }, editable) {
    return h("div", { class: "foot" },
      h("div", { class: "known" },
        certainty ? h("span", { class: "word" }, certainty) : null,
        facts ? h("span", { class: "facts", dir: "auto" }, facts) : null,
        facts && date ? " · " : null,
        date ? h("time", { class: "word" }, date) : null),
      h("div", { class: "acts" }, this.talk(id, threads, talks), editable ? this.tools(id) : null))
  }

  /**
   * @param {string} id
   * @param {readonly Thread[]} threads
   * @param {boolean} may Whether comments may be written.
   */
  talk(id, threads, may) {
    if (threads.length === 0 && !may) return null
    return button(unresolved(threads) ? "talks open" : "talks", (event) => {
      event.stopPropagation()
      this.hooks.onTalk(id)
    }, {}, talkWords(threads))
  }

  /** @param {string} id */
  tools(id) {
    const { onEdit, onDuplicate, onRemove } = this.hooks
    /** @param {(id: string) => void} action */
    const once = (action) => (/** @type {Event} */ event) => {
      event.stopPropagation()
      action(id)
    }
    const rest = h(
      "span",
      { class: "rest", hidden: true },
      h("a", { href: `/history?kind=statement&id=${id}&project=${this.session.boot.project.id}`, on: { click: follow } }, t("history")),
      " · ",
      button("", once(onDuplicate), {}, t("duplicate")),
      " · ",
      button("", once(onRemove), {}, t("delete")),
    )
    const dots = button(
      "",
      (event) => {
        event.stopPropagation()
        rest.hidden = !rest.hidden
        dots.setAttribute("aria-expanded", String(!rest.hidden))
      },
      { "aria-label": t("More actions"), "aria-expanded": "false" },
      "⋯",
    )
    return h("span", { class: "tools" }, rest, button("", once(onEdit), {}, t("edit")), " · ", dots)
  }
}
