import { expect, test } from '@playwright/test'
import { openViewHost, type ViewHostWindow } from '../../helpers/view-host.ts'

/*
 * A page that does something without end, in a real window: its process ends, the window's goes on, and it loads again.
 *
 * What Electron tells nothing of (`UNTOLD`: channels, locks) is not among it: the pages wait then (desktop/site-views/stalls.ts),
 * and how long Chromium deals with what they had asked by then depends on the machine: seconds on one that is busy with other things.
 */

test.setTimeout(240_000)

const PAGE = 'peer://alice.peer/floods.html'

let window: ViewHostWindow
test.afterEach(() => window.close())

/** How late the main process's own loop is meanwhile, at worst; it is reported, and depends on the machine. */
async function latenessOf(run: () => Promise<void>): Promise<number> {
  await window.within(() => {
    const felt = { worstMs: 0, lastMs: performance.now(), timer: undefined as NodeJS.Timeout | undefined }
    felt.timer = setInterval(() => {
      const nowMs = performance.now()
      felt.worstMs = Math.max(felt.worstMs, nowMs - felt.lastMs - 10)
      felt.lastMs = nowMs
    }, 10)
    Reflect.set(globalThis, 'felt', felt)
  })
  await run()
  return window.within(() => {
    const { timer, worstMs } = Reflect.get(globalThis, 'felt') as { timer: NodeJS.Timeout; worstMs: number }
    clearInterval(timer)
    return Math.round(worstMs)
  })
}

async function floods(which: 'TOLD'): Promise<void> {
  window = await openViewHost(test.info().outputPath('data'))
  const quiet = await window.open(PAGE, { partition: 'quiet' })
  for (const name of await window.run<string[]>(quiet, `Object.keys(${which})`)) {
    await test.step(name, async () => {
      const view = await window.open(PAGE)
      const worstMs = await latenessOf(async () => {
        await window.run(view, `setTimeout(() => ${which}['${name}']()); 0`, true)
        await expect.poll(() => window.told(view, 'failed'), { timeout: 60_000 }).toEqual([['too-much', 'killed']])
      })
      test.info().annotations.push({ type: 'late', description: `${name}: ${worstMs} ms` })
      expect(await window.run(quiet, 'document.title')).toBe('Floods')
      await window.load(view, PAGE)
      expect(await window.run(view, 'document.title')).toBe('Floods')
      await window.act(view, 'close')
    })
  }
}

test('a page that has the main process hear of something without end is ended, whatever it is', () => floods('TOLD'))
