import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { takePictures } from './display.ts'

const SIZES = { wide: { width: 1_200, height: 760 }, narrow: { width: 400, height: 760 } } as const

export interface LookOptions {
  /** Electron opens no second page, in which axe would put its results together. */
  readonly inElectron?: boolean
  /** Of the window as it stands, where its size is the system's. */
  readonly asItStands?: boolean
}

/** Keeps pictures of what is shown, wide and narrow, light and dark, and lets axe look for what somebody could not use. */
export async function look(page: Page, name: string, options: LookOptions = {}): Promise<void> {
  await page.evaluate(() => document.fonts.ready)
  if (options.asItStands === true) await takePictures(page, name)
  else {
    for (const size of ['narrow', 'wide'] as const) {
      await page.setViewportSize(SIZES[size])
      await takePictures(page, `${name}-${size}`)
    }
  }
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.evaluate(settled)
    // In the dark only colours are other than in the light.
    const rules = colorScheme === 'dark' ? ['color-contrast'] : []
    expect.soft(await violations(page, rules, options), `${name}, ${colorScheme}`).toEqual([])
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null })
}

/** Resolves when no colour is on its way to another. Runs in the page. */
async function settled(): Promise<void> {
  const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
  await Promise.allSettled(ending.map((one) => one.finished))
}

async function violations(page: Page, rules: string[], { inElectron = false }: LookOptions): Promise<string[]> {
  const axe = new AxeBuilder({ page })
    .setLegacyMode(inElectron)
    // What keeps the focus inside a menu: it holds nothing, and passes the focus on at once.
    .exclude('[data-base-ui-focus-guard]')
  // A menu is mounted beside the page, and a landmark of its own would only be in the way.
  if (rules.length > 0) axe.withRules(rules)
  else if ((await page.getByRole('menu').count()) > 0) axe.disableRules(['region'])
  const found = await axe.analyze()
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}
