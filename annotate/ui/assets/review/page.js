/** @import {Boot} from "./types.js" */
/** @import {Picks} from "./rowmodel.js" */
/** @import {MountData} from "../tag/types.js" */
/** @import {ReviewApi} from "./api.js" */
import { button, h } from "../shared/dom.js"
import { listed, t, tn } from "../shared/i18n.js"
import { offerKeys, openHelp } from "../shared/helpsheet.js"
import { navigate } from "../shell/navigate.js"
import { TextCursor } from "../tag/cursor.js"
import { reasonOf } from "../tag/drafts.js"
import { FindBox } from "../tag/find.js"
import { Guidelines } from "../tag/guidelines.js"
import { captions, notice } from "../tag/header.js"
import { Offsets } from "../tag/offsets.js"
import { outbox } from "../tag/outbox.js"
import { watchPointer } from "../tag/pointer.js"
import { finding, readable } from "../tag/reading.js"
import { rangeOf } from "../tag/selection.js"
import { Snapper } from "../tag/snap.js"
import { Toasts } from "../tag/toast.js"
import { Actions, alikeWords } from "./actions.js"
import { Cases } from "./cases.js"
import { heading, reviewAddress } from "./heading.js"
import { Joining } from "./joining.js"
import { KEYS } from "./keys.js"
import { countsOf, placedSpans, waits } from "./rowmodel.js"
import { ReviewSession } from "./session.js"
import { ReviewStatus, showAgreement } from "./status.js"
import { Talks } from "./talks.js"
import { ReviewText } from "./text.js"
import { Values } from "./values.js"
import { WordBar } from "./wordbar.js"

/** The reviewing page of one article: the text, the rows, and how they follow the state. */
export class ReviewPage {
  /**
   * @param {HTMLElement} root
   * @param {Boot} boot
   * @param {MountData} data
   * @param {ReviewApi} api
   * @param {import("../tag/keep.js").Keep} keep
   * @param {readonly import("../tag/queue.js").Entry[]} left
   */
  constructor(root, boot, data, api, keep, left) {
    this.root = root
    this.boot = boot
    this.data = data
    this.api = api
    /** The row that the keys are for. */
    this.active = ""
    this.activeSpan = ""
    /** Where the active row stands among the others. */
    this.lastAt = 0
    /** What stands above the text was last made for. */
    this.overLook = ""
    /** @type {import("./rowmodel.js").PlacedSpan[]} */
    this.placed = []
    /** @type {Map<string, Picks>} What was picked by hand, by row. */
    this.picks = new Map()
    /** @type {() => void} */
    this.settlePointer = () => undefined
    this.joining = new Joining(this)
    this.toasts = new Toasts()
    this.status = this.makeStatus()
    this.session = new ReviewSession(boot, api, keep, left, {
      onChange: () => this.refresh(),
      onStatus: (status) => this.status.light.showSave(status),
      onRefused: (outcome, entry) => this.refused(outcome, entry),
      onStored: (kinds) => this.stored(kinds),
    })
    this.offsets = new Offsets(boot.article.text)
    this.view = new ReviewText(this.offsets, boot.coders)
    this.reader = h("section", { class: "read", "aria-label": t("Article") })
    this.cursor = new TextCursor(this.view, new Snapper(this.offsets, boot.boundaries), this.reader)
    this.values = new Values(boot, () => this.session.state.registry)
    this.actions = new Actions(this)
    this.talks = new Talks(this)
    this.find = this.makeFind()
    this.bar = new WordBar((role) => (role === "write" ? this.actions.write() : this.actions.editing.words(role)))
    this.cases = new Cases(this.values, {
      onTouch: (id) => this.touchRow(id),
      onTake: (id, letter) => this.actions.take(id, letter),
      onPick: (id, field, letter) => this.actions.pick(id, field, letter),
      onAct: (id, action) => this.act(id, action),
    })
    this.guidelines = new Guidelines(boot, () => this.chosenWords(), (search) => this.lead(search), () => this.focusRows())
    offerKeys({ root, groups: () => KEYS.sheet(), onClose: () => this.focusRows() })
    this.spoken = h("div", { class: "sr", "aria-live": "polite", role: "status" })
    this.notices = h("div", { class: "notices" })
    this.count = h("h2", {})
    this.agreement = h("p", { class: "agreement" })
    this.unanimous = button("btn unanimous", () => this.actions.acceptUnanimous(), {})
    this.all = button("btn primary accept-all", () => this.actions.acceptUnanimous(), {}, t("Accept all"), " ", h("kbd", {}, "U"))
    this.build()
    this.active = (this.rows.find(waits) ?? this.rows[0])?.id ?? ""
    this.refresh()
    this.status.light.showSave(this.session.queue.status)
  }

  makeStatus() {
    return new ReviewStatus({
      onRetry: () => outbox.wake(),
      onUndo: () => this.actions.undo(),
      onRedo: () => this.actions.redo(),
      onHelp: openHelp,
      onGuidelines: () => this.guidelines.open(),
      onReturn: () => void this.actions.giveBack(),
      onGold: () => this.actions.makeGold(),
      onReopen: () => this.actions.reopenGold(),
    })
  }

  makeFind() {
    return new FindBox(this.offsets, {
      ...finding(this.view, this.cursor),
      onChosen: (range, extend) => {
        const { anchor, focus } = this.cursor.at
        const from = extend ? Math.min(anchor, focus, range.start) : range.start
        this.focusText()
        this.cursor.set(from, Math.max(range.end, from), { exact: true, visible: true, scroll: true })
      },
      onClosed: () => this.focusRows(),
    })
  }

  build() {
    const { view, cursor, reader, boot } = this
    readable(view, cursor, boot.article.language)
    this.legend = h("div", { class: "over" })
    reader.append(
      this.legend,
      h("div", { class: "bar" }, this.find.root),
      h("div", { class: "col" }, this.notices, heading(boot), h("div", { class: "page" }, view.root, cursor.caret, this.bar.root), captions(boot.article)),
    )
    this.side = h("section", { class: "side", "aria-label": t("Rows") }, h("div", { class: "hd" }, this.count, this.talks.button, this.unanimous, this.all), this.agreement, this.talks.root, this.actions.editing.slot, this.cases.root)
    this.root.replaceChildren(reader, this.side, this.status.root, this.actions.editing.menuRoot, this.toasts.root, this.spoken)
    cursor.onMove = () => this.showBar()
    this.settlePointer = watchPointer(this)
  }

  /**
   * @param {string} id
   * @param {import("./cases.js").Act} action
   */
  act(id, action) {
    if (action === "talk") this.talks.onRow(id)
    else if (action === "join") this.joining.pick(id)
    else this.actions[action](id)
  }

  /** Offers what can be done with the selected words; with a form open, its keys take them. */
  showBar() {
    const { range } = this.cursor
    this.bar.show(range !== null && this.editable && !this.actions.editing.isOpen, this.activeRow?.kind ?? null)
    if (!range || this.bar.root.hidden) return
    const lines = rangeOf(this.view, range.start, range.end).getClientRects()
    const [first, last] = [lines[0], lines[lines.length - 1]]
    if (first && last) this.bar.place(first, last, /** @type {Element} */ (this.bar.root.offsetParent ?? this.view.root).getBoundingClientRect(), this.reader.getBoundingClientRect())
  }

  /** The rows, those that somebody has joined put together. */
  get rows() {
    return this.joining.rows(this.session.state.rows)
  }

  /** @param {string} id */
  row(id) {
    return this.rows.find((row) => row.id === id)
  }

  get activeRow() {
    return this.row(this.active)
  }

  get editable() {
    return this.boot.can_decide && this.session.state.gold.status !== "accepted"
  }

  /** The coders whose submission can go back. */
  get returnable() {
    return this.session.state.coders.filter((coder) => coder.status === "submitted" || coder.status === "accepted")
  }

  /** Brings every part of the page in line with the state. */
  refresh() {
    // The session may speak before the page stands.
    if (!this.side) return
    const { state } = this.session
    this.settleActive()
    this.view.coders = state.coders
    this.placed = placedSpans(this.rows)
    const painted = this.view.paint({ spans: this.placed, numbers: new Map() })
    if (painted > 0) this.cursor.show()
    this.showCases()
    this.talks.refresh()
    this.showHead()
    this.light()
  }

  showCases() {
    const picks = new Map(this.rows.map((row) => [row.id, this.actions.picksOf(row)]))
    this.cases.show({ loop: { ...this.session.state, rows: this.rows }, marked: this.joining.marked, picks, byHand: this.picks, active: this.active, editable: this.editable, talks: this.boot.can_decide, threads: (row) => this.talks.ofRow(row) })
  }

  /** A row that has gone hands the keys on to the one now in its place. */
  settleActive() {
    const { rows } = this
    if (!rows.some((row) => row.id === this.active)) {
      const next = rows[Math.min(this.lastAt, rows.length - 1)]
      this.active = next?.id ?? ""
    }
    this.lastAt = Math.max(0, rows.findIndex((row) => row.id === this.active))
  }

  showHead() {
    const { state } = this.session
    const counts = countsOf(this.rows)
    const statements = counts.decided + counts.open
    const single = state.coders.length === 1
    const all = tn("{n} statement", "{n} statements", statements)
    this.count.textContent = single ? all : listed([all, tn("{n} shared", "{n} shared", counts.shared)])
    const alike = alikeWords(counts.unanimous)
    this.unanimous.replaceChildren(t("Accept unanimous: {what}", { what: alike }), " ", h("kbd", {}, "U"))
    this.unanimous.hidden = !this.editable || single || alike === ""
    this.all.hidden = !this.editable || !single || alike === ""
    this.status.show(counts)
    showAgreement(this.agreement, state.agreement)
    this.status.showActions(state.gold, { canDecide: this.boot.can_decide, editable: this.editable && state.coders.length + state.rows.length > 0, open: counts.open, canReturn: this.returnable.length > 0, canUndo: this.editable && (state.can_undo || this.session.queue.entries.length > 0), canRedo: this.editable && state.can_redo })
    this.root.dataset.gold = state.gold.status ?? ""
    this.showOver()
  }

  showOver() {
    const { place, can_decide: may } = this.boot
    const { coders, gold } = this.session.state
    const look = JSON.stringify([coders, gold.status, this.view.own])
    if (look === this.overLook) return
    this.overLook = look
    const hidden = coders.some((coder) => coder.name === null) ? [t("names hidden")] : []
    const where = place.position > 0 ? [t("article {n} of {total}", { n: place.position, total: place.total })] : []
    this.legend?.replaceChildren(this.view.legend(), h("span", { class: "where" }, [...hidden, ...where].join(" · ")))
    const { newest_id: newest, id } = this.boot.article
    const notices = [
      newest && newest !== id ? notice("newer", t("A newer revision of this text exists. Labels stay on the revision they were made on.")) : null,
      gold.status === "accepted" ? notice("gold", t("This is gold."), ...this.onwards(), ...(may ? [button("link", () => this.actions.reopenGold(), {}, t("Reopen gold"))] : [])) : null,
      may ? null : notice("readonly", t("You may read this review, but not decide")),
      coders.length === 0 ? notice("nobody", t("Nobody has submitted labels on this article yet. Once somebody has, what they recorded stands here to be decided.")) : null,
    ]
    this.notices.replaceChildren(...notices.filter((one) => one !== null))
  }

  /** A way to the next article that waits. */
  onwards() {
    const { next } = this.boot.place
    return next ? [button("link", () => void this.openArticle(next), {}, t("Next article"), " ", h("kbd", {}, "]"))] : []
  }

  /** Shows in the text what belongs to the active row. */
  light() {
    const spans = this.placed.filter((span) => span.rows.includes(this.active)).map((span) => span.id)
    this.view.light(new Set(spans), this.activeSpan)
    this.showBar()
  }

  /** @param {string} id */
  touchRow(id) {
    if (id === this.active || !this.row(id)) return
    this.active = id
    this.activeSpan = ""
    this.lastAt = this.rows.findIndex((row) => row.id === id)
    this.showCases()
    this.light()
    this.revealSpans()
  }

  revealSpans() {
    const first = this.placed.filter((span) => span.rows.includes(this.active)).sort((a, b) => a.start - b.start)[0]
    if (first) this.cursor.revealRange(first)
  }

  /** @param {string} id */
  touchSpan(id) {
    const span = this.placed.find((one) => one.id === id)
    if (!span) return
    // Clicked again, a span of several rows leads to the next of them.
    const at = span.rows.indexOf(this.active)
    const row = span.rows[(at + 1) % span.rows.length] ?? ""
    this.touchRow(row)
    this.activeSpan = id
    this.cases.reveal(row)
    this.say(span.quote)
  }

  /** Rows have no numbers in the text that could be clicked. */
  touchStatement() {}

  /** @param {1 | -1} by */
  step(by) {
    const { rows } = this
    const at = rows.findIndex((row) => row.id === this.active)
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))]
    if (!next) return
    this.touchRow(next.id)
    this.cases.focus(next.id)
  }

  /** @param {string} key An arrow key. */
  stepCell(key) {
    const cells = this.cases.cells(this.active)
    if (cells.length === 0) return key === "ArrowDown" ? this.step(1) : key === "ArrowUp" ? this.step(-1) : undefined
    const row = cells.findIndex((line) => line.some((cell) => cell === document.activeElement))
    const line = cells[row] ?? []
    const column = line.findIndex((cell) => cell === document.activeElement)
    if (row < 0) return cells[0]?.[0]?.focus()
    const down = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0
    const right = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0
    const to = cells[Math.max(0, Math.min(cells.length - 1, row + down))] ?? line
    return to[Math.max(0, Math.min(to.length - 1, column + right))]?.focus()
  }

  /**
   * @param {string} id
   * @param {string} field
   */
  focusCell(id, field) {
    const line = this.cases.cells(id).find((cells) => cells[0]?.dataset.field === field)
    line?.[0]?.focus()
  }

  chosenWords() {
    const { range } = this.cursor
    return range ? { range, quote: this.offsets.slice(range.start, range.end) } : null
  }

  /** @param {string} search The query of an address: `row=ID`, `statement=ID`, `span=ID` or `words=START-END`. */
  lead(search) {
    const wanted = new URLSearchParams(search)
    const words = /^(\d{1,9})-(\d{1,9})$/.exec(wanted.get("words") ?? "")
    const entity = wanted.get("statement") ?? wanted.get("span") ?? ""
    const row = this.rows.find((one) => one.id === wanted.get("row") || one.versions.some((version) => version.entity_id === entity || version.spans.some((span) => span.id === entity)))
    if (row) {
      this.touchRow(row.id)
      this.cases.focus(row.id)
    } else if (words && Number(words[2]) <= this.offsets.length) this.cursor.set(Number(words[1]), Number(words[2]), { exact: true, scroll: true })
  }

  focusText() {
    this.view.root.focus({ preventScroll: true })
  }

  focusRows() {
    this.cases.focus(this.active)
    if (!this.active) this.focusText()
  }

  escape() {
    if (this.joining.clear()) return this.focusRows()
    const { anchor, focus } = this.cursor.at
    if (anchor !== focus) this.cursor.set(focus, focus)
    this.actions.close()
    this.focusRows()
  }

  resized() {
    this.cursor.show()
    this.showBar()
  }

  /** @param {string | null} id */
  openArticle(id) {
    if (!id) return false
    navigate(reviewAddress(id, this.data.projectId))
    return undefined
  }

  /** @param {string} text Read out by screen readers. */
  say(text) {
    this.spoken.textContent = text
  }

  /**
   * @param {import("./types.js").Outcome} outcome
   * @param {import("../tag/queue.js").Entry | undefined} entry
   */
  refused(outcome, entry) {
    if ((entry?.op.kind === "undo" || entry?.op.kind === "redo") && outcome.code === "invalid") return
    if (entry?.op.kind === "make_gold" && outcome.needs) return void this.actions.confirm(entry.op, outcome)
    const reason = reasonOf(outcome)
    this.toasts.clearNotes()
    this.toasts.show(reason, { problem: true })
    if (entry) this.actions.editing.giveBack(entry, reason)
  }

  /** @param {Set<string>} kinds */
  stored(kinds) {
    const { next } = this.boot.place
    const actions = next ? [{ text: t("Next article"), action: () => void this.openArticle(next), key: "]" }] : []
    if (kinds.has("make_gold")) this.toasts.show(t("This article is gold now"), { actions })
    if (kinds.has("return")) this.toasts.show(t("Returned to the coder"), { actions })
  }
}
