/** @import {Codebook} from "../tag/types.js" */
import { LabelMenu } from "../tag/menus.js"

/** The values of one document label to choose from: decided when the menu closes. */
export class LabelChoice extends LabelMenu {
  /**
   * @param {Codebook} codebook
   * @param {() => void} onClose
   */
  constructor(codebook, onClose) {
    super(codebook, (_, values) => (this.chosen = values), onClose)
    this.whole = codebook
    /** @type {string[] | null} What was chosen; null while nothing was. */
    this.chosen = null
    /** @type {(values: string[]) => void} */
    this.onDone = () => undefined
  }

  /**
   * @param {DOMRect} place
   * @param {string} name Of the label.
   * @param {string[]} values As they are.
   * @param {(values: string[]) => void} onDone Called with other values, if any were chosen.
   */
  ask(place, name, values, onDone) {
    this.codebook = { ...this.whole, document_labels: this.whole.document_labels.filter((definition) => definition.name === name) }
    this.chosen = null
    this.onDone = onDone
    this.open(place, { [name]: values })
  }

  /**
   * @override
   * @param {boolean} [back]
   */
  close(back = true) {
    const { chosen, isOpen } = this
    this.chosen = null
    super.close(back)
    if (isOpen && chosen) this.onDone(chosen)
  }
}
