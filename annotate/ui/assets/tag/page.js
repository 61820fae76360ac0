/** @import {Boot, MountData, Queue, Statement} from "./types.js" */
/** @import {State} from "./model.js" */
import { Actions } from "./actions.js"
import { Api, ApiError } from "./api.js"
import { KeyBar } from "./bar.js"
import { Cards } from "./cards.js"
import { TextCursor } from "./cursor.js"
import { button, h } from "../shared/dom.js"
import { offerKeys, openHelp } from "../shared/helpsheet.js"
import { reasonOf } from "./drafts.js"
import { FindBox } from "./find.js"
import { Guidelines } from "./guidelines.js"
import { articleNotices, captions, Header } from "./header.js"
import { FirstSteps } from "./firststeps.js"
import { label, t, told } from "../shared/i18n.js"
import { everyValue, valueOf } from "../shared/values.js"
import { newId } from "../shared/ids.js"
import { KEYS, keysOf } from "./keys.js"
import { AssignMenu, LabelMenu } from "./menus.js"
import { byAge, byPosition, stateOf } from "./model.js"
import { Offsets } from "./offsets.js"
import { outbox } from "./outbox.js"
import { openArticle, nextOpen, QueuePanel, steady } from "./panelQueue.js"
import { watchPointer } from "./pointer.js"
import { finding, readable } from "./reading.js"
import { TextView } from "./render.js"
import { Session } from "./session.js"
import { Snapper } from "./snap.js"
import { standing } from "./standing.js"
import { StatusBar } from "./status.js"
import { SubmitPanel } from "./submit.js"
import { entryOf, suggestedActors } from "./suggest.js"
import { TagTalks } from "./talks.js"
import { Toasts } from "./toast.js"

/** Kinds after which the queue on the left counts differently. */
const COUNTED = ["submit", "take_back", "add_statement", "remove_statement", "undo", "redo"]

/** The tagging page of one article: its parts, and how they follow the state. */
export class TagPage {
  /**
   * @param {HTMLElement} root
   * @param {Boot} boot
   * @param {MountData} data
   * @param {Api} api
   * @param {import("./keep.js").Keep} keep
   * @param {readonly import("./queue.js").Entry[]} left
   */
  constructor(root, boot, data, api, keep, left) {
    this.root = root
    this.boot = boot
    this.data = data
    this.api = api
    this.keep = keep
    /** @type {Queue} */
    this.queue = boot.queue
    /** The id of the request for another article that has had no answer. */
    this.asked = ""
    /** @type {() => void} */
    this.settlePointer = () => undefined
    this.activeSpan = ""
    this.activeStatement = ""
    /** Index into the label sets of others; -1 shows my own. */
    this.viewing = this.hasOwn ? -1 : (boot.others ?? []).length - 1
    this.sort = /** @type {"position" | "added"} */ ("position")
    /** What the notices were last made for. */
    this.frameLook = ""
    this.toasts = new Toasts()
    this.status = this.makeStatus()
    this.session = this.makeSession(left)
    this.others = (boot.others ?? []).map((set) => stateOf(set, boot.registry))
    this.offsets = new Offsets(boot.article.text)
    this.view = new TextView(this.offsets, everyValue(boot.codebook, "span_kinds"))
    this.snapper = new Snapper(this.offsets, boot.boundaries)
    this.reader = h("section", { class: "read", "aria-label": t("Article") })
    this.cursor = new TextCursor(this.view, this.snapper, this.reader)
    this.actions = new Actions(this)
    this.find = this.makeFind()
    this.bar = new KeyBar(boot.codebook, this.find, {
      onKind: (kind) => this.actions.tag(kind.name),
      onStatement: () => this.actions.statement(),
      onAssign: () => this.actions.assign(),
    })
    this.header = new Header(boot, () => this.actions.labels())
    this.talks = new TagTalks(this)
    this.cards = new Cards(this.session, {
      onTalk: (id) => this.talks.toggle(id),
      threads: (id) => this.talks.on(id),
      onTouch: (id) => this.touchStatement(id),
      onEdit: (id) => this.actions.edit(id),
      onDuplicate: (id) => this.actions.duplicate(id),
      onRemove: (id) => this.actions.removeStatement(id),
    })
    this.firstSteps = new FirstSteps(boot)
    this.queuePanel = new QueuePanel(() => void this.reloadQueue(), () => void this.takeNext())
    offerKeys({ root: this.root, groups: () => [...KEYS.sheet(), keysOf(boot.codebook)], onClose: () => this.focusText() })
    this.guidelines = new Guidelines(
      boot,
      () => this.actions.chosenWords(),
      (search) => this.lead(search),
      () => this.focusText(),
    )
    this.submitPanel = new SubmitPanel(this.session, {
      onSubmit: () => this.session.changeStatus("submit"),
      onMend: (id) => this.actions.edit(id),
      onLabels: () => this.actions.labels(),
      onClose: () => this.focusText(),
      unfinished: () => this.actions.drafting.waiting.length,
      onResume: () => this.actions.drafting.resume(),
    })
    this.labelMenu = new LabelMenu(boot.codebook, (name, values) => this.actions.setLabel(name, values), () => this.focusText())
    this.assignMenu = this.makeAssign()
    this.spoken = h("div", { class: "sr", "aria-live": "polite", role: "status" })
    this.build()
    this.refresh()
    this.status.light.showSave(this.session.queue.status)
  }

  /** @param {readonly import("./queue.js").Entry[]} left */
  makeSession(left) {
    return new Session(this.boot, this.api, this.keep, left, {
      onChange: () => this.refresh(),
      onStatus: (status) => this.status.light.showSave(status),
      onRefused: (outcome, op) => this.refused(outcome, op),
      onStored: (kinds) => this.stored(kinds),
    })
  }

  makeStatus() {
    return new StatusBar({
      onUndo: () => this.actions.undo(),
      onRedo: () => this.actions.redo(),
      onHelp: openHelp,
      onGuidelines: () => this.guidelines.open(),
      onSubmit: () => this.actions.submit(),
      onTakeBack: () => this.actions.takeBack(),
      onRetry: () => outbox.wake(),
    })
  }

  makeFind() {
    return new FindBox(this.offsets, {
      ...finding(this.view, this.cursor),
      onChosen: (range, extend) => this.actions.select(range, extend),
      onClosed: () => this.focusText(),
    })
  }

  makeAssign() {
    return new AssignMenu(
      {
        api: this.api,
        local: () => [...this.session.state.actors.values()].map(entryOf),
        suggestions: () => suggestedActors(this.session.state, this.actions.mentionsNear(this.cursor.at.focus)),
      },
      (span, entry) => this.actions.assignTo(span, entry),
      () => this.focusText(),
    )
  }

  build() {
    const { view, cursor, reader } = this
    readable(view, cursor, this.boot.article.language)
    cursor.onMove = () => this.cursorMoved()
    reader.append(this.bar.root, h("div", { class: "col" }, this.header.root, h("div", { class: "page" }, view.root, cursor.caret), captions(this.boot.article)))
    this.formSlot = h("div", { class: "form-slot" })
    this.draftSlot = h("div", { class: "draft-slot" })
    this.count = h("span", { class: "muted" })
    this.sortButton = button("tiny sort", () => this.actions.changeSort(), { title: "B" })
    this.whose = h("div", { class: "whose", role: "group", "aria-label": t("Whose labels"), hidden: this.others.length === 0 })
    this.side = h(
      "section",
      { class: "side", "aria-label": t("Statements") },
      this.whose,
      this.formSlot,
      this.draftSlot,
      this.talks.slot,
      h("h2", {}, h("span", {}, t("Statements"), " ", this.count), this.talks.button, this.sortButton),
      this.firstSteps.root,
      this.cards.root,
    )
    this.root.replaceChildren(this.queuePanel.root, reader, this.side, this.status.root, this.submitPanel.root, this.labelMenu.root, this.assignMenu.root, this.toasts.root, this.spoken)
    this.showQueue()
    this.settlePointer = watchPointer(this)
  }

  /** What is shown: my label set, or a colleague's. */
  get state() {
    return this.others[this.viewing] ?? this.session.state
  }

  /** Whether there are labels of my own here, or may be: whoever only reads begins with gold. */
  get hasOwn() {
    return this.boot.can_edit || this.boot.label_set.id !== null || !this.boot.others?.length
  }

  get editable() {
    return this.viewing < 0 && this.session.editable
  }

  /** Brings every part of the page in line with the state. */
  refresh() {
    // The session may speak before the page stands.
    if (!this.cards || !this.side) return
    const { state } = this
    if (!state.spans.has(this.activeSpan)) this.activeSpan = ""
    if (!state.statements.has(this.activeStatement)) this.activeStatement = ""
    const ordered = byPosition(state)
    const numbers = new Map(ordered.map((statement, i) => [statement.id, i + 1]))
    const painted = this.view.paint({ spans: [...state.spans.values()], numbers: footnotes(ordered) })
    // A repaint replaces the text nodes that the selection stood in.
    if (painted > 0) this.cursor.show()
    this.cards.show(state, this.sort === "position" ? ordered : byAge(state), numbers, this.editable)
    this.header.showLabels(state, this.editable)
    this.talks.refresh()
    this.showFrame(state)
    this.light()
  }

  /** @param {State} state */
  showFrame(state) {
    const { session, viewing } = this
    const mine = viewing < 0
    this.status.showCounts(state.spans.size, state.statements.size, this.boot.codebook.version)
    this.status.showActions({
      canUndo: mine && session.canUndo,
      canRedo: mine && session.canRedo,
      canSubmit: this.editable,
      canTakeBack: mine && session.state.status === "submitted" && session.state.id !== null,
    })
    if (this.count) this.count.textContent = String(state.statements.size)
    this.showFirstSteps()
    if (this.sortButton) this.sortButton.textContent = `${this.sort === "position" ? t("by position") : t("by order added")} ▾`
    this.root.dataset.status = state.status
    const look = `${state.status}/${viewing}/${this.boot.can_edit}`
    if (look === this.frameLook) return
    this.frameLook = look
    this.header.showNotices([...articleNotices(this.boot.article), standing(this, state)])
    this.showWhose()
    this.actions.drafting.offerDrafts()
  }

  showFirstSteps() {
    const { anchor, focus } = this.cursor.at
    const { form } = this.actions.drafting
    const selected = form ? form.values.evidence.length > 0 : anchor !== focus
    this.firstSteps.show(this.state.statements.size === 0 && this.editable, form ? 3 : selected ? 2 : 1, selected)
  }

  showWhose() {
    const names = [t("mine"), ...(this.boot.others ?? []).map((set) => set.coder ?? "")]
    const tabs = names.slice(this.hasOwn ? 0 : 1).map((name, n) => {
      const i = this.hasOwn ? n : n + 1
      return button(i - 1 === this.viewing ? "tab on" : "tab", () => this.look(i - 1), { "aria-pressed": String(i - 1 === this.viewing), dir: "auto" }, name)
    })
    this.whose?.replaceChildren(...tabs)
  }

  /** @param {number} index Of the label set to show; -1 is mine. */
  look(index) {
    this.viewing = index
    this.activeSpan = ""
    this.activeStatement = ""
    this.refresh()
  }

  /** Outlines what belongs together: a statement and its spans, a span and its statements. */
  light() {
    const { state } = this
    const statement = state.statements.get(this.activeStatement)
    const span = state.spans.get(this.activeSpan)
    const spans = new Set(statement ? this.actions.spansOf(state, statement) : [])
    if (span) spans.add(span.id)
    this.view.light(spans, this.activeSpan)
    this.cards.light(span ? statementsOf(state, span.id, span.actor_id ?? "") : new Set(), this.activeStatement)
    this.bar.show(span ?? null, this.session.actor(span?.actor_id)?.name ?? "", this.editable)
  }

  /**
   * @param {string} id
   * @param {{scroll?: boolean}} [how]
   */
  touchSpan(id, { scroll = false } = {}) {
    this.activeSpan = id
    this.activeStatement = ""
    this.light()
    const span = this.state.spans.get(id)
    if (!span) return
    if (scroll) this.cursor.revealRange(span)
    const [first] = statementsOf(this.state, id, "")
    if (first) this.cards.reveal(first)
    this.say(`${label(valueOf(this.boot.codebook, "span_kinds", span.kind), span.kind)}${t(": ")}${span.quote}`)
  }

  /** @param {string} id */
  touchStatement(id) {
    if (this.activeStatement === id && this.activeSpan === "") return
    this.activeSpan = ""
    this.activeStatement = id
    this.light()
    const statement = this.state.statements.get(id)
    const first = statement?.evidence.map((item) => this.state.spans.get(item)).find((span) => span !== undefined)
    if (first) this.cursor.revealRange(first)
  }

  /**
   * Brings the label that an address names into view, whoever's label set holds it; or words.
   *
   * @param {string} search The query of the address: `statement=ID`, `span=ID` or `words=START-END`.
   */
  lead(search) {
    const wanted = new URLSearchParams(search)
    const words = /^(\d{1,9})-(\d{1,9})$/.exec(wanted.get("words") ?? "")
    if (words) return this.actions.showWords({ start: Number(words[1]), end: Number(words[2]) })
    const statement = wanted.get("statement") ?? ""
    const span = wanted.get("span") ?? ""
    if (statement === "" && span === "") return
    const sets = [this.session.state, ...this.others]
    const at = sets.findIndex((set) => set.statements.has(statement) || set.spans.has(span))
    if (at < 0) return this.toasts.show(t("The link names a label that is not here any more."), { problem: true })
    if (at - 1 !== this.viewing) this.look(at - 1)
    if (statement === "") return this.touchSpan(span, { scroll: true })
    this.touchStatement(statement)
    this.cards.reveal(statement)
  }

  cursorMoved() {
    this.showFirstSteps()
    if (this.activeSpan === "" && this.activeStatement === "") return
    this.activeSpan = ""
    this.activeStatement = ""
    this.light()
  }

  selected() {
    this.actions.drafting.selected()
  }

  focusText() {
    this.view.root.focus({ preventScroll: true })
  }

  resized() {
    this.cursor.show()
  }

  /** @param {string} text Read out by screen readers. */
  say(text) {
    this.spoken.textContent = text
  }

  /**
   * @param {import("./types.js").Outcome} outcome
   * @param {import("./types.js").Operation | undefined} op
   */
  refused(outcome, op) {
    // Pressed faster than the answers came: there was nothing left to undo or redo.
    if ((op?.kind === "undo" || op?.kind === "redo") && outcome.code === "invalid") return
    this.toasts.clearNotes()
    this.toasts.show(reasonOf(outcome), { problem: true })
    this.actions.drafting.offerDrafts()
    if (op?.kind === "submit") this.submitPanel.root.hidden = true
  }

  /** @param {Set<string>} kinds */
  stored(kinds) {
    if (kinds.has("submit")) {
      const next = nextOpen(this.queue, this.boot.article.id)
      const action = next ? () => openArticle(next) : () => void this.takeNext()
      this.toasts.show(t("Submitted"), { actions: next || this.queue.offers ? [{ text: t("Next article"), action, key: next ? "j" : "Shift+J" }] : [] })
    }
    if (COUNTED.some((kind) => kinds.has(kind))) void this.reloadQueue()
  }

  /** Takes the next article of a round and opens it; asked again after a failure, the same one. */
  async takeNext() {
    this.asked ||= newId()
    try {
      const { article_id: id, queue } = await this.api.next(this.asked)
      this.asked = ""
      this.queue = queue
      this.showQueue()
      if (id) openArticle(id)
      else this.toasts.show(t("No article is left for you just now."))
    } catch (error) {
      const { message, hint } = /** @type {{message: string, hint?: string}} */ (error)
      // An answer that says no is an answer: the next press asks anew.
      if (error instanceof ApiError && error.status > 0) this.asked = ""
      this.toasts.show(told({ message, hint: hint ?? "" }), { problem: true })
    }
  }

  showQueue() {
    this.queuePanel.show(this.queue, {
      current: this.boot.article.id,
      reads: !this.boot.can_edit && this.boot.label_set.id === null,
      unfinished: this.keep.unfinished(),
    })
  }

  async reloadQueue() {
    try {
      this.queue = steady(await this.api.queue(), this.queue)
      this.showQueue()
    } catch {
      if (this.queue.mine.length === 0) this.queuePanel.fail()
    }
  }
}

/**
 * @param {Statement[]} ordered
 * @returns {Map<string, {number: number, statement: string}[]>}
 */
function footnotes(ordered) {
  /** @type {Map<string, {number: number, statement: string}[]>} */
  const found = new Map()
  ordered.forEach((statement, i) => {
    for (const id of statement.evidence) {
      found.set(id, [...(found.get(id) ?? []), { number: i + 1, statement: statement.id }])
    }
  })
  return found
}

/**
 * Statements that rest on a span or speak of the actor that it means.
 *
 * @param {State} state
 * @param {string} span
 * @param {string} actor
 */
function statementsOf(state, span, actor) {
  const found = new Set()
  for (const item of state.statements.values()) {
    const people = [item.speaker_id, item.holder_id, item.addressee_id, ...item.reported_by]
    if (item.evidence.includes(span) || (actor !== "" && people.includes(actor))) found.add(item.id)
  }
  return /** @type {Set<string>} */ (found)
}
