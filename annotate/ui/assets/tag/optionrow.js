/** @import {Entry} from "./suggest.js" */
import { h } from "../shared/dom.js"
import { t, tn } from "../shared/i18n.js"
import { actorKindName } from "../shared/names.js"
import { shownChord } from "../shared/keys.js"

/**
 * What a list offers: an entry, a new one, or, once that is chosen, a kind for it. `twice` says
 * that there is one of the name already.
 *
 * @typedef {{entry: Entry} | {create: string, twice: boolean} | {create: string, twice: boolean, kind: string}} Option
 *
 * @typedef {object} Row Where an option stands.
 * @property {string} id
 * @property {number} number From one.
 * @property {"actors" | "claims"} registry
 * @property {string} typed
 * @property {() => void} onChoose
 */

/**
 * One line of what an Autocomplete offers.
 *
 * @param {Option} option
 * @param {Row} row
 */
export function optionRow(option, { id, number, registry, typed, onChoose }) {
  const props = {
    class: "entry" in option ? "" : "muted",
    role: "option",
    id,
    // A click must not take the focus from the field before it counts.
    on: { pointerdown: (/** @type {Event} */ event) => event.preventDefault(), click: onChoose },
  }
  if ("kind" in option) return h("div", props, h("span", {}, actorKindName(option.kind)), h("kbd", {}, number))
  if ("create" in option) {
    const { create, twice } = option
    const key = create === typed && !twice ? h("kbd", {}, shownChord("Mod+Enter")) : null
    return h("div", props, h("span", { dir: "auto" }, `＋ ${newWords(registry, create, twice)}`), key)
  }
  const { entry } = option
  const uses = !entry.uses ? "" : tn("{n} use", "{n} uses", entry.uses)
  // The kind tells actors of the same name apart.
  const facts = [entry.kind ? actorKindName(entry.kind) : "", uses].filter(Boolean).join(" · ")
  // Why it is offered, and what it means where that is said in another language.
  const below = [...new Set([entry.matched, entry.translation])].filter((text) => text && text !== entry.name)
  const lines = below.map((text) => h("span", { class: "tiny", dir: "auto" }, ` ${text}`))
  return h("div", props, h("span", { dir: "auto" }, entry.name, lines), h("span", { class: "tiny" }, entry.isNew ? t("new") : facts))
}

/**
 * @param {"actors" | "claims"} registry
 * @param {string} name
 * @param {boolean} twice
 */
function newWords(registry, name, twice) {
  if (registry === "actors") return twice ? t("another actor called “{name}”", { name }) : t("new actor “{name}”", { name })
  return twice ? t("another claim “{name}”", { name }) : t("new claim “{name}”", { name })
}
