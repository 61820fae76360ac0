import { h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"

/** The sheet of keys. */
export function helpSheet() {
  /** @type {[string[], string][]} */
  const keys = [
    [["/"], t("Search")],
    [["J", "K"], t("Next and previous article")],
    [["↵"], t("Open the article")],
    [["→", "←"], t("Next and previous page")],
    [["Esc"], t("Leave the search field")],
    [["?"], t("This sheet")],
  ]
  const dialog = h("dialog", { "aria-label": t("Keys") },
    h("h3", {}, t("Keys")),
    h("dl", {}, keys.flatMap(([names, meaning]) => [
      h("dt", {}, names.map((name) => h("kbd", {}, name))), h("dd", {}, meaning)])),
    h("p", {}, t("Search finds Chinese words of any length, simplified or traditional, and Latin words. Put a phrase in \"quotation marks\".")),
    h("form", { method: "dialog" }, h("button", { class: "btn" }, t("Close"))))
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close()
  })
  return dialog
}
