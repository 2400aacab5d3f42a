import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { createSync, type SyncLimits } from '../../../src/main/features/ledger/sync/index.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { VerifyPool } from '../../../src/main/platform/verify-pool.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { eventually } from '../../helpers/eventually.ts'
import { chainNode } from './chain-node.ts'
import type { Character } from './chain-source.ts'
import { makeChain } from './long-chain.ts'
import { type Figure, ratio } from '../report.ts'
import { interleave, timed } from '../stats.ts'

const BLOCKS = Number(process.env['LATCH_BENCH_BLOCKS'] ?? 10_000)
const ROUNDS = 3

interface Source {
  readonly address: string
  readonly child: ChildProcess
}

/**
 * A node that has nothing joins a network whose chain is long: until its head is theirs and it says that it is ready. Its
 * sources are three processes over TCP on this machine; certificates are of three validators of four.
 */
export async function sync(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'latch-bench-'))
  const sources: Record<string, Source> = {}
  try {
    const chain = join(folder, 'chain.db')
    const { head, stateRoot } = makeChain(chain, BLOCKS)
    for (const name of ['one', 'two', 'three', 'corrupt', 'lying']) {
      const path = join(folder, `${name}.db`)
      await copyFile(chain, path)
      sources[name] = await startSource(path, name === 'corrupt' || name === 'lying' ? name : 'honest')
    }
    let joined = 0
    const joining = (names: readonly string[], limits: Partial<SyncLimits>) => async (): Promise<number> => {
      const addresses = names.map((name) => sources[name]?.address ?? '')
      return joinBy(join(folder, `joiner-${joined++}.db`), addresses, limits, { head, stateRoot })
    }
    const blocks = { snapshotAbove: BLOCKS + 1 }
    const snapshot = { snapshotAbove: 1 }
    const took = await interleave(
      {
        blocks: joining(['one', 'two', 'three'], blocks),
        snapshot: joining(['one', 'two', 'three'], snapshot),
        bad: joining(['corrupt', 'lying', 'three'], blocks),
        badSnapshot: joining(['corrupt', 'lying', 'three'], snapshot),
      },
      ROUNDS,
      0,
    )
    const suite = 'ledger'
    const of = `${BLOCKS} blocks, ${BLOCKS - 1} names`
    return [
      { suite, what: `${of}: every block, from three peers`, unit: 'ms', summary: took.blocks },
      { suite, what: `${of}: a snapshot, and the blocks after it`, unit: 'ms', summary: took.snapshot },
      {
        suite,
        what: `${of}: every block, one of three peers corrupt and one lying`,
        unit: 'ms',
        summary: took.bad,
        ...ratio(took.bad, took.blocks, 'three honest'),
      },
      {
        suite,
        what: `${of}: a snapshot, one of three peers corrupt and one lying`,
        unit: 'ms',
        summary: took.badSnapshot,
        ...ratio(took.badSnapshot, took.snapshot, 'three honest'),
      },
    ]
  } finally {
    for (const { child } of Object.values(sources)) {
      child.disconnect()
      await once(child, 'exit')
    }
    await rm(folder, { recursive: true, force: true })
  }
}

async function startSource(path: string, character: Character): Promise<Source> {
  const script = new URL('../ledger/chain-source.ts', import.meta.url)
  const child = fork(script, [path, character], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [address] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error('a source ended before it listened')
    }),
  ])) as [string]
  return { address, child }
}

async function joinBy(
  path: string,
  addresses: readonly string[],
  limits: Partial<SyncLimits>,
  goal: { head: string; stateRoot: string },
): Promise<number> {
  const node = await chainNode(path)
  const { libp2p, running, protocol } = node
  const verifier = new VerifyPool()
  const sync = createSync({
    running,
    protocol,
    verifier,
    clock: systemClock,
    log: silentLog,
    lied: () => {},
    random: Math.random,
    decidesAlone: () => false,
    passOn: () => {},
    limits,
  })
  try {
    const tookMs = await timed(async () => {
      await Promise.all(
        addresses.map(async (address) => {
          const connection = await libp2p.dial(multiaddr(address))
          sync.greet(PeerId.parse(connection.remotePeer.toString()))
        }),
      )
      const isLevel = (): boolean => running.chain.head.id === goal.head && sync.state().state === 'ready'
      await eventually('level', isLevel, { withinMs: 600_000 })
    })
    if (running.chain.state.root !== goal.stateRoot) throw new Error('it came to another state')
    return tookMs
  } finally {
    await sync.close()
    await verifier.close()
    await node.close()
  }
}
