import { h } from "./dom.js"

/**
 * A field to choose files by, or to drop them on.
 *
 * @param {object} options
 * @param {string} options.id Of the field.
 * @param {boolean} options.multiple
 * @param {string} [options.accept] Which files the browser offers.
 * @param {(files: FileList | null) => void} options.onFiles
 * @param {...(Node | string | null)} words
 */
export function dropZone({ id, multiple, accept, onFiles }, ...words) {
  const input = h("input", { type: "file", multiple, accept, class: "sr", id, on: { change: () => onFiles(input.files) } })
  const zone = h("label", { class: "zone", for: id }, words)
  for (const [name, over] of /** @type {const} */ ([["dragover", true], ["dragleave", false], ["drop", false]])) {
    zone.addEventListener(name, (event) => {
      event.preventDefault()
      zone.classList.toggle("over", over)
      if (name === "drop" && event instanceof DragEvent) onFiles(event.dataTransfer?.files ?? null)
    })
  }
  return { input, zone }
}
