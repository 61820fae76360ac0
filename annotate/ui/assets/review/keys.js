/** @import {Group} from "../shared/keys.js" */
/** @import {ReviewPage} from "./page.js" */
import { openHelp } from "../shared/helpsheet.js"
import { t } from "../shared/i18n.js"
import { isForPage, KeyTable } from "../shared/keys.js"
import { SELECTING } from "../tag/moving.js"

/** The keys of the Review page; `r` and `c` are Streamlit's own and stay free. */
export const KEYS = new KeyTable(/** @type {Group<ReviewPage>[]} */ ([{
    title: () => t("Rows"),
    bindings: [
      { keys: ["j"], shown: ["j", "k"], text: () => t("Next or previous row"), run: (page) => page.step(1) },
      { keys: ["k"], text: () => t("Previous row"), silent: true, run: (page) => page.step(-1) },
      { keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], shown: ["1–9"], text: () => t("Take this coder's version of the row"), run: (page, event) => page.actions.takeNumber(Number(event.key)) },
      { keys: ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"], shown: ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"], text: () => t("Go to one field of one coder's version"), run: (page, event) => page.stepCell(event.key) },
      { keys: [], shown: ["Space"], text: () => t("Pick it; Enter picks it too, and on one that is picked accepts the row") },
      { keys: ["Enter"], text: () => t("Accept the row, as picked"), run: (page) => page.actions.accept() },
      { keys: ["e"], text: () => t("Edit what goes into gold: a statement, a mention, a document label"), run: (page) => page.actions.edit() },
      { keys: ["x"], text: () => t("Reject the row, with a reason"), run: (page) => page.actions.reject() },
      { keys: ["Backspace", "Delete"], shown: ["Delete"], text: () => t("Take back the decision on this row, or take joined rows apart"), run: (page) => page.actions.reopen() },
      { keys: ["u"], text: () => t("Accept all unanimous rows"), run: (page) => page.actions.acceptUnanimous() },
      { keys: ["t"], text: () => t("Join two rows that say the same: press it on one, then on the other"), run: (page) => page.joining.pick() },
      { keys: ["z", "Mod+Z"], shown: ["z"], text: () => t("Undo the latest decision"), run: (page) => page.actions.undo() },
      { keys: ["Mod+Shift+Z", "Mod+Y", "Shift+Z"], shown: ["Mod+Shift+Z", "Mod+Y"], text: () => t("Redo"), run: (page) => page.actions.redo() },
      { keys: ["w"], text: () => t("Comments on the row"), run: (page) => page.talks.onRow(page.active) },
    ],
  },
  {
    title: () => t("Selected words"),
    bindings: [
      { keys: ["v"], text: () => t("Make them the row's evidence, or the words of a mention"), run: (page) => page.actions.editing.words("evidence") },
      { keys: ["Shift+V"], text: () => t("Add them to the row's evidence"), run: (page) => page.actions.editing.words("more") },
      { keys: ["a"], text: () => t("They name the speaker of the row, or the actor of a mention"), run: (page) => page.actions.editing.words("speaker") },
      { keys: ["h"], text: () => t("They name on whose behalf it is said"), run: (page) => page.actions.editing.words("holder") },
      { keys: ["n", "s"], shown: ["n", "s"], text: () => t("New statement on them; with a form open: add them as evidence"), run: (page) => page.actions.write() },
    ],
  },
  {
    title: () => t("Article"),
    bindings: [
      { keys: ["Mod+Enter"], text: () => t("Make gold"), run: (page) => page.actions.makeGold() },
      { keys: ["b"], text: () => t("Return a submission with a comment"), run: (page) => page.actions.giveBack() },
      { keys: ["Shift+W"], text: () => t("Comments on the article"), run: (page) => page.talks.onArticle() },
      { keys: ["]"], shown: ["]", "["], text: () => t("Next or previous article"), run: (page) => page.openArticle(page.boot.place.next) },
      { keys: ["["], text: () => t("Previous article"), silent: true, run: (page) => page.openArticle(page.boot.place.previous) },
      { keys: ["Shift+O"], text: () => t("Open the original"), run: (page) => /** @type {HTMLElement | null} */ (page.reader.querySelector("a.original"))?.click() },
    ],
  },
  SELECTING,
  {
    title: () => t("Everywhere"),
    bindings: [
      { keys: ["g"], text: () => t("Go to the text"), run: (page) => page.focusText() },
      { keys: ["i"], text: () => t("Go to the rows"), run: (page) => page.focusRows() },
      { keys: ["Escape"], shown: ["Esc"], text: () => t("Close, cancel, clear the selection"), run: (page) => page.escape() },
      { keys: ["m"], text: () => t("Guidelines of the codebook"), run: (page) => page.guidelines.open() },
      { keys: ["?"], text: () => t("This sheet"), run: openHelp },
    ],
  },
]))

/**
 * Handles a key for the open page.
 *
 * @param {ReviewPage} page
 * @param {KeyboardEvent} event
 */
export function handleKey(page, event) {
  if (!isForPage(page, event)) return
  const target = /** @type {HTMLElement} */ (event.target)
  if (event.key === "Enter" && target.matches(".cell.pick")) {
    event.preventDefault()
    return page.actions.accept()
  }
  // A focused button or link keeps its own keys.
  if ((event.key === "Enter" || event.key === " ") && !event.ctrlKey && !event.metaKey && target.closest("button, a, summary")) return
  // Unlike on the Tag page, arrows are the text's only in the text: from around the page they lead to the rows.
  KEYS.press(page, event, target === page.view.root)
}
