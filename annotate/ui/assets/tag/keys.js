/** @import {Binding, Group} from "../shared/keys.js" */
/** @import {TagPage} from "./page.js" */
/** @import {Codebook, Value} from "./types.js" */
import { openHelp } from "../shared/helpsheet.js"
import { label, listed, t } from "../shared/i18n.js"
import { chordOf, isForPage, KeyTable, shownChord } from "../shared/keys.js"
import { SELECTING } from "./moving.js"
import { neighbour, openArticle } from "./panelQueue.js"

/** @type {Binding<TagPage>} */
const KINDS = {
  keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
  shown: ["1–9"],
  text: () => t("Tag the selection, or change the kind of the chosen span"),
  run: (page, event) => {
    const kind = page.boot.codebook.span_kinds.find((value, i) => (value.key || String(i + 1)) === chordOf(event))
    return kind ? page.actions.tag(kind.name) : false
  },
}

/** The keys of the Tag page; `r` and `c` are Streamlit's own and stay free. */
export const KEYS = new KeyTable(/** @type {Group<TagPage>[]} */ ([SELECTING,
  {
    title: () => t("Spans"),
    bindings: [
      KINDS,
      { keys: ["n"], shown: ["n", "p"], text: () => t("Next or previous span"), run: (page) => page.actions.stepSpan(1) },
      { keys: ["p"], text: () => t("Previous span"), silent: true, run: (page) => page.actions.stepSpan(-1) },
      { keys: ["o"], text: () => t("Other span at the same place"), run: (page) => page.actions.cycle() },
      { keys: ["[", "Alt+["], shown: ["[", "{"], text: () => t("Move the span's start back or on"), run: (page, event) => page.actions.adjust("start", -1, event.altKey) },
      { keys: ["{", "Alt+{"], shown: ["{"], text: () => t("Move the span's start on"), silent: true, run: (page, event) => page.actions.adjust("start", 1, event.altKey) },
      { keys: ["]", "Alt+]"], shown: ["]", "}"], text: () => t("Move the span's end on or back"), run: (page, event) => page.actions.adjust("end", 1, event.altKey) },
      { keys: ["}", "Alt+}"], shown: ["}"], text: () => t("Move the span's end back"), silent: true, run: (page, event) => page.actions.adjust("end", -1, event.altKey) },
      { keys: ["a"], text: () => t("Say which actor a mention means"), run: (page) => page.actions.assign() },
      { keys: ["Delete", "Backspace"], shown: ["Del"], text: () => t("Remove the chosen span, or the chosen statement"), run: (page) => page.actions.remove() },
    ],
  },
  {
    title: () => t("Statements"),
    bindings: [
      { keys: ["s"], text: () => t("New statement on the selection; with the form open: add the selection as evidence"), run: (page) => page.actions.statement() },
      { keys: ["e"], text: () => t("Edit the chosen statement"), run: (page) => page.actions.edit() },
      { keys: ["d"], text: () => t("New statement like the chosen one"), run: (page) => page.actions.duplicate() },
      { keys: ["."], shown: [".", ","], text: () => t("Next or previous statement"), run: (page) => page.actions.stepStatement(1) },
      { keys: [","], text: () => t("Previous statement"), silent: true, run: (page) => page.actions.stepStatement(-1) },
      { keys: ["b"], text: () => t("Statements by position or by order added"), run: (page) => page.actions.changeSort() },
      { keys: [], shown: ["Enter"], text: () => t("In the form: save") },
      { keys: [], shown: ["Mod+Enter"], text: () => t("In a registry field: create a new entry") },
      { keys: [], shown: ["1–9"], text: () => t("In the stance field: choose, and go on to the claim") },
      { keys: [], shown: ["Alt+S"], text: () => t("In the form: go to the evidence; the arrow keys move in it, Del removes a piece, Enter on “from the text” adds one") },
    ],
  },
  {
    title: () => t("Article"),
    bindings: [
      { keys: ["l"], text: () => t("Document labels"), run: (page) => page.actions.labels() },
      { keys: ["j"], shown: ["j", "k"], text: () => t("Next or previous article of the queue"), run: (page) => step(page, 1) },
      { keys: ["k"], text: () => t("Previous article of the queue"), silent: true, run: (page) => step(page, -1) },
      { keys: ["Shift+J"], text: () => t("Take the next article of the round"), run: (page) => (page.queue.offers ? page.takeNext() : false) },
      { keys: ["Shift+O"], text: () => t("Open the original"), run: (page) => /** @type {HTMLElement | null} */ (page.header.root.querySelector("a.original"))?.click() },
      { keys: ["Mod+Enter"], text: () => t("Submit"), run: submit },
      { keys: ["t"], text: () => t("Take a submission back"), run: (page) => page.actions.takeBack() },
      { keys: ["w"], text: () => t("Comments on the chosen statement, else on the article"), run: (page) => page.talks.toggle(page.actions.chosenStatement()) },
      { keys: ["v"], text: () => t("Show the labels of the next colleague"), run: (page) => page.others.length > 0 && page.look(page.viewing + 1 < page.others.length ? page.viewing + 1 : page.hasOwn ? -1 : 0) },
    ],
  },
  {
    title: () => t("Everywhere"),
    bindings: [
      { keys: ["Mod+Z"], text: () => t("Undo"), run: (page) => page.actions.undo() },
      { keys: ["Mod+Shift+Z", "Mod+Y"], text: () => t("Redo"), run: (page) => page.actions.redo() },
      { keys: ["g"], text: () => t("Go to the text"), run: (page) => page.focusText() },
      { keys: ["q"], text: () => t("Go to the queue"), run: (page) => page.queuePanel.focus() },
      { keys: ["i"], text: () => t("Go to the statements"), run: toCards },
      { keys: ["Escape"], shown: ["Esc"], text: () => t("Close, cancel, clear the selection"), run: escape },
      { keys: ["m"], text: () => t("Guidelines of the codebook"), run: (page) => page.guidelines.open() },
      { keys: ["?"], text: () => t("This sheet"), run: openHelp },
    ],
  },
]))

/**
 * The keys that the codebook gives its values, and what each sets.
 *
 * @param {Pick<Codebook, "span_kinds" | "stances">} codebook
 */
export function keysOf({ span_kinds: kinds, stances }) {
  const row = (/** @type {readonly Value[]} */ values, /** @type {string} */ what) => {
    const keyed = values.map((value, n) => ({ key: value.key || String(n + 1), name: label(value) })).filter(({ key }) => key.length === 1)
    return { keys: keyed.map(({ key }) => shownChord(key)), text: `${what}${t(": ")}${listed(keyed.map(({ name }) => name))}` }
  }
  return { title: t("Of this codebook"), rows: [row(kinds, t("Span kind")), row(stances, t("In the stance field"))] }
}

/**
 * Handles a key for the open page.
 *
 * @param {TagPage} page
 * @param {KeyboardEvent} event
 */
export function handleKey(page, event) {
  if (!isForPage(page, event)) return
  page.actions.began = event.timeStamp
  // With the focus around the page, as after a click on empty space, arrows move in the text.
  // Codebooks may give kinds of span other keys than digits, of those that the page leaves free.
  KEYS.press(page, event, event.target instanceof Element && event.target.contains(page.view.root), KINDS)
  page.actions.began = undefined
}

/**
 * @param {TagPage} page
 * @param {1 | -1} by
 */
function step(page, by) {
  const id = neighbour(page.queue, page.boot.article.id, by)
  if (id) openArticle(id)
  return id ? undefined : false
}

/** @param {TagPage} page */
function escape(page) {
  if (!page.submitPanel.root.hidden) return page.submitPanel.close()
  if (page.actions.drafting.wantNone()) return undefined
  const { cursor } = page
  if (page.activeSpan || page.activeStatement) {
    page.activeSpan = ""
    page.activeStatement = ""
    page.light()
  } else if (!cursor.collapsed) cursor.set(cursor.at.focus, cursor.at.focus)
  page.focusText()
  return undefined
}

/**
 * @param {TagPage} page
 * @param {KeyboardEvent} event
 */
function submit(page, event) {
  // Its panel's own buttons keep their keys.
  const inPanel = event.target instanceof Element && event.target.closest(".submit-panel")
  return inPanel ? false : page.actions.submit()
}

/** @param {TagPage} page */
function toCards(page) {
  const first = page.cards.root.querySelector(".card")
  page.cards.focus(page.actions.chosenStatement() || (/** @type {HTMLElement | null} */ (first)?.dataset.id ?? ""))
}
