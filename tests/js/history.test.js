import assert from "node:assert/strict"
import { test } from "node:test"
import { ago } from "../../annotate/ui/assets/history/times.js"

const NOW = Date.parse("2026-02-14T12:00:00Z")

test("how long ago a moment was, in the largest unit that fits", () => {
  const cases = /** @type {const} */ ([
    ["2026-02-14T11:59:58Z", "2 seconds ago"],
    ["2026-02-14T11:58:01Z", "1 minute ago"],
    ["2026-02-14T09:00:00Z", "3 hours ago"],
    ["2026-02-13T11:00:00Z", "yesterday"],
    ["2025-12-10T12:00:00Z", "2 months ago"],
    ["2023-02-13T12:00:00Z", "3 years ago"],
  ])
  for (const [at, expected] of cases) assert.equal(ago(at, NOW, "en"), expected)
  assert.equal(ago("2026-02-14T11:00:00Z", NOW, "zh-Hans"), "1小时前")
})
