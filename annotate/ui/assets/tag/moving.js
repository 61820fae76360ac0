/** @import {Binding, Group} from "../shared/keys.js" */
/** @import {Move, TextCursor} from "./cursor.js" */
/** @import {FindBox} from "./find.js" */
/** @import {Offsets} from "./offsets.js" */
import { t } from "../shared/i18n.js"

/** A page that shows a text. @typedef {{cursor: TextCursor, find: FindBox, offsets: Offsets, focusText: () => void, say: (text: string) => void}} TextPage */

/** Moving and selecting in a text, on every page that shows one. @type {Group<TextPage>} */
export const SELECTING = {
  title: () => t("Select text"),
  bindings: [
    { keys: ["/", "f"], text: () => t("Find a string; Enter selects it, Shift+Enter extends the selection to it"), run: (page) => page.find.open() },
    { keys: ["ArrowLeft"], shown: ["ArrowLeft", "ArrowRight"], text: () => t("Cursor a word back or on"), moves: true, inText: true, run: moving("left") },
    { keys: ["ArrowRight"], text: () => t("Cursor a word on"), moves: true, inText: true, silent: true, run: moving("right") },
    { keys: ["ArrowUp"], shown: ["ArrowUp", "ArrowDown"], text: () => t("Cursor a line up or down"), moves: true, inText: true, run: moving("up") },
    { keys: ["ArrowDown"], text: () => t("Cursor a line down"), moves: true, inText: true, silent: true, run: moving("down") },
    { keys: ["Home"], shown: ["Home", "End"], text: () => t("Start or end of the paragraph"), moves: true, inText: true, run: moving("home") },
    { keys: ["End"], text: () => t("End of the paragraph"), moves: true, inText: true, silent: true, run: moving("end") },
    { keys: ["Mod+Home", "Mod+Shift+Home"], shown: ["Mod+Home", "Mod+End"], text: () => t("Start or end of the text"), moves: true, inText: true, run: moving("top") },
    { keys: ["Mod+End", "Mod+Shift+End"], text: () => t("End of the text"), moves: true, inText: true, silent: true, run: moving("bottom") },
    { keys: [], shown: ["Shift"], text: () => t("With a cursor key: select") },
    { keys: [], shown: ["Alt"], text: () => t("With a cursor key or a bracket: by character; with the pointer: select freely") },
  ],
}

/**
 * @param {Move} move
 * @returns {Binding<TextPage>["run"]}
 */
function moving(move) {
  return (page, event) => {
    page.focusText()
    page.cursor.move(move, { extend: event.shiftKey, free: event.altKey })
    const { range } = page.cursor
    if (event.shiftKey && range) page.say(page.offsets.slice(range.start, range.end))
  }
}
