/**
 * A UUIDv7 (RFC 9562, section 5.7): time-ordered, made without coordination.
 *
 * @param {number} [now] Milliseconds since the epoch.
 * @returns {string}
 */
export function newId(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  let rest = now
  for (let i = 5; i >= 0; i--) {
    bytes[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  bytes[6] = (/** @type {number} */ (bytes[6]) & 0x0f) | 0x70
  bytes[8] = (/** @type {number} */ (bytes[8]) & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-")
}
