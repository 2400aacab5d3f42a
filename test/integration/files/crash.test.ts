import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { delay, systemClock } from '../../../src/main/platform/clock.ts'
import type { FileOffer } from '../../../src/shared/model/files.ts'
import type { Orders } from './crashing.ts'
import { noiseOf } from './file-town.ts'

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const CRASHES = Number(process.env['CRASHES'] ?? 10)
const BYTES = 200_000_000
afterAll(() => console.info(`a transfer of which both sides are ended: seed ${SEED}`))

function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 8) % below
  }
}

interface Life {
  readonly child: ChildProcess
  /** Its next line; null: it ended. */
  readonly says: () => Promise<Record<string, unknown> | null>
}

function begin(orders: Orders): Life {
  const script = fileURLToPath(new URL('crashing.ts', import.meta.url))
  const child = spawn(process.execPath, ['--no-warnings', script, JSON.stringify(orders)], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    child,
    async says() {
      const { value, done } = await lines.next()
      return done === true ? null : (JSON.parse(value) as Record<string, unknown>)
    },
  }
}

async function end({ child }: Life): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const over = once(child, 'exit')
  child.kill('SIGKILL')
  await over
}

test('whenever either side is ended, the transfer goes on, and what comes out is what was sent', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latch-files-crash-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const random = randomOf(SEED)
  const bytes = noiseOf(BYTES, SEED)
  const path = join(folder, 'film.bin')
  await writeFile(path, bytes)
  const orders = { path, port: 0, offer: null, folder: join(folder, 'giver'), role: 'giver' } as const
  let giver = begin(orders)
  const { port, offer } = (await giver.says()) as { port: number; offer: FileOffer }
  const taking = { ...orders, role: 'taker', folder: join(folder, 'taker'), port, offer } as const
  let taker = begin(taking)
  await taker.says()
  let whole = taker.says()
  for (let crash = 0; crash < CRASHES; crash++) {
    const won = await Promise.race([whole, delay(systemClock, random(900), new AbortController().signal).then(() => 'crash')])
    if (won !== 'crash') break
    if (random(2) === 0) {
      await end(giver)
      giver = begin({ ...orders, port })
      await giver.says()
    } else {
      await end(taker)
      taker = begin(taking)
      const first = await taker.says()
      whole = first !== null && 'done' in first ? Promise.resolve(first) : taker.says()
    }
  }
  const said = await whole
  expect(said).toHaveProperty('done')
  const done = String(said?.['done'])
  expect(Buffer.compare(await readFile(done), bytes)).toBe(0)
  expect(await readdir(join(folder, 'taker', 'downloads'))).toEqual([basename(done)])
  await end(giver)
  await end(taker)
}, 240_000)
