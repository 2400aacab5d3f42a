import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MiB, SECOND } from '../../../src/shared/units.ts'
import { createAccount, LATCH, start, withPage, type App } from '../electron-app.ts'
import { ratio, type Figure } from '../report.ts'
import type { Size } from '../size.ts'
import { interleave, summarize } from '../stats.ts'
import { activityOf, processesOf, pssBytes, type Kind } from '../window/processes.ts'

const suite = 'window'
const ROUNDS = 6
const WARM_UP = 1
/** Long enough for every process of the app to have settled. */
const SETTLE_MS = 2 * SECOND
const rests = { quick: { rounds: 1, lastsMs: 3 * SECOND }, whole: { rounds: 3, lastsMs: 30 * SECOND } }

type Which = 'latch' | 'empty'
const kinds = ['main', 'renderer', 'gpu'] as const satisfies readonly Kind[]

/** Of one app, over all its starts. */
class Seen {
  readonly painted: number[] = []
  readonly pss: number[] = []
  readonly of: Record<(typeof kinds)[number], number[]> = { main: [], renderer: [], gpu: [] }
  readonly processorPercent: number[] = []
  readonly wakeUps: number[] = []
}

/**
 * The desktop app with an account, from `spawn` to its first paint and to a window that can be used, beside an Electron
 * with one empty window; the memory of all their processes (PSS: what they share is counted once); and what they do
 * when nobody does anything.
 */
export async function window(size: Size): Promise<Figure[]> {
  const { executable } = JSON.parse(process.env['LATCH_ELECTRON'] ?? '{}') as { executable?: string }
  if (executable === undefined) throw new Error('run this suite through npm run bench -- window')
  const folder = await mkdtemp(join(tmpdir(), 'latch-bench-'))
  const apps = { latch: LATCH, empty: await emptyApp(folder) }
  const seen: Record<Which, Seen> = { latch: new Seen(), empty: new Seen() }

  const measure = async (which: Which, look: (app: App) => Promise<void>): Promise<number> => {
    const app = start(executable, apps[which], join(folder, which))
    try {
      const { usableMs, paintedMs } = await untilUsable(app, which === 'latch' ? '[aria-current="page"]' : 'h1')
      seen[which].painted.push(paintedMs)
      await look(app)
      return usableMs
    } finally {
      app.child.kill('SIGTERM')
      await once(app.child, 'exit')
    }
  }
  const weigh = (which: Which) => (app: App) => memory(app, seen[which])
  const rest = (which: Which) => (app: App) => atRest(app, seen[which], rests[size].lastsMs)

  try {
    await nameTheAccount(executable, folder)
    const took = await interleave(
      { latch: () => measure('latch', weigh('latch')), empty: () => measure('empty', weigh('empty')) },
      ROUNDS,
      WARM_UP,
    )
    const painted = { latch: summarize(seen.latch.painted.slice(WARM_UP)), empty: summarize(seen.empty.painted.slice(WARM_UP)) }
    await interleave({ latch: () => measure('latch', rest('latch')), empty: () => measure('empty', rest('empty')) }, rests[size].rounds, 0)
    const beside = (what: string, unit: Figure['unit'], of: Record<Which, ReturnType<typeof summarize>>, goal?: string): Figure[] => [
      { suite, what: `empty Electron window, ${what}`, unit, summary: of.empty },
      { suite, what: `Latch, ${what}`, unit, summary: of.latch, ...ratio(of.latch, of.empty, 'empty window'), ...(goal === undefined ? {} : { goal }) },
    ]
    const both = (of: (one: Seen) => readonly number[]) => ({ latch: summarize(of(seen.latch)), empty: summarize(of(seen.empty)) })
    return [
      ...beside('start to its first paint', 'ms', painted, '≤ 2 ×'),
      ...beside('start to a window that can be used', 'ms', took, '≤ 1 s'),
      ...beside('memory of all processes (PSS)', 'MiB', both(({ pss }) => pss), '≤ 1.6 ×'),
      ...kinds.flatMap((kind) => beside(`memory of its ${kind} process (PSS)`, 'MiB', both(({ of }) => of[kind]))),
      ...beside('at rest, of one processor', '%', both(({ processorPercent }) => processorPercent)),
      ...beside('at rest, wake-ups of all its threads', '/s', both(({ wakeUps }) => wakeUps)),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function memory(app: App, seen: Seen): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  const processes = await processesOf(app.child.pid)
  seen.pss.push((await pssBytes(processes)) / MiB)
  for (const kind of kinds) seen.of[kind].push((await pssBytes(processes.filter((one) => one.kind === kind))) / MiB)
}

/** Nothing watches the page meanwhile: a debugger that is attached wakes it. */
async function atRest(app: App, seen: Seen, lastsMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5 * SETTLE_MS))
  const processes = await processesOf(app.child.pid)
  const before = await activityOf(processes)
  const startMs = performance.now()
  await new Promise((resolve) => setTimeout(resolve, lastsMs))
  const after = await activityOf(processes)
  const tookMs = performance.now() - startMs
  seen.processorPercent.push(((after.processorMs - before.processorMs) / tookMs) * 100)
  seen.wakeUps.push(((after.waits - before.waits) / tookMs) * SECOND)
}

function untilUsable(app: App, selector: string): Promise<{ usableMs: number; paintedMs: number }> {
  return withPage(app, async (page) => {
    await page.waitForSelector(selector)
    const usableMs = performance.now() - app.startMs
    const paintedAtMs = await page.evaluate(() => {
      const [paint] = performance.getEntriesByName('first-contentful-paint')
      return paint === undefined ? Number.NaN : performance.timeOrigin + paint.startTime
    })
    return { usableMs, paintedMs: paintedAtMs - performance.timeOrigin - app.startMs }
  })
}

/** The account that every later start finds. Without the demonstration peer, which has a start of its own. */
async function nameTheAccount(executable: string, folder: string): Promise<void> {
  const app = start(executable, LATCH, join(folder, 'latch'))
  await withPage(app, (page) => createAccount(page, 'Ana'))
  app.child.kill('SIGTERM')
  await once(app.child, 'exit')
}

async function emptyApp(folder: string): Promise<string> {
  const app = join(folder, 'empty-app')
  await mkdir(app)
  const main = `
    import { app, BrowserWindow } from 'electron'
    app.setPath('userData', process.env.LATCH_DATA)
    app.whenReady().then(() => {
      globalThis.kept = new BrowserWindow({ width: 1120, height: 760 })
      globalThis.kept.loadURL('data:text/html,<title>Empty</title><h1>Empty</h1>')
    })
  `
  await writeFile(join(app, 'package.json'), '{"name":"empty","version":"1.0.0","type":"module","main":"main.js"}')
  await writeFile(join(app, 'main.js'), main)
  return app
}
