import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MiB } from '../../../src/shared/units.ts'
import { createAccount, LATCH, start, withPage, type App } from '../electron-app.ts'
import { ratio, type Figure } from '../report.ts'
import { interleave, summarize } from '../stats.ts'

const ROUNDS = 6
const WARM_UP = 1
/** Long enough for every process of the app to have settled. */
const SETTLE_MS = 2_000

/**
 * The desktop app with an account, from `spawn` to a window that can be used, beside an Electron with one empty window;
 * and the memory of all their processes (PSS: what they share is counted once).
 */
export async function window(): Promise<Figure[]> {
  const { executable } = JSON.parse(process.env['LATCH_ELECTRON'] ?? '{}') as { executable?: string }
  if (executable === undefined) throw new Error('run this suite through npm run bench -- window')
  const folder = await mkdtemp(join(tmpdir(), 'latch-bench-'))
  const empty = await emptyApp(folder)
  const pss: Record<'latch' | 'empty', number[]> = { latch: [], empty: [] }

  const measure = async (which: 'latch' | 'empty'): Promise<number> => {
    const app = start(executable, which === 'latch' ? LATCH : empty, join(folder, which))
    try {
      const ms = await untilUsable(app, which === 'latch' ? '[aria-current="page"]' : 'h1')
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
      pss[which].push((await pssBytes(app.child.pid)) / MiB)
      return ms
    } finally {
      app.child.kill('SIGTERM')
      await once(app.child, 'exit')
    }
  }

  try {
    await nameTheAccount(executable, folder)
    const took = await interleave({ latch: () => measure('latch'), empty: () => measure('empty') }, ROUNDS, WARM_UP)
    const suite = 'window'
    return [
      { suite, what: 'empty Electron window, start to shown', unit: 'ms', summary: took.empty },
      { suite, what: 'Latch, start to a window that can be used', unit: 'ms', summary: took.latch, ...ratio(took.latch, took.empty, 'empty window'), goal: '≤ 1 s' },
      { suite, what: 'empty Electron window, memory of all processes (PSS)', unit: 'MiB', summary: summarize(pss.empty) },
      { suite, what: 'Latch, memory of all processes (PSS)', unit: 'MiB', summary: summarize(pss.latch), ...ratio(summarize(pss.latch), summarize(pss.empty), 'empty window') },
    ]
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

function untilUsable(app: App, selector: string): Promise<number> {
  return withPage(app, async (page) => {
    await page.waitForSelector(selector)
    return performance.now() - app.startMs
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

/** Over the process and all below it. NaN where the system does not tell. */
async function pssBytes(root: number | undefined): Promise<number> {
  if (root === undefined || process.platform !== 'linux') return Number.NaN
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '') : ''
    const parent = /\) \S (\d+)/.exec(stat)?.[1]
    if (parent !== undefined) parents.set(Number(name), Number(parent))
  }
  const isBelow = (pid: number | undefined): boolean => pid !== undefined && (pid === root || isBelow(parents.get(pid)))
  let total = 0
  for (const pid of parents.keys()) {
    if (!isBelow(pid)) continue
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
    total += Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024
  }
  return total
}
