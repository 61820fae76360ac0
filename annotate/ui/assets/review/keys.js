/** @import {Binding, Group, KeyPress} from "../tag/keys.js" */
import { t } from "../shared/i18n.js"
import { chordOf, composing, SELECTING } from "../tag/keys.js"

/** @type {readonly Group[]} `r` and `c` are Streamlit's own and stay free. */
export const GROUPS = [
  {
    title: () => t("Rows"),
    bindings: [
      { action: "nextRow", keys: ["j"], shown: ["j", "k"], text: () => t("Next or previous row") },
      { action: "previousRow", keys: ["k"], text: () => t("Previous row"), silent: true },
      { action: "take", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], shown: ["1–9"], text: () => t("Take this coder's version of the row") },
      { action: "cell", keys: ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"], shown: ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"], text: () => t("Go to one field of one coder's version") },
      { action: "", keys: [], shown: ["Space"], text: () => t("Pick it; Enter picks it too, and on one that is picked accepts the row"), info: true },
      { action: "accept", keys: ["Enter"], text: () => t("Accept the row, as picked") },
      { action: "edit", keys: ["e"], text: () => t("Edit what goes into gold: a statement, a mention, a document label") },
      { action: "reject", keys: ["x"], text: () => t("Reject the row, with a reason") },
      { action: "reopen", keys: ["Backspace", "Delete"], shown: ["Delete"], text: () => t("Take back the decision on this row, or take joined rows apart") },
      { action: "unanimous", keys: ["u"], text: () => t("Accept all unanimous rows") },
      { action: "join", keys: ["t"], text: () => t("Join two rows that say the same: press it on one, then on the other") },
      { action: "undo", keys: ["z", "Mod+Z"], shown: ["z"], text: () => t("Undo the latest decision") },
      { action: "redo", keys: ["Mod+Shift+Z", "Mod+Y", "Shift+Z"], shown: ["Mod+Shift+Z", "Mod+Y"], text: () => t("Redo") },
      { action: "talk", keys: ["w"], text: () => t("Comments on the row") },
    ],
  },
  {
    title: () => t("Selected words"),
    bindings: [
      { action: "evidence", keys: ["v"], text: () => t("Make them the row's evidence, or the words of a mention") },
      { action: "moreEvidence", keys: ["Shift+V"], text: () => t("Add them to the row's evidence") },
      { action: "speaker", keys: ["a"], text: () => t("They name the speaker of the row, or the actor of a mention") },
      { action: "holder", keys: ["h"], text: () => t("They name on whose behalf it is said") },
      { action: "write", keys: ["n", "s"], shown: ["n", "s"], text: () => t("New statement on them; with a form open: add them as evidence") },
    ],
  },
  {
    title: () => t("Article"),
    bindings: [
      { action: "gold", keys: ["Mod+Enter"], text: () => t("Make gold") },
      { action: "giveBack", keys: ["b"], text: () => t("Return a submission with a comment") },
      { action: "talkArticle", keys: ["Shift+W"], text: () => t("Comments on the article") },
      { action: "nextArticle", keys: ["]"], shown: ["]", "["], text: () => t("Next or previous article") },
      { action: "previousArticle", keys: ["["], text: () => t("Previous article"), silent: true },
      { action: "original", keys: ["Shift+O"], text: () => t("Open the original") },
    ],
  },
  SELECTING,
  {
    title: () => t("Everywhere"),
    bindings: [
      { action: "focusText", keys: ["g"], text: () => t("Go to the text") },
      { action: "focusRows", keys: ["i"], text: () => t("Go to the rows") },
      { action: "escape", keys: ["Escape"], shown: ["Esc"], text: () => t("Close, cancel, clear the selection") },
      { action: "guidelines", keys: ["m"], text: () => t("Guidelines of the codebook") },
      { action: "help", keys: ["?"], text: () => t("This sheet") },
    ],
  },
]

/** @type {Map<string, Binding[]>} Those that are only for the text come first. */
const BY_CHORD = new Map()
for (const binding of [...SELECTING.bindings, ...GROUPS.flatMap((group) => (group === SELECTING ? [] : group.bindings))]) {
  if (!binding.info) for (const chord of binding.keys) BY_CHORD.set(chord, [...(BY_CHORD.get(chord) ?? []), binding])
}

/**
 * What a key does.
 *
 * @param {KeyPress} event
 * @param {boolean} inText Whether the text has the focus.
 * @returns {Binding | undefined}
 */
export function bindingFor(event, inText) {
  if (composing(event)) return undefined
  const fits = (/** @type {Binding} */ binding) => !binding.inText || inText
  const exact = BY_CHORD.get(chordOf(event))?.find(fits)
  if (exact || event.ctrlKey || event.metaKey) return exact
  return BY_CHORD.get(event.key)?.find((binding) => binding.moves && fits(binding))
}
