import assert from "node:assert/strict"
import { test } from "node:test"
import { OperationQueue } from "../../annotate/ui/assets/tag/queue.js"
import { FakeServer, settle, span } from "./helpers.js"

/** @import {Entry, Hooks} from "../../annotate/ui/assets/tag/queue.js" */
/** @import {Outcome} from "../../annotate/ui/assets/tag/types.js" */

/**
 * @param {string} id
 * @param {Partial<Entry>} [fields]
 * @returns {Entry}
 */
const entry = (id, fields = {}) => ({ op: { id, kind: "add_span", span: span(id) }, client: "me", base: 0, ...fields })

/**
 * @param {FakeServer} server
 * @param {Partial<Hooks>} [hooks]
 */
function queueFor(server, hooks = {}) {
  const seen = {
    /** @type {Entry[]} */ saved: [],
    /** @type {string[]} */ states: [],
    /** @type {Outcome[]} */ outcomes: [],
    /** @type {(() => void)[]} */ timers: [],
    /** @type {number[]} */ waits: [],
  }
  const queue = new OperationQueue({
    send: async (client, base, ops) => server.handle(client, base, ops),
    save: (entries) => (seen.saved = [...entries]),
    onStatus: (status) => seen.states.push(status.state),
    onAnswer: (_sent, _answer, outcomes) => seen.outcomes.push(...outcomes),
    renew: async () => true,
    later: (action, ms) => {
      seen.timers.push(action)
      seen.waits.push(ms)
    },
    random: () => 0.5,
    ...hooks,
  })
  const tick = async () => {
    for (const action of seen.timers.splice(0)) action()
    await settle()
  }
  return { queue, seen, tick }
}

test("operations pushed together travel in one request, in order", async () => {
  const server = new FakeServer()
  const { queue, seen } = queueFor(server)
  queue.push([entry("1")])
  queue.push([entry("2"), entry("3")])
  await settle()
  assert.deepEqual(server.requests.map((request) => request.ops.map((op) => op.id)), [["1", "2", "3"]])
  assert.deepEqual(seen.saved, [])
  assert.equal(queue.status.state, "saved")
  assert.ok(seen.states.includes("saving"))
})

test("one request at a time: what comes meanwhile waits for the next", async () => {
  const server = new FakeServer()
  /** @type {(() => void)[]} */
  const gates = []
  const { queue } = queueFor(server, {
    send: async (client, base, ops) => {
      await new Promise((resolve) => gates.push(() => resolve(undefined)))
      return server.handle(client, base, ops)
    },
  })
  queue.push([entry("1")])
  await settle()
  queue.push([entry("2")])
  queue.push([entry("3")])
  await settle()
  assert.equal(gates.length, 1)
  gates.shift()?.()
  await settle()
  gates.shift()?.()
  await settle()
  assert.deepEqual(server.requests.map((request) => request.ops.map((op) => op.id)), [["1"], ["2", "3"]])
})

test("a lost acknowledgement leads to a resend that is applied once", async () => {
  const server = new FakeServer()
  let lost = 2
  const { queue, seen, tick } = queueFor(server, {
    send: async (client, base, ops) => {
      const answer = server.handle(client, base, ops)
      if (lost-- > 0) throw { status: 0, message: "lost" }
      return answer
    },
  })
  queue.push([entry("1"), entry("2")])
  await settle()
  assert.equal(queue.status.state, "offline")
  assert.equal(queue.status.waiting, 2)
  assert.deepEqual(seen.saved.map((item) => item.op.id), ["1", "2"], "kept while not acknowledged")
  await tick()
  await tick()
  assert.equal(queue.status.state, "saved")
  assert.deepEqual([...server.applied.values()], [1, 1])
  assert.deepEqual(seen.outcomes.map((outcome) => outcome.state), ["duplicate", "duplicate"])
})

test("without a connection the waits grow, and work goes on in order afterwards", async () => {
  const server = new FakeServer()
  let up = false
  const { queue, seen, tick } = queueFor(server, {
    send: async (client, base, ops) => {
      if (!up) throw { status: 0, message: "down" }
      return server.handle(client, base, ops)
    },
  })
  queue.push([entry("1")])
  await settle()
  for (let i = 0; i < 7; i++) await tick()
  assert.deepEqual(seen.waits.slice(0, 4), [500, 1000, 2000, 4000])
  assert.ok(Math.max(...seen.waits) <= 15000)
  queue.push([entry("2")])
  up = true
  queue.wake()
  await settle()
  assert.deepEqual([...server.applied.keys()], ["1", "2"])
  assert.equal(queue.status.state, "saved")
})

test("a timer that was overtaken does nothing", async () => {
  const server = new FakeServer()
  let up = false
  const { queue, seen, tick } = queueFor(server, {
    send: async (client, base, ops) => {
      if (!up) throw { status: 503, message: "down" }
      return server.handle(client, base, ops)
    },
  })
  queue.push([entry("1")])
  await settle()
  up = true
  queue.wake()
  await settle()
  await tick()
  assert.equal(server.requests.length, 1)
  assert.equal(seen.timers.length, 0)
})

test("the server's wish for a pause is kept", async () => {
  const { queue, seen } = queueFor(new FakeServer(), {
    send: async () => {
      throw { status: 429, message: "slower", retryAfter: 7 }
    },
  })
  queue.push([entry("1")])
  await settle()
  assert.deepEqual(seen.waits, [7000])
})

test("signed out: nothing is sent until the same person is back, nothing is lost", async () => {
  const server = new FakeServer()
  let signedIn = false
  const { queue, seen, tick } = queueFor(server, {
    send: async (client, base, ops) => {
      if (!signedIn) throw { status: 401, message: "Signed out" }
      return server.handle(client, base, ops)
    },
    renew: async () => signedIn,
  })
  queue.push([entry("1")])
  await settle()
  assert.equal(queue.status.state, "signedout")
  queue.push([entry("2")])
  await tick()
  assert.equal(server.requests.length, 0)
  assert.equal(seen.saved.length, 2)
  signedIn = true
  queue.wake()
  await settle()
  assert.deepEqual([...server.applied.keys()], ["1", "2"])
  assert.equal(queue.status.state, "saved")
})

test("an outdated token is renewed once; a second refusal is final", async () => {
  let renewed = 0
  const { queue, seen } = queueFor(new FakeServer(), {
    send: async () => {
      throw { status: 403, code: "forbidden", message: "Not yours" }
    },
    renew: async () => {
      renewed += 1
      return true
    },
  })
  queue.push([entry("1")])
  await settle()
  assert.equal(renewed, 1)
  assert.deepEqual(seen.outcomes, [{ id: "1", state: "refused", code: "forbidden", message: "Not yours", hint: undefined }])
  assert.equal(queue.status.waiting, 0)
})

test("a request refused as a whole is split until the bad operation stands alone", async () => {
  const server = new FakeServer()
  const { queue, seen } = queueFor(server, {
    send: async (client, base, ops) => {
      if (ops.some((op) => op.id === "bad")) throw { status: 400, code: "invalid", message: "Bad" }
      return server.handle(client, base, ops)
    },
  })
  queue.push(["1", "2", "bad", "3", "4"].map((id) => entry(id)))
  await settle()
  await settle()
  assert.deepEqual([...server.applied.keys()], ["1", "2", "3", "4"])
  assert.deepEqual(seen.outcomes.filter((outcome) => outcome.state === "refused").map((outcome) => outcome.id), ["bad"])
  assert.equal(queue.status.state, "saved")
})

test("a request holds one client's operations on one seen revision, 500 at most", async () => {
  const server = new FakeServer()
  const { queue } = queueFor(server)
  const many = Array.from({ length: 501 }, (_, i) => entry(`m${i}`, { base: 4 }))
  queue.push([entry("a", { client: "dead page", base: 2 }), entry("b", { base: 2 }), ...many])
  await settle()
  await settle()
  assert.deepEqual(
    server.requests.map(({ client, base, ops }) => [client, base, ops.length]),
    [["dead page", 2, 1], ["me", 2, 1], ["me", 4, 500], ["me", 4, 1]],
  )
})

test("what an earlier page left is sent first", async () => {
  const server = new FakeServer()
  const queue = new OperationQueue(
    {
      send: async (client, base, ops) => server.handle(client, base, ops),
      save: () => {},
      onStatus: () => {},
      onAnswer: () => {},
      renew: async () => true,
    },
    [entry("left")],
  )
  queue.push([entry("new")])
  await settle()
  assert.deepEqual([...server.applied.keys()], ["left", "new"])
})

test("a stopped queue hands its entries over and is silent", async () => {
  const server = new FakeServer()
  const { queue, seen, tick } = queueFor(server, {
    send: async () => {
      throw { status: 0 }
    },
  })
  queue.push([entry("1")])
  await settle()
  const states = seen.states.length
  assert.deepEqual(queue.stop().map((item) => item.op.id), ["1"])
  await tick()
  assert.equal(seen.states.length, states)
})
