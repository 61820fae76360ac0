import assert from "node:assert/strict"
import test from "node:test"
import { floorOf, heightOf, pieces } from "../../annotate/ui/assets/agreement/chart.js"

test("a line is interrupted where a figure is not defined", () => {
  assert.deepEqual(pieces([0.5, 0.6, null, 0.7, null, null, 0.1, 0.2]), [[0, 1], [3], [6, 7]])
  assert.deepEqual(pieces([null, null]), [])
  assert.deepEqual(pieces([]), [])
})

test("the scale begins at nothing, or below it where figures do", () => {
  assert.equal(floorOf([0.2, null, 1]), 0)
  assert.equal(floorOf([-0.1, 0.4]), -0.5)
  assert.equal(floorOf([-0.7]), -1)
  assert.equal(floorOf([null]), 0)
})

test("more agreement stands higher", () => {
  assert.ok(heightOf(1, 0) < heightOf(0.5, 0))
  assert.ok(heightOf(0.5, 0) < heightOf(0, 0))
  assert.equal(heightOf(-0.5, -0.5), heightOf(0, 0))
})
