/**
 * Looks at scenes as somebody would who sees little, hears the window read out, or needs it large: `npm run gallery -- --axe
 * [part of a scene's name…]`. Each is loaded once and looked at in four ways. A run without parts of names writes its table
 * into docs/accessibility.md; `--every=3` looks at every third.
 */
import type { Page } from '@playwright/test'
import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { outOfReach, overflows, violations } from './findings.ts'
import { onScene, root, type Stage } from './stage.ts'

const WIDE = { width: 1_200, height: 760 }
/** What 200 % leaves of the wide window, in the pixels that a page counts in. */
const ZOOMED = { width: 600, height: 380 }

/** What stands above each column, and how it is looked at. In this order, in one page. */
const ways: Readonly<Record<string, (page: Page) => Promise<string[]>>> = {
  light: (page) => violations(page),
  dark: async (page) => {
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.evaluate(painted)
    // In the dark only colours are other than in the light.
    return violations(page, ['color-contrast'])
  },
  'forced colours': async (page) => {
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' })
    await page.evaluate(painted)
    return violations(page, ['color-contrast'])
  },
  '200 %': async (page) => {
    await page.emulateMedia({ forcedColors: 'none' })
    await page.setViewportSize(ZOOMED)
    // Lists that are drawn only where they are seen need a moment for the new size.
    await page.waitForTimeout(250)
    return [...(await overflows(page)), ...(await outOfReach(page))]
  },
}

/** Resolves when the page was drawn once more and no colour is on its way to another. Runs in the page. */
async function painted(): Promise<void> {
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
  await Promise.allSettled(ending.map((one) => one.finished))
}

type Found = Readonly<Record<string, readonly string[]>>

async function lookAt(stage: Stage, name: string): Promise<Found> {
  const found: Record<string, string[]> = { loading: [] }
  await onScene(stage, name, { viewport: WIDE, colorScheme: 'light' }, (what) => found['loading']?.push(what), async (page) => {
    for (const [way, look] of Object.entries(ways)) found[way] = await look(page)
  }).catch((error: unknown) => found['loading']?.push(`not looked at to the end: ${String(error).split('\n')[0]}`))
  return found
}

/** Looks at each, some at a time; how many findings there were in all. */
export async function checkAccess(stage: Stage, names: readonly string[], isReport: boolean): Promise<number> {
  const all = new Map<string, Found>()
  const left = [...names]
  let failed = 0
  const walk = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const found = await lookAt(stage, name)
      all.set(name, found)
      const lines = Object.entries(found).flatMap(([way, what]) => what.map((one) => `NOT OK ${name}, ${way}: ${one}`))
      failed += lines.length
      console.log(lines.length === 0 ? `ok ${name}` : lines.join('\n'))
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, walk))
  const table = tableOf(all)
  console.log(`\n${table}`)
  if (isReport) await intoReport(table)
  return failed
}

/** A row for each place of the window: the first word of a scene's name. */
function tableOf(all: ReadonlyMap<string, Found>): string {
  const columns = Object.keys(ways)
  const places = Map.groupBy([...all].toSorted(([one], [other]) => one.localeCompare(other)), ([name]) => name.split('-')[0] ?? name)
  const row = (place: string, of: readonly [string, Found][]): string => {
    const sums = columns.map((way) => of.reduce((sum, [, found]) => sum + (found[way]?.length ?? 0), 0))
    return `| ${[place, of.length, ...sums].join(' | ')} |`
  }
  return [
    `| scenes of | scenes | ${columns.join(' | ')} |`,
    `|---|${'---:|'.repeat(columns.length + 1)}`,
    ...[...places].map(([place, of]) => row(place, of)),
    row('**all**', [...all]),
  ].join('\n')
}

async function intoReport(table: string): Promise<void> {
  const path = join(root, 'docs/accessibility.md')
  const report = await readFile(path, 'utf8')
  await writeFile(path, report.replace(/(<!-- table -->\n)[^]*?(<!-- \/table -->)/, (_, open: string, close: string) => `${open}\n${table}\n\n${close}`))
}
