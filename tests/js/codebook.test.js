import assert from "node:assert/strict"
import { test } from "node:test"
import { contrastIn, hardToReadIn, LEAST } from "../../annotate/ui/assets/shared/contrast.js"
import { exampleOf, rendered } from "../../annotate/ui/assets/shared/markdown.js"
import { PALETTE, newValue } from "../../annotate/ui/assets/codebook/scale.js"
import { labelsFor } from "../../annotate/ui/assets/tag/menus.js"
import { everyValue, questionOf, valueOf, withKept } from "../../annotate/ui/assets/shared/values.js"

/** As much of a document as h() asks for. */
class Fake {
  /** @param {string} tag */
  constructor(tag) {
    this.tag = tag
    /** @type {Record<string, string>} */
    this.attributes = {}
    /** @type {unknown[]} */
    this.children = []
    this.dataset = {}
    this.className = ""
  }

  /** @param {string} name @param {string} value */
  setAttribute(name, value) {
    this.attributes[name] = value
  }

  addEventListener() {}

  /** @param {unknown} child */
  appendChild(child) {
    this.children.push(child)
  }
}
Object.assign(globalThis, {
  Node: Fake,
  document: { createElement: (/** @type {string} */ tag) => new Fake(tag), createTextNode: (/** @type {string} */ text) => text },
})
const ARTICLE = "01a20a86-9c75-70ff-ab78-43f219a52b12"

/** @param {import("../../annotate/ui/assets/shared/markdown.js").Node} node */
const one = (node) => /** @type {any} */ (rendered([node], "p-1")[0])

test("an example leads to its words in the tagging page", () => {
  const link = one({ tag: "a", children: ["words"], article: ARTICLE, start: 3, end: 9 })
  assert.equal(link.attributes.href, `/tag?article=${ARTICLE}&project=p-1&words=3-9`)
  assert.deepEqual(link.children, ["words"])
})

test("a link to the web opens elsewhere and tells nobody where it stood", () => {
  const { attributes } = one({ tag: "a", children: ["x"], href: "https://a.example/" })
  assert.deepEqual(attributes, { href: "https://a.example/", target: "_blank", rel: "noopener noreferrer", referrerpolicy: "no-referrer" })
})

test("whatever else the tree holds becomes text", () => {
  for (const href of ["javascript:alert(1)", "data:text/html,x", "//x.example", "", "vbscript:x"]) {
    assert.equal(one({ tag: "a", children: ["x"], href }), "x")
  }
  for (const tag of ["script", "img", "style", "iframe", "form", "svg"]) {
    assert.equal(one({ tag, children: ["x"] }), "x")
  }
})

test("an example's words cannot end its link", () => {
  assert.equal(exampleOf(ARTICLE, { start: 1, end: 5 }, "a]\n*b"), `[a\\] \\*b](span:${ARTICLE}/1-5)`)
})

test("contrast is that of the two themes", () => {
  assert.ok(Math.abs(contrastIn("#000000", "light", false) - 21) < 0.01)
  assert.deepEqual(hardToReadIn("#ffff00", true), ["light"])
  assert.deepEqual(hardToReadIn("#000000", true), ["dark"])
  assert.deepEqual(hardToReadIn("#b3362b", true), [])
  assert.ok(contrastIn("#0072b2", "light", true) < LEAST && contrastIn("#0072b2", "light", false) > LEAST)
  assert.deepEqual(hardToReadIn("blue", true), [])
})

test("values that the codebook has withdrawn stay to choose from where they are set", () => {
  const calm = { name: "calm", en: "calm", zh: "平静" }
  assert.deepEqual(withKept([calm], "calm"), [calm])
  assert.deepEqual(withKept([calm], ""), [calm])
  assert.deepEqual(withKept([calm], "loud").map((value) => value.name), ["calm", "loud"])
  const book = /** @type {any} */ ({ document_labels: [{ name: "tone", en: "Tone", zh: "语气", values: [calm] }] })
  const labels = labelsFor(book, { tone: ["loud"], gone: ["x"], unset: [] })
  assert.deepEqual(labels.map((label) => [label.name, label.values.map((value) => value.name)]), [
    ["tone", ["calm", "loud"]],
    ["gone", ["x"]],
  ])
})

test("a new value has the next free key and a colour that nothing else has", () => {
  const value = (/** @type {string} */ key, /** @type {string} */ colour) => ({ name: "a", en: "", zh: "", key, colour })
  const kinds = [value("1", "#0072b2"), value("2", "#b4540a"), value("4", "#00785a")]
  const made = newValue(kinds, ["colour", "key"], ["#b3362b", "#7a4fa3", "#5b6169"])
  assert.deepEqual([made.key, made.colour, "number" in made], ["3", "#00717d", false])
  assert.deepEqual(newValue([], []), { name: "", en: "", zh: "" })
  assert.equal(newValue([], ["number"]).number, null)
  // Where all are taken elsewhere, it differs from those beside it at least.
  assert.equal(newValue(kinds, ["colour"], PALETTE).colour, "#b3362b")
  const full = [..."123456789"].map((key) => value(key, ""))
  assert.equal(newValue(full, ["key"]).key, "")
  for (const colour of PALETTE.slice(2)) assert.deepEqual(hardToReadIn(colour, true), [], colour)
})

test("withdrawn values go by the names that they had last", () => {
  const calm = { name: "calm", en: "calm", zh: "平静" }
  const loud = { name: "loud", en: "loud", zh: "大声", key: "" }
  const book = /** @type {any} */ ({
    stances: [calm],
    document_labels: [{ name: "tone", en: "Tone", zh: "语气", values: [calm] }],
    withdrawn: { span_kinds: [], certainties: [], stances: [loud], document_labels: [{ name: "tone", en: "Tone", zh: "语气", values: [loud] }, { name: "gone", en: "Gone", zh: "旧", values: [loud] }] },
  })
  assert.equal(valueOf(book, "stances", "loud")?.zh, "大声")
  assert.equal(valueOf(book, "stances", "quiet"), undefined)
  assert.deepEqual(withKept(book.stances, "loud", everyValue(book, "stances")), [calm, loud])
  assert.deepEqual(questionOf(book, "tone")?.values, [calm, loud])
  const labels = labelsFor(book, { tone: ["loud"], gone: ["loud", "x"] })
  assert.deepEqual(labels.map((label) => [label.zh, label.values.map((value) => value.zh)]), [["语气", ["平静", "大声"]], ["旧", ["大声", "x"]]])
  // What is not set any more is not offered.
  assert.deepEqual(labelsFor(book, {}).map((label) => label.values), [[calm]])
})
