/** A process that serves the long chain out of a database, honestly or not, until its parent goes. */
import { silentLog } from '../../../src/main/platform/log.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { serveLedger } from '../../../src/main/features/ledger/sync/index.ts'
import type { LedgerHandlers, Reply, Request } from '../../../src/main/protocols/ledger/index.ts'
import { chainNode } from './chain-node.ts'

export type Character = 'honest' | 'corrupt' | 'lying'

const [path = '', character = 'honest'] = process.argv.slice(2)
process.once('disconnect', () => process.exit())

/** One bit of each block, and of each piece of a snapshot. */
function corrupted(reply: Reply): Reply {
  const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte, at) => (at === bytes.byteLength >> 1 ? byte ^ 1 : byte))
  if (reply.status === 'block') return { ...reply, block: flip(reply.block) }
  return reply.status === 'piece' ? { ...reply, bytes: flip(reply.bytes) } : reply
}

/** A head that is not, and headers that nobody certified. */
function lie(reply: Reply): Reply {
  if (reply.status === 'head') return { ...reply, head: { ...reply.head, id: 'ab'.repeat(32), weight: 10 ** 9 } }
  if (reply.status === 'common') return { ...reply, head: { ...reply.head, weight: 10 ** 9 } }
  if (reply.status !== 'headers') return reply
  return { ...reply, headers: reply.headers.map((one) => ({ ...one, certificate: new Uint8Array(9) })) }
}

const bends: Record<string, (reply: Reply) => Reply> = { honest: (reply) => reply, corrupt: corrupted, lying: lie }
const bend = bends[character] ?? ((reply: Reply) => reply)

async function* bent(answer: AsyncIterable<Reply>): AsyncGenerator<Reply> {
  for await (const reply of answer) yield bend(reply)
}

const { libp2p, running, protocol } = await chainNode(path)
const served = (handlers: LedgerHandlers): LedgerHandlers => ({
  answer: (peer, request: Request, signal) => bent(handlers.answer(peer, request, signal)),
})
await serveLedger({
  protocol: { serve: (handlers) => protocol.serve(served(handlers)) },
  runningOf: () => running,
  heard: () => {},
  clock: systemClock,
  log: silentLog,
})
process.send?.(libp2p.getMultiaddrs()[0]?.toString())
