import { isMac } from "../shared/dom.js"
import { t } from "../shared/i18n.js"

/**
 * One row of the key table: what `help.js` shows and `actionFor` looks up.
 *
 * @typedef {object} Binding
 * @property {string} action
 * @property {string[]} keys Chords as chordOf() writes them.
 * @property {() => string} text What it does.
 * @property {string[]} [shown] How the sheet shows the keys where that differs.
 * @property {boolean} [moves] Shift selects and Alt moves freely: both are looked at by the action.
 * @property {boolean} [inText] Only while the text, or nothing in particular, has the focus.
 * @property {boolean} [silent] Shown by the row of its counterpart.
 * @property {boolean} [info] Not looked up here: a part of the page that has the focus handles it.
 *
 * @typedef {{title: () => string, bindings: Binding[]}} Group
 */

/** @type {Binding} */
export const KINDS = {
  action: "kind",
  keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
  shown: ["1–9"],
  text: () => t("Tag the selection, or change the kind of the chosen span"),
}

/** Moving and selecting in a text. @type {Group} */
export const SELECTING = {
  title: () => t("Select text"),
  bindings: [
    { action: "find", keys: ["/", "f"], text: () => t("Find a string; Enter selects it, Shift+Enter extends the selection to it") },
    { action: "left", keys: ["ArrowLeft"], shown: ["ArrowLeft", "ArrowRight"], text: () => t("Cursor a word back or on"), moves: true, inText: true },
    { action: "right", keys: ["ArrowRight"], text: () => t("Cursor a word on"), moves: true, inText: true, silent: true },
    { action: "up", keys: ["ArrowUp"], shown: ["ArrowUp", "ArrowDown"], text: () => t("Cursor a line up or down"), moves: true, inText: true },
    { action: "down", keys: ["ArrowDown"], text: () => t("Cursor a line down"), moves: true, inText: true, silent: true },
    { action: "home", keys: ["Home"], shown: ["Home", "End"], text: () => t("Start or end of the paragraph"), moves: true, inText: true },
    { action: "end", keys: ["End"], text: () => t("End of the paragraph"), moves: true, inText: true, silent: true },
    { action: "top", keys: ["Mod+Home", "Mod+Shift+Home"], shown: ["Mod+Home", "Mod+End"], text: () => t("Start or end of the text"), moves: true, inText: true },
    { action: "bottom", keys: ["Mod+End", "Mod+Shift+End"], text: () => t("End of the text"), moves: true, inText: true, silent: true },
    { action: "", keys: [], shown: ["Shift"], text: () => t("With a cursor key: select"), info: true },
    { action: "", keys: [], shown: ["Alt"], text: () => t("With a cursor key or a bracket: by character; with the pointer: select freely"), info: true },
  ],
}

/** @type {readonly Group[]} `r` and `c` are Streamlit's own and stay free. */
export const GROUPS = [
  SELECTING,
  {
    title: () => t("Spans"),
    bindings: [
      KINDS,
      { action: "nextSpan", keys: ["n"], shown: ["n", "p"], text: () => t("Next or previous span") },
      { action: "previousSpan", keys: ["p"], text: () => t("Previous span"), silent: true },
      { action: "cycle", keys: ["o"], text: () => t("Other span at the same place") },
      { action: "growStart", keys: ["[", "Alt+["], shown: ["[", "{"], text: () => t("Move the span's start back or on") },
      { action: "shrinkStart", keys: ["{", "Alt+{"], shown: ["{"], text: () => t("Move the span's start on"), silent: true },
      { action: "growEnd", keys: ["]", "Alt+]"], shown: ["]", "}"], text: () => t("Move the span's end on or back") },
      { action: "shrinkEnd", keys: ["}", "Alt+}"], shown: ["}"], text: () => t("Move the span's end back"), silent: true },
      { action: "assign", keys: ["a"], text: () => t("Say which actor a mention means") },
      { action: "remove", keys: ["Delete", "Backspace"], shown: ["Del"], text: () => t("Remove the chosen span, or the chosen statement") },
    ],
  },
  {
    title: () => t("Statements"),
    bindings: [
      { action: "statement", keys: ["s"], text: () => t("New statement on the selection; with the form open: add the selection as evidence") },
      { action: "edit", keys: ["e"], text: () => t("Edit the chosen statement") },
      { action: "duplicate", keys: ["d"], text: () => t("New statement like the chosen one") },
      { action: "nextStatement", keys: ["."], shown: [".", ","], text: () => t("Next or previous statement") },
      { action: "previousStatement", keys: [","], text: () => t("Previous statement"), silent: true },
      { action: "sort", keys: ["b"], text: () => t("Statements by position or by order added") },
      { action: "", keys: [], shown: ["Enter"], text: () => t("In the form: save"), info: true },
      { action: "", keys: [], shown: ["Mod+Enter"], text: () => t("In a registry field: create a new entry"), info: true },
      { action: "", keys: [], shown: ["1–9"], text: () => t("In the stance field: choose, and go on to the claim"), info: true },
      { action: "", keys: [], shown: ["Alt+S"], text: () => t("In the form: go to the evidence; the arrow keys move in it, Del removes a piece, Enter on “from the text” adds one"), info: true },
    ],
  },
  {
    title: () => t("Article"),
    bindings: [
      { action: "labels", keys: ["l"], text: () => t("Document labels") },
      { action: "nextArticle", keys: ["j"], shown: ["j", "k"], text: () => t("Next or previous article of the queue") },
      { action: "previousArticle", keys: ["k"], text: () => t("Previous article of the queue"), silent: true },
      { action: "takeNext", keys: ["Shift+J"], text: () => t("Take the next article of the round") },
      { action: "original", keys: ["Shift+O"], text: () => t("Open the original") },
      { action: "submit", keys: ["Mod+Enter"], text: () => t("Submit") },
      { action: "takeBack", keys: ["t"], text: () => t("Take a submission back") },
      { action: "talk", keys: ["w"], text: () => t("Comments on the chosen statement, else on the article") },
      { action: "others", keys: ["v"], text: () => t("Show the labels of the next colleague") },
    ],
  },
  {
    title: () => t("Everywhere"),
    bindings: [
      { action: "undo", keys: ["Mod+Z"], text: () => t("Undo") },
      { action: "redo", keys: ["Mod+Shift+Z", "Mod+Y"], text: () => t("Redo") },
      { action: "focusText", keys: ["g"], text: () => t("Go to the text") },
      { action: "focusQueue", keys: ["q"], text: () => t("Go to the queue") },
      { action: "focusCards", keys: ["i"], text: () => t("Go to the statements") },
      { action: "escape", keys: ["Escape"], shown: ["Esc"], text: () => t("Close, cancel, clear the selection") },
      { action: "guidelines", keys: ["m"], text: () => t("Guidelines of the codebook") },
      { action: "help", keys: ["?"], text: () => t("This sheet") },
    ],
  },
]

/** @type {Map<string, Binding>} */
const BY_CHORD = new Map(
  GROUPS.flatMap((group) => group.bindings).flatMap((binding) =>
    binding.info ? [] : binding.keys.map((chord) => /** @type {[string, Binding]} */ ([chord, binding])),
  ),
)

/**
 * @typedef {Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing" | "keyCode">} KeyPress
 */

/**
 * Whether an input method has the key: Enter then only confirms the candidate.
 *
 * @param {KeyPress} event
 */
export function composing(event) {
  return event.isComposing || event.keyCode === 229
}

/**
 * A key press in the table's notation. Shift is written only where it does not already show in
 * the character; `Mod` is Ctrl, or Cmd on a Mac.
 *
 * @param {KeyPress} event
 */
export function chordOf(event) {
  let key = event.key
  // Other keyboard layouts and Mac's Alt give characters that are not on the table.
  const letter = /^Key([A-Z])$/.exec(event.code ?? "")
  const digit = /^Digit(\d)$/.exec(event.code ?? "")
  if (letter && (event.altKey || key.charCodeAt(0) > 127)) key = letter[1] ?? key
  if (digit && event.altKey) key = digit[1] ?? key
  const bracket = /^Bracket(Left|Right)$/.exec(event.code ?? "")
  if (bracket && event.altKey) key = bracket[1] === "Left" ? (event.shiftKey ? "{" : "[") : event.shiftKey ? "}" : "]"
  const mod = event.ctrlKey || event.metaKey
  const isLetter = /^[a-z]$/i.test(key)
  if (isLetter) key = mod || event.shiftKey ? key.toUpperCase() : key.toLowerCase()
  const shift = event.shiftKey && (isLetter || key.length > 1)
  return `${mod ? "Mod+" : ""}${event.altKey ? "Alt+" : ""}${shift ? "Shift+" : ""}${key}`
}

/**
 * @param {KeyPress} event
 * @returns {Binding | undefined}
 */
export function bindingFor(event) {
  if (composing(event)) return undefined
  const exact = BY_CHORD.get(chordOf(event))
  if (exact) return exact
  const bare = BY_CHORD.get(event.key)
  return bare?.moves && !event.ctrlKey && !event.metaKey ? bare : undefined
}

/**
 * A chord for people: `Ctrl Z`, on a Mac `⌘Z`.
 *
 * @param {string} chord
 */
export function shownChord(chord) {
  /** @type {Record<string, string>} */
  const names = isMac
    ? { Mod: "⌘", Shift: "⇧", Alt: "⌥", Enter: "↵" }
    : { Mod: "Ctrl", Shift: "Shift", Alt: "Alt", Enter: "↵" }
  /** @type {Record<string, string>} */
  const arrows = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Delete: "Del" }
  const parts = chord.split("+").map((part) => names[part] ?? arrows[part] ?? (part.length === 1 ? part.toUpperCase() : part))
  return parts.join(isMac ? "" : " ")
}
