/** @import {TextCursor} from "./cursor.js" */
/** @import {FindHooks} from "./find.js" */
/** @import {TextView} from "./render.js" */
import { t } from "../shared/i18n.js"
import { tint } from "./selection.js"

/**
 * Makes a text one to read by keyboard and screen reader: it takes the focus and shows the cursor.
 *
 * @param {TextView} view
 * @param {TextCursor} cursor
 * @param {string} language Of the article.
 */
export function readable(view, cursor, language) {
  const { root } = view
  root.lang = language
  root.tabIndex = 0
  root.setAttribute("role", "document")
  root.setAttribute("aria-label", t("Text of the article"))
  root.addEventListener("focus", () => {
    cursor.byKey = root.matches(":focus-visible")
    if (!view.held) cursor.show()
  })
  root.addEventListener("blur", () => cursor.show())
}

/**
 * What a find box shows in a text: where it looks from, and its hits.
 *
 * @param {TextView} view
 * @param {TextCursor} cursor
 * @returns {Pick<FindHooks, "from" | "onFound">}
 */
export function finding(view, cursor) {
  return {
    from: () => Math.min(cursor.at.anchor, cursor.at.focus),
    onFound: (ranges, current) => {
      tint(view, "claimdesk-found", ranges)
      tint(view, "claimdesk-current", current ? [current] : [])
      if (current) cursor.revealRange(current)
    },
  }
}
