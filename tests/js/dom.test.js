import assert from "node:assert/strict"
import test from "node:test"

import { han } from "../../annotate/ui/assets/shared/dom.js"

test("a text with Chinese characters has punctuation as wide as they are", () => {
  assert.equal(han("海图上没有名字的地方，是我们的饭碗"), "han")
  assert.equal(han("Articles · 𠮷田"), "han")
  assert.equal(han("“The talks remain bilateral,” it said"), "")
  assert.equal(han("카페"), "")
  assert.equal(han(null), "")
})
