import { offerKeys, openHelp } from "../shared/helpsheet.js"
import { GROUPS, shownChord } from "./keys.js"

/** The sheet of all keys, made from the table that the keys are looked up in. */
export class HelpSheet {
  /** @param {HTMLElement} root @param {() => void} onClose */
  constructor(root, onClose) {
    offerKeys({ root, groups: () => GROUPS.map(shownGroup), onClose })
  }

  open() {
    openHelp()
  }
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
