import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { bytes, duration, fields, plural, time } from '../layout.ts'
import type { Register } from '../program.ts'
import { revokedLine } from './identity.ts'

const lamps = {
  direct: 'directly',
  relayed: 'through a relay',
  lan: 'only on this network',
  offline: 'not at all',
} as const

export const register: Register = (program, context) => {
  program
    .command('status')
    .description('the node: who you are, how you are reachable, what waits for you')
    .action(async () => {
      const about = await ask(await context.client())
      context.show(summary(about), () => describe(about, context))
    })
}

async function ask(client: Client) {
  const [node, identity] = await Promise.all([client.node.status(), client.identity.get()])
  if (identity.state !== 'ready') return { node, identity, house: null }
  const [reachability, pending, conversations] = await Promise.all([
    client.peers.reachability(),
    client.door.pending(),
    client.chat.conversations(),
  ])
  const unread = conversations.reduce((sum, conversation) => sum + conversation.unread, 0)
  return { node, identity, house: { reachability, atDoor: pending.length, unread } }
}

type About = Awaited<ReturnType<typeof ask>>

function summary({ node, identity, house }: About): object {
  return {
    ...node,
    identity,
    reachability: house?.reachability ?? null,
    atDoor: house?.atDoor ?? 0,
    unread: house?.unread ?? 0,
  }
}

function describe({ node, identity, house }: About, { io }: Context): string[] {
  const now = io.nowMs()
  const pairs: (readonly [string, string])[] = [
    [
      'Latch',
      `${node.version}, ${node.host}, ${node.phase} since ${time(node.startedMs, now)} (${duration(now - node.startedMs)})`,
    ],
    ['Data', node.dataFolder],
  ]
  if (identity.state === 'none') pairs.push(['You', 'nobody yet: name yourself with latch identity create <name>'])
  if (identity.state === 'locked') pairs.push(['You', `locked: ${identity.why}`])
  if (identity.state === 'ready') {
    pairs.push(['You', identity.me.name], ['Account', identity.me.account], ['Peer', identity.me.peerId], ...revokedLine(identity.me, now))
  }
  if (house !== null) {
    pairs.push(
      ['Reachable', [lamps[house.reachability.lamp], ...house.reachability.why].join('\n')],
      ['Listening', node.listening.join('\n') || 'nowhere'],
      ['Connected', plural(node.connections, 'connection')],
      ['At the door', house.atDoor === 0 ? 'nobody' : `${plural(house.atDoor, 'knock')}: see latch door`],
      ['Unread', house.unread === 0 ? 'nothing' : `${plural(house.unread, 'message')}: see latch chat`],
    )
  }
  pairs.push([
    'Memory',
    `${bytes(node.rssBytes)}; event loop p99 ${node.loopDelayP99Ms.toFixed(1)} ms; Noise ${node.noise}`,
  ])
  for (const warning of node.warnings) pairs.push(['Warning', warning])
  return fields(pairs)
}
