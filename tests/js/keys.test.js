import assert from "node:assert/strict"
import { test } from "node:test"
import { chordOf, composing, KeyTable } from "../../annotate/ui/assets/shared/keys.js"
import { KEYS } from "../../annotate/ui/assets/tag/keys.js"

/**
 * @param {string} key
 * @param {Partial<import("../../annotate/ui/assets/shared/keys.js").KeyPress>} [fields]
 */
const press = (key, fields = {}) => ({ key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false, keyCode: 0, ...fields })

test("no key stands for two actions, and Streamlit's own stay free", () => {
  const chords = KEYS.groups.flatMap((group) => group.bindings).flatMap((binding) => binding.keys)
  assert.deepEqual(chords, [...new Set(chords)])
  assert.ok(!chords.includes("r") && !chords.includes("c"))
})

test("keys of an input method mean nothing here", () => {
  assert.equal(KEYS.find(press("Enter", { isComposing: true, ctrlKey: true }), true), undefined)
  assert.equal(KEYS.find(press("s", { keyCode: 229 }), true), undefined)
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
  assert.deepEqual(KEYS.find(press("ы", { code: "KeyS" }), true)?.keys, ["s"])
})

test("cursor keys take Shift and Alt along", () => {
  assert.deepEqual(KEYS.find(press("ArrowRight", { shiftKey: true, altKey: true }), true)?.keys, ["ArrowRight"])
  assert.deepEqual(KEYS.find(press("End", { ctrlKey: true, shiftKey: true }), true)?.keys[0], "Mod+End")
  assert.equal(KEYS.find(press("ArrowRight", { ctrlKey: true }), true), undefined)
})

test("modified letters are the browser's", () => {
  assert.equal(KEYS.find(press("f", { ctrlKey: true }), true), undefined)
  assert.equal(KEYS.find(press("s", { ctrlKey: true }), true), undefined)
})

test("the sheet shows every key of the table, those of a pair in one row", () => {
  const table = new KeyTable([{ title: () => "Rows", bindings: [
    { keys: ["j"], shown: ["j", "k"], text: () => "Next or previous", run: () => {} },
    { keys: ["k"], text: () => "Previous", silent: true, run: () => {} },
    { keys: [], shown: ["Space"], text: () => "Pick it" },
  ] }])
  assert.deepEqual(table.sheet(), [{ title: "Rows", rows: [{ keys: ["J", "K"], text: "Next or previous" }, { keys: ["Space"], text: "Pick it" }] }])
  assert.equal(table.find(press("Space"), true), undefined)
})
