import assert from "node:assert/strict"
import { test } from "node:test"
import { change, isNarrowed, read, toggle, write } from "../../annotate/ui/assets/articles/address.js"
import { dayOf, midnight } from "../../annotate/ui/assets/articles/rail.js"
import { zone } from "../../annotate/ui/assets/shared/i18n.js"

test("an address is read back as it was written", () => {
  const filters = {
    ...read(""), q: "国安 \"a&b\"", state: ["submitted", "gold"], status: ["todo", "draft"], source: ["a, b", "c"], sort: "title",
    after: "W10=", start: "50",
  }
  assert.deepEqual(read(`?${write(filters, "p1")}`), filters)
})

test("the project comes along and empty values stay out", () => {
  assert.equal(write(read(""), "p1"), "project=p1")
})

test("another filter begins at the first page", () => {
  const later = { ...read("?q=a"), before: "x", start: "50" }
  assert.deepEqual(toggle(later, "language", "en"), { ...read("?q=a"), language: ["en"] })
  assert.deepEqual(change(later, { sort: "oldest" }), { ...read("?q=a"), sort: "oldest" })
})

test("a value chosen again is taken out", () => {
  assert.deepEqual(toggle(read("?source=a&source=b"), "source", "a").source, ["b"])
})

test("order and copies do not narrow", () => {
  assert.equal(isNarrowed(read("?sort=title&copies=all&after=x")), false)
  assert.equal(isNarrowed(read("?from=2024-01-01")), true)
  assert.equal(isNarrowed(read("?status=todo")), true)
  assert.equal(isNarrowed(read("?state=gold")), true)
})

test("a day is understood however it is written", () => {
  for (const text of ["2026-02-03", " 2026-2-3 ", "2026/02/03", "20260203", "２０２６.2.3", "2026年2月3日"]) assert.equal(dayOf(text), "2026-02-03", text)
  assert.equal(dayOf(" "), "")
  for (const text of ["2026-02-31", "2026-13-01", "3 Feb", "2026-02", "202602031"]) assert.equal(dayOf(text), null, text)
})

test("the reader's time at which the days of the filters begin is said where it is another", () => {
  const before = process.env.TZ
  const begins = (/** @type {string} */ name, now = "2026-02-17T03:00:00Z") => {
    process.env.TZ = name
    return midnight(new Date(now))
  }
  try {
    assert.equal(begins("UTC"), "")
    assert.equal(begins("Asia/Shanghai"), "08:00")
    assert.equal(begins("America/Bogota"), "19:00")
    assert.equal(begins("Europe/London"), "")
    assert.equal(begins("Europe/London", "2026-07-01T12:00:00Z"), "01:00")
  } finally {
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
  }
})

test("a zone has one spelling, as the filters have theirs", () => {
  const before = process.env.TZ
  const named = (/** @type {string} */ name) => {
    process.env.TZ = name
    return zone()
  }
  try {
    assert.equal(named("UTC"), "UTC")
    assert.equal(named("Asia/Shanghai"), "UTC+8")
    assert.equal(named("Asia/Kolkata"), "UTC+5:30")
    assert.equal(named("America/Bogota"), "UTC-5")
    assert.equal(named("Europe/London"), "local time")
  } finally {
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
  }
})
