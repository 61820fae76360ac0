/** @import {Codebook, Value} from "./types.js" */
import { offerKeys, openHelp } from "../shared/helpsheet.js"
import { label, listed, t } from "../shared/i18n.js"
import { GROUPS, shownChord } from "./keys.js"

/** The sheet of all keys, made from the table that the keys are looked up in. */
export class HelpSheet {
  /** @param {HTMLElement} root @param {Codebook} codebook @param {() => void} onClose */
  constructor(root, codebook, onClose) {
    offerKeys({ root, groups: () => [...GROUPS.map(shownGroup), keysOf(codebook)], onClose })
  }

  open() {
    openHelp()
  }
}

/** The keys that the codebook gives its values, and what each sets. @param {Pick<Codebook, "span_kinds" | "stances">} codebook */
export function keysOf({ span_kinds: kinds, stances }) {
  const row = (/** @type {readonly Value[]} */ values, /** @type {string} */ what) => {
    const keyed = values.map((value, n) => ({ key: value.key || String(n + 1), name: label(value) })).filter(({ key }) => key.length === 1)
    return { keys: keyed.map(({ key }) => shownChord(key)), text: `${what}${t(": ")}${listed(keyed.map(({ name }) => name))}` }
  }
  return { title: t("Of this codebook"), rows: [row(kinds, t("Span kind")), row(stances, t("In the stance field"))] }
}

/** @param {import("./keys.js").Group} group */
export function shownGroup(group) {
  const bindings = group.bindings.filter((binding) => !binding.silent)
  const rows = bindings.map((binding) => ({
    keys: (binding.shown ?? binding.keys).map(shownChord),
    text: binding.text(),
  }))
  return { title: group.title(), rows }
}
