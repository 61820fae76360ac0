import assert from "node:assert/strict"
import { test } from "node:test"
import { Outbox } from "../../annotate/ui/assets/tag/outbox.js"
import { OperationQueue } from "../../annotate/ui/assets/tag/queue.js"
import { FakeServer, settle, span } from "./helpers.js"

/**
 * @param {string} id
 * @returns {import("../../annotate/ui/assets/tag/queue.js").Entry}
 */
const entry = (id) => ({ op: { id, kind: "add_span", span: span(id) }, client: "me", base: 0 })

/** @param {boolean} working */
const keep = (working = true) => /** @type {any} */ ({ working })

/** Queues of one server that answers only while it is up; no timer ever fires. */
function world() {
  const server = new FakeServer()
  const line = { up: false }
  const make = (/** @type {string[]} */ ...ids) =>
    new OperationQueue(
      {
        send: async (client, base, ops) => {
          if (!line.up) throw { status: 0, message: "down" }
          return server.handle(client, base, ops)
        },
        save: () => {},
        onStatus: () => {},
        onAnswer: () => {},
        renew: async () => true,
        later: () => {},
      },
      ids.map(entry),
    )
  return { server, line, make, outbox: new Outbox() }
}

test("what other articles still have to send is told until it is through", async () => {
  const { line, make, outbox } = world()
  /** @type {string[]} */
  const told = []
  const own = make()
  outbox.onChange = () => {
    const { state, waiting, articles } = outbox.elsewhere(own)
    told.push(`${state} ${waiting} ${articles}`)
  }
  const [first, second] = [make("1", "2"), make("3")]
  outbox.add("p/first", first, keep())
  outbox.add("p/second", second, keep())
  outbox.add("p/open", own, keep())
  await first.flush()
  assert.equal(told.at(-1), "offline 3 2")
  line.up = true
  await second.flush()
  assert.equal(told.at(-1), "offline 2 1")
  outbox.wake()
  await settle()
  assert.equal(told.at(-1), "saved 0 0")
})

test("waking sends at once what waits, whatever article it belongs to", async () => {
  const { server, line, make, outbox } = world()
  const queues = [make("1"), make("2")]
  for (const queue of queues) {
    outbox.add("p/a", queue, keep())
    await queue.flush()
  }
  line.up = true
  outbox.wake()
  await settle()
  assert.deepEqual([...server.applied.keys()].sort(), ["1", "2"])
})

test("an article that is opened again takes over all that waits for it", async () => {
  const { make, outbox } = world()
  const [left, rest, other] = [make("1"), make("2"), make("3")]
  outbox.add("p/a", left, keep())
  outbox.add("p/a", rest, keep())
  outbox.add("p/b", other, keep())
  assert.deepEqual(outbox.takeOver("p/a").map((item) => item.op.id), ["1", "2"])
  assert.deepEqual([left.stopped, rest.stopped, other.stopped], [true, true, false])
  assert.deepEqual(outbox.takeOver("p/a"), [])
})

test("only what the browser does not keep would be lost with the page", () => {
  const { make, outbox } = world()
  outbox.add("p/a", make("1"), keep())
  outbox.add("p/b", make(), keep(false))
  assert.equal(outbox.unsafe, false)
  outbox.add("p/c", make("2"), keep(false))
  assert.equal(outbox.unsafe, true)
})
