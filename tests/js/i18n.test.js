import assert from "node:assert/strict"
import { afterEach, test } from "node:test"
import { label, lang, listed, load, number, t, tn, told, when } from "../../annotate/ui/assets/shared/i18n.js"

const WORDS = {
  "Sign out": "退出登录",
  "{n} article": "{n} 篇文章",
  "{n} articles": "{n} 篇文章",
  "Select {name}": "选择 {name}",
  "{message}. {hint}": "{message}。{hint}",
  ", ": "、",
}
const { fetch } = globalThis

/** @param {(address: string) => Promise<any>} answer @returns {string[]} The addresses asked for. */
function serve(answer) {
  /** @type {string[]} */
  const asked = []
  globalThis.fetch = /** @type {any} */ ((/** @type {string} */ address) => {
    asked.push(address)
    return answer(address)
  })
  return asked
}

const ok = async () => ({ ok: true, json: async () => WORDS })

afterEach(async () => {
  await load("en", "e")
  globalThis.fetch = fetch
})

test("texts, plurals, numbers and dates in both languages", async () => {
  serve(ok)
  assert.equal(tn("{n} article", "{n} articles", 1), "1 article")
  assert.equal(tn("{n} article", "{n} articles", 1234), "1,234 articles")
  assert.equal(when("2024-02-13T10:45:00Z", { dateStyle: "medium", timeZone: "UTC" }), "13 Feb 2024")
  assert.equal(listed(["a", "b"]), "a, b")
  await load("zh-Hans", "e1")
  assert.equal(lang(), "zh-Hans")
  assert.equal(t("Sign out"), "退出登录")
  assert.equal(t("Select {name}", { name: "$& {name}" }), "选择 $& {name}")
  assert.equal(tn("{n} article", "{n} articles", 1234), "1,234 篇文章")
  assert.equal(number(1234.5), "1,234.5")
  assert.equal(when("2024-02-13T10:45:00Z", { dateStyle: "medium", timeZone: "UTC" }), "2024年2月13日")
  assert.equal(when("no time"), "no time")
  assert.equal(listed(["甲", "乙"]), "甲、乙")
  assert.equal(told({ message: "甲", hint: "乙" }), "甲。乙")
  assert.equal(told({ message: "甲", hint: "" }), "甲")
  assert.equal(label({ name: "support", en: "support", zh: "支持" }), "支持")
  assert.equal(t("never translated"), "never translated")
})

test("words are fetched once an edition", async () => {
  const asked = serve(ok)
  await Promise.all([load("zh-Hans", "e2"), load("zh-Hans", "e2")])
  await load("en", "e2")
  await load("zh-Hans", "e2")
  assert.deepEqual(asked, ["/assets/words/e2/zh-Hans.json"])
})

test("the language asked for last stays, however late the words of another come", async () => {
  /** @type {(value: unknown) => void} */
  let answer = () => undefined
  serve(() => new Promise((resolve) => (answer = resolve)))
  const late = load("zh-Hans", "e3")
  const next = load("en", "e3")
  await new Promise((resolve) => setTimeout(resolve))
  answer({ ok: true, json: async () => WORDS })
  await Promise.all([late, next])
  assert.equal(t("Sign out"), "Sign out")
  assert.equal(lang(), "en")
})

test("without an answer the page goes on in English and asks again", async () => {
  serve(async () => {
    throw new TypeError("offline")
  })
  await load("zh-Hans", "e4")
  assert.equal(t("Sign out"), "Sign out")
  const asked = serve(ok)
  await load("zh-Hans", "e4")
  assert.equal(t("Sign out"), "退出登录")
  assert.equal(asked.length, 1)
})
