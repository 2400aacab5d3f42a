import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** What axe finds, one line for each rule. `rules`: only those. */
export async function violations(page: Page, rules: readonly string[] = []): Promise<string[]> {
  const axe = new AxeBuilder({ page })
    // A scene has no frames, and a second page to put results together in costs as much as looking.
    .setLegacyMode()
    // What keeps the focus inside a menu: it holds nothing, and passes the focus on at once.
    .exclude('[data-base-ui-focus-guard]')
  // A menu is mounted beside the page, and a landmark of its own would only be in the way.
  if (rules.length > 0) axe.withRules([...rules])
  else if ((await page.getByRole('menu').count()) > 0) axe.disableRules(['region'])
  return (await axe.analyze()).violations.map(({ id, nodes }) => {
    const [first] = nodes
    return `axe ${id} at ${first?.target.join(' ')} (${first?.failureSummary?.split('\n')[1]?.trim()})`
  })
}

/** What can be scrolled sideways, or makes the window longer than it is: nothing in this window should. */
export function overflows(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = [...document.querySelectorAll('*')].filter((element) => {
      const { overflowX } = getComputedStyle(element)
      return (overflowX === 'auto' || overflowX === 'scroll') && element.scrollWidth > element.clientWidth + 1
    })
    const { scrollHeight, clientHeight } = document.body
    const nameOf = (element: Element): string => `${element.tagName.toLowerCase()}.${element.className}`
    const named = wide.map((element) => `${nameOf(element)} scrolls sideways`)
    if (scrollHeight <= clientHeight + 1) return named
    const low = [...document.querySelectorAll('*')].filter(
      (element) =>
        getComputedStyle(element).position === 'absolute' && element.getBoundingClientRect().bottom > clientHeight + 1,
    )
    const long = `the window is ${scrollHeight - clientHeight} px too long`
    return [...named, `${long}: ${low.map(nameOf).join(', ') || 'of what stands in the flow'}`]
  })
}

/** What can be worked with and lies where neither eye nor wheel gets: clipped away, with nothing around it that scrolls there. */
export function outOfReach(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const worked = 'button, a[href], input, select, textarea, [role="switch"], [role="tab"], [role="option"], [tabindex="0"]'
    const seen = (element: Element): boolean =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && element.closest('.visually-hidden, [inert], [aria-hidden="true"]') === null
    const clipped = (element: Element): string | null => {
      // What waits above the window until the focus comes to it, as the way past the rail does.
      if (getComputedStyle(element).position === 'fixed') return null
      const { left, right, top, bottom, width, height } = element.getBoundingClientRect()
      // A field of a switch or a radio is a point behind what is drawn for it.
      if (width <= 1 || height <= 1) return null
      const scrolls = { x: false, y: false }
      for (let one = element.parentElement; one !== null; one = one.parentElement) {
        const { overflowX, overflowY, position } = getComputedStyle(one)
        const box = one === document.body ? { left: 0, top: 0, right: innerWidth, bottom: innerHeight } : one.getBoundingClientRect()
        const beside = right <= box.left + 1 || left >= box.right - 1
        const below = bottom <= box.top + 1 || top >= box.bottom - 1
        if (overflowX === 'auto' || overflowX === 'scroll') scrolls.x = true
        else if (overflowX !== 'visible' && !scrolls.x && beside) return 'beside what is shown'
        if (overflowY === 'auto' || overflowY === 'scroll') scrolls.y = true
        else if (overflowY !== 'visible' && !scrolls.y && below) return 'below or above what is shown'
        if (position === 'fixed') break
      }
      return null
    }
    const found: string[] = []
    for (const element of document.querySelectorAll(worked)) {
      const how = seen(element) ? clipped(element) : null
      const name = element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40)
      if (how !== null) found.push(`${element.tagName.toLowerCase()} “${name}” lies ${how}`)
    }
    return found
  })
}
