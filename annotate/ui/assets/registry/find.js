/** @import {FoundList} from "../tag/types.js" */
import { h } from "../shared/dom.js"
import { Api } from "../tag/api.js"
import { Autocomplete } from "../tag/autocomplete.js"

/**
 * A field that finds an entry of a registry by any of its names, as the tagging page's fields do;
 * the script behind the page hears which one was chosen.
 *
 * @typedef {object} FindData
 * @property {"actors" | "claims"} registry
 * @property {string} projectId
 * @property {string} label
 * @property {string} placeholder
 * @property {string} omit The id of an entry that is not offered.
 *
 * @typedef {object} Component
 * @property {FindData} data
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 */

/**
 * Mounts once; called by Streamlit at each of its renders.
 *
 * @param {Component} component
 */
export default function mount({ data, parentElement, setStateValue }) {
  if (parentElement.querySelector(".cd-find")) return
  const api = new Api(data.projectId, "")
  const found = new Autocomplete({
    registry: data.registry,
    api: { search: async (...asked) => withoutUses(await api.search(...asked)) },
    label: data.label,
    placeholder: data.placeholder,
    newKind: "",
    omit: data.omit,
    findsOnly: true,
    local: () => [],
    suggestions: () => [],
    onChange: (entry) => setStateValue("chosen", entry?.id ?? null),
  })
  parentElement.append(h("div", { class: "cd cd-find" }, found.root))
  found.input.focus()
}

/**
 * The page counts all uses that one may see; the fields of the tagging page one's own alone.
 *
 * @param {FoundList} found
 * @returns {FoundList}
 */
function withoutUses(found) {
  return { items: found.items.map((item) => ({ ...item, uses: 0 })) }
}
