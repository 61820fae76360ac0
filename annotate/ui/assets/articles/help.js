import { t } from "../shared/i18n.js"

/** What the keys of the page do, for the sheet of keys. */
export function listKeys() {
  return [{
    title: "",
    rows: [
      { keys: ["/"], text: t("Search") },
      { keys: ["↵"], text: t("From the search field: to the first article, or open the only one") },
      { keys: ["Tab"], text: t("From the search field: to a source that the search names") },
      { keys: ["J", "K"], text: t("Next and previous article") },
      { keys: ["↓", "↑"], text: t("Next and previous article") },
      { keys: ["↵"], text: t("Open the article") },
      { keys: ["→", "←"], text: t("Next and previous page") },
      { keys: ["Esc"], text: t("Leave the search field") },
      { keys: ["?"], text: t("This sheet") },
    ],
  }]
}

export function searchNote() {
  return t("Search finds Chinese words of any length, simplified or traditional, and Latin words. Put a phrase in \"quotation marks\".")
}
