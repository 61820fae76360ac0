/** @import {TagPage} from "./page.js" */
/** @import {State} from "./model.js" */
import { button, h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"
import { notice } from "./header.js"
import { tally } from "./outcome.js"

/**
 * The notice above the text that says whose labels are shown and how they stand.
 *
 * @param {TagPage} page
 * @param {State} state
 */
export function standing(page, state) {
  const other = (page.boot.others ?? [])[page.viewing]
  if (other) {
    const back = page.hasOwn ? [button("link", () => page.look(-1), {}, t("Back to mine"))] : []
    const text = other.kind === "gold"
      ? t("This is gold, the labels that came out of review. Reviewers change it.")
      : t("These are the labels of {name}. Only {name} changes them.", { name: other.coder ?? "" })
    return notice("other", text, ...back)
  }
  if (state.status === "submitted") {
    return notice("submitted", t("Submitted: read only."), button("link", () => page.actions.takeBack(), {}, t("Take back")))
  }
  if (state.status === "accepted") {
    const became = tally(page.boot.outcomes ?? {})
    return notice("accepted", became ? t("Reviewed: {became}. Each statement says what became of it.", { became }) : t("Reviewed: read only."))
  }
  if (!page.boot.can_edit) return notice("readonly", t("You may read this article, but not tag it."))
  return state.status === "returned" ? returned(page) : null
}

/** @param {TagPage} page */
function returned(page) {
  const said = page.talks.returnedWith
  const words = said ? [h("q", { dir: "auto", class: "said" }, said.text), button("link", () => page.talks.toggle(""), {}, t("Answer"))] : []
  return notice("returned", t("Returned to you for another look."), ...words)
}
