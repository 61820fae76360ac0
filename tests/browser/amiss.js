// What stands out of the window sideways, and what lies over something else, of all that is seen.
() => {
  const found = []
  const wide = document.documentElement
  if (wide.scrollWidth > innerWidth) found.push(`the page is ${wide.scrollWidth} wide`)
  const main = document.querySelector("[data-testid=stMain]")
  if (main && main.scrollWidth > main.clientWidth) found.push(`its content is ${main.scrollWidth} wide`)
  const top = document.querySelector(".cd-top")
  if (top && top.scrollWidth > top.clientWidth) found.push("the header overflows")
  const shown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  const things = [...document.querySelectorAll("main button, main a, main input:not([type=checkbox]), main h1, main h2, main h3, .cd-top a, .cd-top button")]
    .filter((one) => shown(one) && !one.closest(".sr, [aria-hidden=true], [data-testid=stSkeleton]"))
  const boxes = things.map((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect()
    return { one, left, right, top, bottom }
  }).filter((box) => box.right - box.left > 2 && box.bottom - box.top > 2)
  const called = (one) => `${one.tagName} ${(one.textContent || one.getAttribute("aria-label") || one.className).trim().slice(0, 30)}`
  // What a region of its own scrolls or clips is no business of the page's.
  const clipped = (one) => {
    for (let at = one.parentElement; at && at !== main && at !== document.body; at = at.parentElement) {
      if (getComputedStyle(at).overflowX !== "visible") return true
    }
    return false
  }
  for (const { one, left, right } of boxes) {
    if ((right > innerWidth + 1 || left < -1) && !clipped(one)) found.push(`${called(one)} stands out`)
  }
  for (const [n, a] of boxes.entries()) {
    for (const b of boxes.slice(n + 1)) {
      const nested = a.one.contains(b.one) || b.one.contains(a.one)
      const field = (box) => box.one.parentElement?.closest("[role=group], .day, .in, .search, [data-testid=stTextInputRootElement]")
      if (nested || clipped(a.one) || clipped(b.one) || (field(a) && field(a) === field(b))) continue
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left)
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
      if (across > 2 && down > 2) found.push(`${called(a.one)} lies over ${called(b.one)}`)
    }
  }
  return found
}
