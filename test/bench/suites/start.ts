import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MiB } from '../../../src/shared/units.ts'
import { ratio, type Figure } from '../report.ts'
import { interleave, summarize } from '../stats.ts'

const ROUNDS = 12
const WARM_UP = 2
const ROOT = join(import.meta.dirname, '../../..')

/**
 * The built headless node, from `spawn` to the line that says where its window opens (an account exists, the node
 * listens, the contract is served), beside a bare Node that starts and says a word. And the memory it then holds.
 */
export async function start(): Promise<Figure[]> {
  const entry = join(ROOT, 'out/main/headless.js')
  if (!existsSync(entry)) throw new Error('out/main/headless.js is not built')
  const dataFolder = await mkdtemp(join(tmpdir(), 'latch-bench-'))
  const rss: number[] = []
  const run = (args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(dataFolder, 'compile-cache') },
    })
  try {
    const took = await interleave(
      {
        latch: async () => {
          const child = run([entry, '--data', dataFolder, '--name', 'Ana', '--listen', '/ip4/127.0.0.1/tcp/0', '--no-lan', '--no-demo'])
          const ms = await untilFirstWord(child)
          rss.push((await residentBytes(child)) / MiB)
          child.kill('SIGTERM')
          await once(child, 'exit')
          return ms
        },
        node: async () => {
          const child = run(['-e', 'console.log("here")'])
          const ms = await untilFirstWord(child)
          if (child.exitCode === null) await once(child, 'exit')
          return ms
        },
      },
      ROUNDS,
      WARM_UP,
    )
    const suite = 'start'
    return [
      { suite, what: 'bare Node, start to its first word', unit: 'ms', summary: took.node },
      { suite, what: 'headless node, start to usable', unit: 'ms', summary: took.latch, ...ratio(took.latch, took.node, 'bare Node'), goal: '≤ 100 ms' },
      { suite, what: 'headless node, memory when usable (RSS)', unit: 'MiB', summary: summarize(rss) },
    ]
  } finally {
    await rm(dataFolder, { recursive: true, force: true })
  }
}

async function untilFirstWord(child: ChildProcess): Promise<number> {
  const startMs = performance.now()
  if (child.stdout === null) throw new Error('no standard output')
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => {
      throw new Error(`it ended before its first word, with code ${child.exitCode}`)
    }),
  ])
  return performance.now() - startMs
}

/** Linux tells in /proc; elsewhere the figure is not taken. */
async function residentBytes(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
  const kib = /VmRSS:\s+(\d+) kB/.exec(status)?.[1]
  return kib === undefined ? Number.NaN : Number(kib) * 1024
}
