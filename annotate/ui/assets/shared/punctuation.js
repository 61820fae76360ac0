/**
 * Punctuation as wide as the letters beside it, whatever the page's language and whoever wrote the
 * text. Curly quotes, dashes and dots are the same characters in all languages, and a Chinese font
 * draws them as wide as its own: right beside Chinese, too wide beside Latin letters. So a text
 * without an East Asian character has them narrow, the dots with which a browser cuts it off
 * included; every other is drawn as the font has it, because the feature that narrows them would
 * draw "，" as ",", which is another character.
 */

const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]/u

/** What is read as one text: pieces of a line, such as marked words, belong to what they stand in. */
const UNIT = ":not(a, b, bdi, code, del, em, i, ins, kbd, mark, small, span, strong, sub, sup, u), [dir], [lang]"
const NARROW = "data-narrow"

let watched = false

/** @param {string} text @returns {boolean} Whether there is something in it, and no East Asian character. */
export function isNarrow(text) {
  return /\S/.test(text) && !EAST_ASIAN.test(text)
}

/** Begins to watch the page; before each paint, what has changed is marked for tokens.css. */
export function watchPunctuation() {
  if (watched) return
  watched = true
  judge(document.body, new Set())
  new MutationObserver((records) => {
    /** @type {Set<Element>} */
    const judged = new Set()
    for (const { target, addedNodes } of records) {
      // What was narrow may have got other text.
      for (let at = near(target, `[${NARROW}]`); at; at = near(at.parentElement, `[${NARROW}]`)) mark(at, judged)
      if (target instanceof Text) judge(target, judged)
      for (const node of addedNodes) judge(node, judged)
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true })
  // What is typed into a longer text changes no node.
  document.addEventListener("input", ({ target }) => {
    if (target instanceof HTMLTextAreaElement) mark(target, new Set())
  }, true)
}

/** @param {Node} root @param {Set<Element>} judged */
function judge(root, judged) {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  for (let node = root instanceof Text ? root : texts.nextNode(); node; node = texts.nextNode()) {
    const unit = /\S/.test(/** @type {Text} */ (node).data) && near(node, UNIT)
    if (unit) mark(unit, judged)
  }
}

/** @param {Element} unit @param {Set<Element>} judged */
function mark(unit, judged) {
  if (judged.has(unit)) return
  judged.add(unit)
  const text = unit instanceof HTMLTextAreaElement ? unit.value : (unit.textContent ?? "")
  unit.toggleAttribute(NARROW, isNarrow(text))
}

/** @param {Node | null} node @param {string} selector */
function near(node, selector) {
  const element = node instanceof Element ? node : node?.parentElement
  return element?.closest(selector) ?? null
}
