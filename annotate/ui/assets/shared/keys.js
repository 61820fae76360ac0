import { isMac, takesText } from "./dom.js"

/**
 * A row of a page's keys: what the sheet says of them, and what they do.
 *
 * @template Page
 * @typedef {object} Binding
 * @property {string[]} keys Chords as chordOf() writes them.
 * @property {() => string} text What they do.
 * @property {(page: Page, event: KeyboardEvent) => unknown} [run] Does it; false where it is not for this. None where a part of the page that has the focus handles the keys.
 * @property {string[]} [shown] How the sheet shows the keys where that differs.
 * @property {boolean} [moves] Shift selects and Alt moves freely: both are looked at by the action.
 * @property {boolean} [inText] Only while the text, or nothing in particular, has the focus.
 * @property {boolean} [silent] Shown by the row of its counterpart.
 */

/**
 * @template Page
 * @typedef {{title: () => string, bindings: Binding<Page>[]}} Group
 */

/**
 * The keys of a page: by this one table they are found, and shown on the sheet.
 *
 * @template Page
 */
export class KeyTable {
  /** @param {readonly Group<Page>[]} groups */
  constructor(groups) {
    this.groups = groups
    /** @type {Map<string, Binding<Page>[]>} Those that are only for the text come first. */
    this.byChord = new Map()
    const rows = groups.flatMap((group) => group.bindings).filter((binding) => binding.run)
    for (const binding of [...rows.filter((row) => row.inText), ...rows.filter((row) => !row.inText)]) {
      for (const chord of binding.keys) this.byChord.set(chord, [...(this.byChord.get(chord) ?? []), binding])
    }
  }

  /**
   * @param {KeyPress} event
   * @param {boolean} inText Whether the text has the focus.
   * @returns {Binding<Page> | undefined}
   */
  find(event, inText) {
    if (composing(event)) return undefined
    const fits = (/** @type {Binding<Page>} */ binding) => !binding.inText || inText
    const exact = this.byChord.get(chordOf(event))?.find(fits)
    if (exact || event.ctrlKey || event.metaKey) return exact
    return this.byChord.get(event.key)?.find((binding) => binding.moves && fits(binding))
  }

  /**
   * Does what a key means.
   *
   * @param {Page} page
   * @param {KeyboardEvent} event
   * @param {boolean} inText
   * @param {Binding<Page>} [otherwise] For keys that are not in the table.
   */
  press(page, event, inText, otherwise) {
    const run = (this.find(event, inText) ?? otherwise)?.run
    if (!run || run(page, event) === false) return
    event.preventDefault()
    event.stopPropagation()
  }

  /** What the sheet of keys shows. */
  sheet() {
    return this.groups.map(({ title, bindings }) => ({
      title: title(),
      rows: bindings.filter((binding) => !binding.silent).map(({ keys, shown, text }) => ({ keys: (shown ?? keys).map(shownChord), text: text() })),
    }))
  }
}

/**
 * Whether a key may be one of the page's: nobody has taken it, and no field takes it as text.
 *
 * @param {{root: Element, settlePointer: () => void}} page
 * @param {KeyboardEvent} event
 */
export function isForPage(page, event) {
  if (composing(event) || event.defaultPrevented) return false
  page.settlePointer()
  if (page.root.contains(/** @type {Node} */ (event.target)) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    // Streamlit reruns the page on r and clears its cache on c.
    event.stopPropagation()
  }
  return !takesText(event.target)
}

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
