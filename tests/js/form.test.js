/** @import {Actor} from "../../annotate/ui/assets/tag/types.js" */
import assert from "node:assert/strict"
import { test } from "node:test"
import { emptyValues, isDate, missingFields, missingIn, operationsOf, saysTheSame, valuesOf } from "../../annotate/ui/assets/tag/formvalues.js"
import { rechosen, refusals } from "../../annotate/ui/assets/tag/drafts.js"
import { stateOf, unansweredIn } from "../../annotate/ui/assets/tag/model.js"
import { outcomeOf, tally } from "../../annotate/ui/assets/tag/outcome.js"
import { steady } from "../../annotate/ui/assets/tag/panelQueue.js"
import { Offsets } from "../../annotate/ui/assets/tag/offsets.js"
import { reporters, suggestions } from "../../annotate/ui/assets/tag/offers.js"
import { guessSpeaker } from "../../annotate/ui/assets/tag/speaker.js"
import { actorNamed, creation, entryOf, matching, merged, nearestMentions, suggestedActors, tooLong } from "../../annotate/ui/assets/tag/suggest.js"
import { CODEBOOK, boot, labelSet, span, statement } from "./helpers.js"

const { registry } = boot()

/** @param {Partial<import("../../annotate/ui/assets/tag/types.js").LabelSet>} [fields] */
const start = (fields) => stateOf(labelSet(fields), registry)

const speaker = { id: "new", name: "尹锡悦", note: "person", kind: "person", isNew: true }
const claim = { id: "c1", name: "Seoul open", note: "" }

test("stance and claim are always needed, others as the codebook says", () => {
  const values = emptyValues(CODEBOOK)
  assert.deepEqual(missingFields(values, CODEBOOK), ["speaker", "stance", "claim"])
  assert.deepEqual(missingFields({ ...values, speaker, stance: "support", claim }, CODEBOOK), [])
  assert.deepEqual(missingFields({ ...values, speaker, stance: "support", claim }, { ...CODEBOOK, required: ["evidence", "venue"] }), ["evidence", "venue"])
  assert.deepEqual(missingIn(start(), statement("s", { speaker_id: null }), CODEBOOK), ["speaker"])
})

test("new entries are created before the statement that names them, each once", () => {
  const values = { ...emptyValues(CODEBOOK), speaker, reported_by: [speaker], stance: "support", claim: { ...claim, id: "fresh", isNew: true }, evidence: [span("e", 6, 8)] }
  const ops = operationsOf(values, start())
  assert.deepEqual(ops.map((op) => op.kind), ["create_actor", "create_claim", "add_statement"])
  assert.equal(ops[2]?.statement.speaker_id, "new")
  assert.deepEqual(ops[2]?.spans.map((/** @type {{id: string}} */ item) => item.id), ["e"])
})

test("a new entry says where another of its name is meant", () => {
  assert.deepEqual(creation({ ...speaker, twice: true }), { kind: "create_actor", actor: { id: "new", name: "尹锡悦", kind: "person", aliases: [] }, twice: true })
  assert.deepEqual(creation({ ...claim, isNew: true }), { kind: "create_claim", claim: { id: "c1", text: "Seoul open", topic: "", aliases: [] } })
})

test("what names a new entry that was refused is given back to choose it again, told once", () => {
  const values = { ...emptyValues(CODEBOOK), speaker, reported_by: [speaker], stance: "support", claim }
  const sent = operationsOf(values, start()).map((op, n) => ({ op: { ...op, id: `op${n}`, kind: op.kind }, client: "me", base: 0, ...(op.kind === "add_statement" ? { form: values } : {}) }))
  const outcomes = [
    { id: "op0", state: /** @type {const} */ ("refused"), code: "unconfirmed", message: "There is one", needs: "twice" },
    { id: "op1", state: /** @type {const} */ ("refused"), code: "invalid", message: "There is no such actor" },
  ]
  const [told, ...others] = refusals(sent, outcomes)
  assert.deepEqual(others, [])
  assert.equal(told?.outcome.message, "There is one")
  const back = told?.entry?.form
  assert.deepEqual([back?.speaker, back?.reported_by, back?.claim], [null, [], claim])
  assert.deepEqual(back?.loose, { speaker: "尹锡悦", reported_by: "尹锡悦" })
  assert.equal(refusals(sent.slice(0, 1), outcomes.slice(0, 1)).length, 1)
})

test("entries that there are not become names to choose again, of a chain the first", () => {
  const values = { ...emptyValues(CODEBOOK), speaker, holder: speaker, claim, reported_by: [speaker, { ...speaker, id: "other" }], loose: { addressee: "Seoul" } }
  const back = rechosen(values, ({ id }) => id === "new")
  assert.deepEqual([back.speaker, back.holder, back.claim, back.reported_by.map(({ id }) => id)], [null, null, claim, ["other"]])
  assert.deepEqual(back.loose, { addressee: "Seoul", speaker: "尹锡悦", holder: "尹锡悦", reported_by: "尹锡悦" })
  assert.deepEqual(rechosen(values, () => false), values)
})

test("names longer than the registries take are told, in characters", () => {
  assert.equal(tooLong("actors", "𠮷".repeat(200)), "")
  assert.match(tooLong("actors", "𠮷".repeat(201)), /200 .*201/)
})

test("evidence goes in reading order, and stored spans are not sent again", () => {
  const state = start({ spans: [span("late", 9, 10)] })
  const values = { ...emptyValues(CODEBOOK), speaker, stance: "support", claim, evidence: [span("late", 9, 10), span("early", 1, 2)] }
  const op = operationsOf(values, state).at(-1)
  assert.deepEqual(op?.statement.evidence, ["early", "late"])
  assert.deepEqual(op?.spans.map((/** @type {{id: string}} */ item) => item.id), ["early"])
})

test("a holder who is the speaker is no holder", () => {
  const values = { ...emptyValues(CODEBOOK), speaker, holder: speaker, stance: "support", claim }
  assert.equal(operationsOf(values, start()).at(-1)?.statement.holder_id, null)
})

test("editing sends only what changed, and nothing when nothing did", () => {
  const before = statement("s", { evidence: ["e"], venue: "CSIS", reported_by: ["a1"] })
  const state = start({ spans: [span("e")], statements: [before] })
  const values = valuesOf(state, before)
  assert.deepEqual(operationsOf(values, state), [])
  assert.deepEqual(operationsOf({ ...values, stance: "oppose", venue: "" }, state), [
    { kind: "change_statement", statement_id: "s", set: { stance: "oppose", venue: "" } },
  ])
})

test("the mention that the speaker was proposed from is linked when it carries the name", () => {
  const state = start({ spans: [span("m", 0, 3, "actor")] })
  const values = { ...emptyValues(CODEBOOK), speaker: { ...speaker, name: "金圣翰" }, stance: "support", claim, mention: "m" }
  assert.deepEqual(operationsOf(values, state)[1], { kind: "change_span", span_id: "m", set: { actor_id: "new" } })
  assert.ok(!operationsOf({ ...values, speaker }, state).some((op) => op.kind === "change_span"))
})

test("dates may be a year, a month or a day", () => {
  for (const good of ["", "2024", "2024-02", "2024-02-13"]) assert.ok(isDate(good), good)
  for (const bad of ["24", "2024-13", "2024-02-32", "2024/02/13", "yesterday"]) assert.ok(!isDate(bad), bad)
})

test("the nearest mention before in the same paragraph comes first", () => {
  const mentions = [span("other paragraph", 100, 103), span("after", 32, 33), span("near", 20, 22), span("far", 1, 3)]
  const found = nearestMentions(mentions, { start: 30, end: 35 }, (at) => (at < 50 ? 0 : 1))
  assert.deepEqual(found.map((item) => item.id), ["near", "far", "after", "other paragraph"])
})

test("entries are found by any alias, exact names first", () => {
  const entries = [
    { id: "1", name: "Seoul National University", note: "" },
    { id: "2", name: "韩国", note: "", aliases: ["Seoul", { text: "ROK" }] },
  ]
  assert.deepEqual(matching(entries, "seoul").map((entry) => [entry.id, entry.matched]), [["2", "Seoul"], ["1", undefined]])
  assert.deepEqual(matching(entries, "rok").map((entry) => entry.id), ["2"])
  assert.deepEqual(matching(entries, "tokyo"), [])
})

test("a name means an actor only when it means one", () => {
  const one = { id: "1", name: "Kim", kind: "person", aliases: ["金"] }
  const two = { id: "2", name: "Kim", kind: "person" }
  assert.equal(actorNamed([one], "金")?.id, "1")
  assert.equal(actorNamed([one, two], "kim"), undefined)
})

const SPOKEN = "据北通社报道，沈若川周一发言。👪贺知远表示，南屿应加入。\n前议员说不应。\n尾\n“可以。”贺知远说。"
/** @type {Record<string, Actor>} */
const SPEAKERS = {
  shen: { id: "shen", name: "沈若川", kind: "person" }, he: { id: "he", name: "贺知远", kind: "person", aliases: ["知远"] },
  nanyu: { id: "nanyu", name: "南屿", kind: "government" }, wire: { id: "wire", name: "北通社", kind: "media" },
}

/**
 * @param {string} words
 * @param {Partial<Parameters<typeof guessSpeaker>[0]>} [known]
 */
function guessed(words, known = {}) {
  const at = [...SPOKEN.slice(0, SPOKEN.indexOf(words))].length
  const lines = SPOKEN.split("\n").map((line) => [...line].length)
  let start = 0
  let n = 0
  while (at > start + (lines[n] ?? 0)) start += (lines[n++] ?? 0) + 1
  const paragraph = { start, end: start + (lines[n] ?? 0) }
  const guess = guessSpeaker({ words: { start: at, end: at + [...words].length }, paragraph, offsets: new Offsets(SPOKEN), mentions: [], actors: new Map(), statements: [], ...known })
  return guess?.actor?.id ?? guess?.mention?.id
}

test("the speaker: somebody whom the sentence names, else a mention near, else who spoke last", () => {
  const actors = new Map(Object.entries(SPEAKERS))
  /** @param {string} words @param {string | null} actor */
  const mention = (words, actor) => {
    const start = [...SPOKEN.slice(0, SPOKEN.indexOf(words))].length
    return { ...span(words, start, start + [...words].length, "actor"), actor_id: actor }
  }
  assert.equal(guessed("南屿应加入", { actors }), "he")
  assert.equal(guessed("发言", { actors }), "shen")
  // Names inside the words themselves, of media and of places are not their speaker.
  const others = new Map(actors)
  others.delete("he")
  assert.equal(guessed("南屿应加入", { actors: others }), "shen")
  others.delete("shen")
  assert.equal(guessed("南屿应加入", { actors: others }), undefined)
  // Not whom the next sentence names, unless it says who spoke the quoted words.
  assert.equal(guessed("周一", { actors: new Map([["he", /** @type {Actor} */ (SPEAKERS.he)]]) }), undefined)
  assert.equal(guessed("可以", { actors }), "he")
  // A state is named more often than it speaks: only where somebody has marked it.
  assert.equal(guessed("应加入", { actors: others }), undefined)
  assert.equal(guessed("应加入", { actors: others, mentions: [mention("南屿", "nanyu")] }), "nanyu")
  // A mention that means somebody comes before one that means nobody yet, though that is nearer.
  assert.equal(guessed("南屿应加入", { actors, mentions: [mention("表示", null), mention("沈若川", "shen")] }), "he")
  assert.equal(guessed("不应", { actors, mentions: [mention("前议员", null)] }), "前议员")
  assert.equal(guessed("不应", { actors, mentions: [mention("前议员", null)], statements: [statement("s", { speaker_id: "shen" })] }), "前议员")
  assert.equal(guessed("尾", { actors, statements: [statement("1", { speaker_id: "he" }), statement("2", { speaker_id: "shen" })] }), "shen")
  assert.equal(guessed("尾", { actors, mentions: [mention("沈若川", "shen")] }), "shen")
  assert.equal(guessed("尾", { actors }), undefined)
})

test("found entries: the very name first, then those of this article", () => {
  const entry = (/** @type {string} */ id, /** @type {string} */ name) => ({ id, name, note: "person" })
  const used = entry("1", "贺敏之")
  const here = entry("2", "贺知远")
  assert.deepEqual(merged([used, here], [here], "贺").map((one) => one.id), ["2", "1"])
  assert.deepEqual(merged([used], [here], "贺敏之").map((one) => one.id), ["1", "2"])
})

test("names in Latin letters are found without their spaces and hyphens", () => {
  const entries = [{ id: "1", name: "金圣翰", note: "person", aliases: ["Kim Sung-han"] }]
  assert.deepEqual(matching(entries, "kimsung").map((one) => one.matched), ["Kim Sung-han"])
  assert.deepEqual(matching(entries, "."), [])
})

test("a statement that says the same is told", () => {
  const stored = statement("1", { evidence: ["e"], reported_by: [], venue: "forum" })
  const state = stateOf(labelSet({ spans: [span("e", 0, 3)], statements: [stored] }), { actors: { a1: { id: "a1", name: "A", kind: "person" } }, claims: { c1: { id: "c1", text: "C" } } })
  const values = { ...valuesOf(state, stored), editing: null, venue: "elsewhere" }
  assert.ok(saysTheSame(values, stored))
  assert.ok(!saysTheSame({ ...values, stance: "oppose" }, stored))
  assert.ok(!saysTheSame({ ...values, evidence: [] }, stored))
})

test("suggestions: mentions, nearest first, then the rest", () => {
  const state = stateOf(labelSet(), {
    actors: { a: { id: "a", name: "A", kind: "person" }, m: { id: "m", name: "M", kind: "person" }, rfi: { id: "rfi", name: "RFI", kind: "media" } },
    claims: {},
  })
  const mention = { ...span("x", 0, 3, "actor"), actor_id: "m" }
  assert.deepEqual(suggestedActors(state, [mention]).map((entry) => entry.id), ["m", "a", "rfi"])
})

test("reported by: whoever published the article, then the media; neither the speaker nor anybody twice", () => {
  const actors = {
    a: { id: "a", name: "A", kind: "person" }, s: { id: "s", name: "S", kind: "person" },
    yonhap: { id: "yonhap", name: "Yonhap", kind: "media" }, rfi: { id: "rfi", name: "Radio France", kind: "media", aliases: ["RFI"] },
  }
  const state = stateOf(labelSet(), { actors, claims: {} })
  const values = { ...emptyValues(CODEBOOK), speaker: entryOf(actors.s) }
  assert.deepEqual(reporters(state, values, "rfi ").map((entry) => entry.id), ["rfi", "yonhap", "a"])
  assert.deepEqual(reporters(state, { ...values, reported_by: [entryOf(actors.rfi)] }, "RFI").map((entry) => entry.id), ["yonhap", "a"])
  assert.deepEqual(reporters(state, values, "法國國際廣播電台", ["rfi"]).map((entry) => entry.id), ["rfi", "yonhap", "a"])
})

test("reported by: a source that no actor is called after is offered as a new one, once", () => {
  const state = stateOf(labelSet(), { actors: { a: { id: "a", name: "A", kind: "person" } }, claims: {} })
  const values = emptyValues(CODEBOOK)
  const [first, ...others] = reporters(state, values, "RFI")
  assert.deepEqual([first?.name, first?.kind, first?.isNew], ["RFI", "media", true])
  assert.deepEqual(others.map((entry) => entry.id), ["a"])
  assert.ok(first)
  assert.deepEqual(reporters(state, { ...values, reported_by: [first] }, "RFI").map((entry) => entry.id), ["a"])
  assert.deepEqual(reporters(state, values, " ").map((entry) => entry.id), ["a"])
})

test("claim: those used in the article come first, the latest of them before all", () => {
  const claims = { c0: { id: "c0", text: "Not used" }, c1: { id: "c1", text: "First" }, c2: { id: "c2", text: "Second" } }
  const state = stateOf(labelSet({ statements: [statement("1", { claim_id: "c1" }), statement("2", { claim_id: "c2" }), statement("3", { claim_id: "c1" })] }), { actors: {}, claims })
  const desk = { state, boot: { codebook: CODEBOOK, article: { source: "RFI", language: "zh" } } }
  assert.deepEqual(suggestions("claim", desk, emptyValues(CODEBOOK), () => []).map((entry) => entry.id), ["c1", "c2", "c0"])
})

test("what review changed is said with what stood before", () => {
  const actors = { ...registry.actors, a2: { id: "a2", name: "韩国", kind: "government" } }
  const state = stateOf(labelSet({ spans: [span("e", 0, 3)] }), { ...registry, actors })
  const mine = statement("s", { evidence: ["e"] })
  const differs = ["holder_id", "evidence", "reported_by", "venue"]
  const now = { holder_id: "a2", evidence: ["韩国的态度是开放的"], reported_by: ["a2"], venue: "CSIS" }
  const { changes } = outcomeOf({ state: "amended", reason: "", differs, now }, mine, state, CODEBOOK)
  assert.deepEqual(changes.map(({ old, now: after }) => [old, after]), [
    ["the speaker", "韩国"], ["金圣翰", "韩国的态度是开放的"], ["–", "韩国"], ["–", "CSIS"],
  ])
  assert.deepEqual(outcomeOf({ state: "amended", reason: "", differs, now: null }, mine, state, CODEBOOK).changes, [])
})

test("what became of all statements is counted, in words", () => {
  const became = (/** @type {"accepted" | "amended" | "rejected"} */ state) => ({ state, reason: "", differs: [], now: null })
  assert.equal(tally({ a: became("amended"), b: became("rejected") }), "1 changed, 1 not taken")
  assert.equal(tally({ a: became("accepted"), b: became("accepted") }), "2 taken as they are")
  assert.equal(tally({}), "")
})

test("a queue keeps its order while an article is open, what is new comes behind its neighbour", () => {
  const item = (/** @type {string} */ id, statements = 0) => ({ id, title: id, source: "", published_at: null, language: "zh", status: /** @type {const} */ ("new"), statements })
  const queue = (/** @type {ReturnType<typeof item>[]} */ ...mine) => ({ mine, returned: [], done: 0, total: 9 })
  const now = steady({ ...queue(item("c", 1), item("new"), item("a"), item("b")), done: 1 }, queue(item("a"), item("b"), item("c")))
  assert.deepEqual(now.mine.map((one) => [one.id, one.statements]), [["a", 0], ["b", 0], ["c", 1], ["new", 0]])
  assert.equal(now.done, 1)
})

test("labels of the article without a value are told", () => {
  const named = (/** @type {string} */ name) => ({ name, en: name, zh: name, values: [] })
  const codebook = { ...CODEBOOK, document_labels: [named("relevance"), named("topic"), named("genre")] }
  assert.deepEqual(unansweredIn(codebook, { topic: ["x"], genre: [] }).map((one) => one.name), ["relevance", "genre"])
})
