/** Controls, invisible characters and direction marks: what a reader could not see. */
const HIDDEN = /([\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc])/u

/**
 * A text in pieces, with each invisible character spelled out.
 *
 * @param {string} text
 * @returns {{ text: string, hidden: boolean }[]}
 */
export function revealed(text) {
  return text.replace(/\r\n?/g, "\n").split(HIDDEN).flatMap((piece, n) => {
    if (piece === "") return []
    const hidden = n % 2 === 1
    return [{ text: hidden ? spelled(piece) : piece, hidden }]
  })
}

/**
 * A text with each invisible character spelled out.
 *
 * @param {string} text
 */
export function spelledOut(text) {
  return revealed(text).map((piece) => piece.text).join("")
}

/** @param {string} char */
function spelled(char) {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`
}
