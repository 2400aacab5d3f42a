import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AccountId, PeerId } from '../../src/shared/ids.ts'
import type { Conversation } from '../../src/shared/model/chat.ts'
import { anyMatch } from '../../src/shared/model/door.ts'
import { openPeerNode } from '../../src/main/node/peer-node.ts'
import type { Household, PeerNode } from '../../src/main/node/types.ts'
import { systemClock } from '../../src/main/platform/clock.ts'
import { createKeyFileVault } from '../../src/main/platform/key-file-vault.ts'
import { silentLog } from '../../src/main/platform/log.ts'

/** A whole node of ours on loopback, with its database on the disk as in real life. */
export interface House {
  readonly node: PeerNode
  readonly household: Household
  readonly account: AccountId
  readonly peerId: PeerId
  readonly address: string
  readonly port: number
  close(): Promise<void>
}

export async function openHouse(name: string): Promise<House> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'latch-bench-'))
  const services = { lan: false, upnp: false, autonat: false, dht: false, gossip: false, dcutr: false, webrtc: false, demo: false }
  const node = await openPeerNode(
    {
      dataFolder,
      host: 'headless',
      vault: createKeyFileVault(join(dataFolder, 'key')),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      bootstrap: [],
      services,
    },
    { clock: systemClock, log: silentLog, random: (bytes) => new Uint8Array(randomBytes(bytes)) },
  )
  const me = await node.identity.create(name)
  const household = node.household()
  const address = household.peers.reachability().listening.find((one) => one.includes('/tcp/'))
  if (address === undefined) throw new Error(`${name} listens nowhere`)
  return {
    node,
    household,
    account: me.account,
    peerId: me.peerId,
    address: address.includes('/p2p/') ? address : `${address}/p2p/${me.peerId}`,
    port: Number(/\/tcp\/(\d+)/.exec(address)?.[1]),
    close: async () => {
      await node.stop()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

export function letEverybodyChat({ household }: House): void {
  const always = { match: anyMatch, until: { kind: 'forever' as const }, priority: 0, note: '' }
  household.door.addRule({ who: { kind: 'anyone' }, capability: 'contact', verdict: 'allow', ...always }, 'person')
}

/** Knocks for a chat, and resolves when the door over there let us in. */
export async function knockUntilAllowed(house: House, peerId: PeerId): Promise<void> {
  const sent = await house.household.door.knock({ peerId }, 'contact', '')
  if (sent.state === 'allowed') return
  for await (const item of house.household.door.watch()) {
    if (item.kind === 'snapshot' && item.snapshot.sent.some(({ id, state }) => id === sent.id && state === 'allowed')) return
    if (item.kind === 'event' && item.event.event === 'sent-knock-changed' && item.event.sent.state === 'allowed') return
  }
}

/** Sends a message, and resolves when it is stored over there and acknowledged. */
export async function sendUntilDelivered(house: House, conversation: Conversation): Promise<void> {
  const stopping = new AbortController()
  const events = house.household.chat.watch(stopping.signal)[Symbol.asyncIterator]()
  await events.next()
  const { id } = await house.household.chat.send(conversation.id, { text: 'The quick brown fox jumps over the lazy dog.' })
  for (;;) {
    const { value, done } = await events.next()
    if (done === true) throw new Error('the feed ended')
    if (value.kind === 'event' && value.event.event === 'message-changed' && value.event.message.id === id && ['delivered', 'read'].includes(value.event.message.state)) break
  }
  stopping.abort()
  await events.return?.()
}
