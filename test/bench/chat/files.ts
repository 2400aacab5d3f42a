import { spawn } from 'node:child_process'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomFillSync } from 'node:crypto'
import { GiB, MiB } from '../../../src/shared/units.ts'
import { findElectron } from '../../../scripts/electron.mjs'
import { Remote } from '../../lab/remote.ts'
import { ratio, type Figure } from '../report.ts'
import { watching, type Taken } from '../sites/watching.ts'
import type { Size } from '../size.ts'
import { summarize } from '../stats.ts'
import type { Fetched, FileHome, FileHomeCalls } from './file-home.ts'
import type { HyperFar, HyperRelay } from '../reach/hyper.ts'
import type { FileHyperCalls } from './file-hyper.ts'
import type { FileTlsCalls } from './file-tls.ts'

const suite = 'chat'
const LONG_MS = 600_000
const measured = { quick: { bytes: 128 * MiB, rounds: 2 }, whole: { bytes: GiB, rounds: 3 } }

/** Of it as much less is sent, as it takes ten times as long and its speed is the same throughout. */
const HYPER_PART = 4

/** What runs the two devices and the two ends of TLS. */
interface Runtime {
  readonly name: 'Node' | 'Electron'
  readonly path: string
  readonly env: NodeJS.ProcessEnv
}

/**
 * One large file from one device to another over loopback, beside as many bytes over raw TLS 1.3 and over hyperdht in the
 * same run, each in turn; once more in Electron, where there is one, against raw TLS in Electron. Latch reads it from the disk, hashes it,
 * writes it and flushes it; the others send out of memory into nothing.
 */
export async function files(size: Size): Promise<Figure[]> {
  const inNode: Runtime = { name: 'Node', path: process.execPath, env: process.env }
  const electron = await findElectron({ forTests: true })
  const others: Runtime[] =
    'why' in electron ? [] : [{ name: 'Electron', path: join(electron.dist, 'electron'), env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } }]
  const figures: Figure[] = []
  for (const runtime of [inNode, ...others]) figures.push(...(await filesIn(runtime, size)))
  return figures
}

async function filesIn(runtime: Runtime, size: Size): Promise<Figure[]> {
  const { bytes, rounds } = measured[size]
  const folder = await mkdtemp(join(tmpdir(), 'latch-bench-files-'))
  const started: Remote<unknown>[] = []
  async function program<Api>(file: string, orders: object, { path, env }: Omit<Runtime, 'name'> = runtime): Promise<Remote<Api>> {
    const options = process.env['LATCH_BENCH_EXEC']?.split(' ') ?? []
    const args = ['--no-warnings', ...options, join(import.meta.dirname, file), JSON.stringify(orders)]
    const one = await Remote.start<Api>(file, spawn(path, args, { stdio: ['pipe', 'pipe', 'inherit'], env }))
    started.push(one)
    return one
  }
  const node = { path: process.execPath, env: process.env }
  try {
    const path = join(folder, 'large.bin')
    await largeFile(path, bytes)
    const ada = await program<FileHomeCalls>('file-home.ts', { folder: join(folder, 'ada') })
    const bea = await program<FileHomeCalls>('file-home.ts', { folder: join(folder, 'bea') })
    const [giver, taker] = [await program<FileTlsCalls>('file-tls.ts', {}), await program<FileTlsCalls>('file-tls.ts', {})]
    const relay = (await program<unknown>('../reach/hyper.ts', { role: 'relay' }, node)).ready as HyperRelay
    const far = (await program<unknown>('../reach/hyper.ts', { role: 'far', ...relay }, node)).ready as HyperFar
    const hyper = await program<FileHyperCalls>('file-hyper.ts', { ...relay, ...far }, node)
    await bea.call('meet', ada.ready as FileHome)
    const staged = await ada.call('stage', { path }, LONG_MS)
    const latch: { fetched: Fetched; taken: readonly Taken[] }[] = []
    const [tls, dht]: [number[], number[]] = [[], []]
    // One round in vain: memory that is taken once is not what is looked for.
    for (let made = 0; made < rounds + 1; made++) {
      const { value, taken } = await watching([ada.process.pid ?? 0, bea.process.pid ?? 0], () => bea.call('fetch', { offer: staged.offer }, LONG_MS))
      const raw = await taker.call('fetch', { port: giver.ready as number, bytes }, LONG_MS)
      const byHyper = (await hyper.call('send', { bytes: bytes / HYPER_PART }, LONG_MS)) * HYPER_PART
      if (made === 0) continue
      latch.push({ fetched: value, taken })
      tls.push(raw)
      dht.push(byHyper)
    }
    return figuresOf(runtime, bytes, staged.ms, latch, tls, dht)
  } finally {
    for (const one of started) await one.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

function figuresOf({ name }: Runtime, bytes: number, stagedMs: number, latch: readonly { fetched: Fetched; taken: readonly Taken[] }[], tls: readonly number[], dht: readonly number[]): Figure[] {
  const speed = (ms: readonly number[]) => summarize(ms.map((one) => bytes / 1e3 / one))
  const [ours, raw, hyper] = [speed(latch.map(({ fetched }) => fetched.ms)), speed(tls), speed(dht)]
  const what = `${name}, file of ${bytes / MiB} MiB`
  const ends = ['sender', 'receiver'].map((end, at) => ({ end, taken: latch.flatMap(({ taken }) => taken[at] ?? []) }))
  return [
    { suite, what: `${what}: raw TLS 1.3`, unit: 'MB/s', summary: raw },
    { suite, what: `${what}: hyperdht, in Node`, unit: 'MB/s', summary: hyper, ...ratio(hyper, raw, 'raw TLS') },
    { suite, what: `${what}: Latch, disk to disk, verified`, unit: 'MB/s', summary: ours, ...ratio(ours, raw, 'raw TLS'), goal: '≥ 0.3 × raw TLS' },
    { suite, what: `${what}: Latch beside hyperdht`, unit: 'MB/s', summary: ours, ...ratio(ours, hyper, 'hyperdht'), goal: '≥ 2 × hyperdht' },
    { suite, what: `${what}: made ready (hashed)`, unit: 'MB/s', summary: speed([stagedMs]) },
    { suite, what: `${what}: event loop of the receiver, p99`, unit: 'ms', summary: summarize(latch.map(({ fetched }) => fetched.delayP99Ms)) },
    ...ends.flatMap(({ end, taken }): Figure[] => [
      { suite, what: `${what}: the ${end}, memory at most`, unit: 'MiB', summary: summarize(taken.map(({ mostMiB }) => mostMiB)) },
      { suite, what: `${what}: the ${end}, processor`, unit: '% of a core', summary: summarize(taken.map(({ processor }) => processor)) },
    ]),
  ]
}

async function largeFile(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'wx')
  const piece = Buffer.alloc(8 * MiB)
  try {
    for (let at = 0; at < bytes; at += piece.byteLength) {
      randomFillSync(piece)
      await file.write(piece, 0, Math.min(piece.byteLength, bytes - at))
    }
  } finally {
    await file.close()
  }
}
