import assert from "node:assert/strict"
import { test } from "node:test"
import { bindingFor, chordOf, composing, GROUPS } from "../../annotate/ui/assets/tag/keys.js"

/**
 * @param {string} key
 * @param {Partial<import("../../annotate/ui/assets/tag/keys.js").KeyPress>} [fields]
 */
const press = (key, fields = {}) => ({ key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false, keyCode: 0, ...fields })

test("no key stands for two actions, and Streamlit's own stay free", () => {
  const chords = GROUPS.flatMap((group) => group.bindings).flatMap((binding) => binding.keys)
  assert.deepEqual(chords, [...new Set(chords)])
  assert.ok(!chords.includes("r") && !chords.includes("c"))
})

test("keys of an input method mean nothing here", () => {
  assert.equal(bindingFor(press("Enter", { isComposing: true, ctrlKey: true })), undefined)
  assert.equal(bindingFor(press("s", { keyCode: 229 })), undefined)
  assert.ok(composing(press("Process", { keyCode: 229 })))
})

test("chords", () => {
  assert.equal(chordOf(press("Z", { ctrlKey: true, shiftKey: true })), "Mod+Shift+Z")
  assert.equal(chordOf(press("z", { metaKey: true })), "Mod+Z")
  assert.equal(chordOf(press("?", { shiftKey: true })), "?")
  assert.equal(chordOf(press("{", { shiftKey: true })), "{")
  assert.equal(chordOf(press("S", { shiftKey: true })), "Shift+S")
  assert.equal(chordOf(press("ArrowLeft", { altKey: true })), "Alt+ArrowLeft")
})

test("letters are found by their place on other keyboard layouts", () => {
  assert.equal(bindingFor(press("ы", { code: "KeyS" }))?.action, "statement")
})

test("cursor keys take Shift and Alt along", () => {
  assert.equal(bindingFor(press("ArrowRight", { shiftKey: true, altKey: true }))?.action, "right")
  assert.equal(bindingFor(press("End", { ctrlKey: true, shiftKey: true }))?.action, "bottom")
  assert.equal(bindingFor(press("ArrowRight", { ctrlKey: true })), undefined)
})

test("modified letters are the browser's", () => {
  assert.equal(bindingFor(press("f", { ctrlKey: true })), undefined)
  assert.equal(bindingFor(press("s", { ctrlKey: true })), undefined)
})
