import type { Introducer, IntroducerCard, RelayLimit } from '../../shared/model/reach.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { bytes, duration, fields, table, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { onlyIntroducer } from '../resolve.ts'
import { short } from '../short-id.ts'

export const register: Register = (program, context) => {
  const introducers = program
    .command('introducers')
    .description('the introduction servers of this device')
    .action(() => list(context))

  introducers
    .command('list')
    .description('the same')
    .action(() => list(context))

  introducers
    .command('read')
    .description('what a link to an introducer says, without using it')
    .argument('<link>')
    .action(async (link: string) => {
      const card = await (await context.client()).reach.readIntroducer({ link })
      context.show(card, () => describeCard(card, context))
    })

  introducers
    .command('add')
    .description('use an introducer')
    .argument('<link-or-address>', 'latch://introducer/…, or an address that ends in /p2p/ and its key')
    .action(async (to: string) => {
      const added = await (await context.client()).reach.addIntroducer({ to })
      context.show(added, () => [
        `${quoted(added)} is used from now on; latch introducers says how it stands.`,
        ...describe(added, context),
      ])
    })

  for (const [verb, description] of [
    ['on', 'use one again'],
    ['off', 'leave one alone, and remember it'],
  ] as const) {
    introducers
      .command(verb)
      .description(description)
      .argument('<introducer>', 'its name, its key or the beginning of that')
      .action(async (who: string) => {
        const client = await context.client()
        const { peerId } = await find(client, who)
        const changed = await client.reach.enableIntroducer({ peerId, enabled: verb === 'on' })
        context.show(changed, () => `${quoted(changed)} is switched ${verb}.`)
      })
  }

  introducers
    .command('forget')
    .description('forget one; its link or another introducer can bring it back')
    .argument('<introducer>', 'its name, its key or the beginning of that')
    .action(async (who: string) => {
      const client = await context.client()
      const found = await find(client, who)
      const done = await client.reach.forgetIntroducer({ peerId: found.peerId })
      context.show(done, () => `Forgot ${quoted(found)}.`)
    })
}

async function find(client: Client, who: string): Promise<Introducer> {
  const { introducers } = await client.reach.connectivity()
  return onlyIntroducer(introducers, who)
}

async function list(context: Context): Promise<void> {
  const { introducers } = await (await context.client()).reach.connectivity()
  context.show(introducers, () => {
    if (introducers.length === 0) {
      return [
        'No introducer yet. It tells people who know you where you are, and carries what you send where no direct way',
        'is found; on the local network Latch works without. Use one by its link: latch introducers add <link>',
      ]
    }
    return table(
      ['STATE', 'NAME', 'RTT', 'PLACE', 'CIRCUITS', 'FROM', 'KEY'],
      introducers.map((introducer) => [
        stateOf(introducer, context.io.nowMs()),
        quoted(introducer),
        introducer.rttMs === null ? '-' : `${introducer.rttMs.toFixed(introducer.rttMs < 10 ? 1 : 0)} ms`,
        placeOf(introducer, context.io.nowMs()),
        introducer.reservation.limit === null ? '-' : limitOf(introducer.reservation.limit),
        originOf(introducer, introducers),
        short(introducer.peerId),
      ]),
    )
  })
}

function describe(introducer: Introducer, context: Context): string[] {
  return fields([
    ['Key', introducer.peerId],
    ['Addresses', introducer.addresses.join('\n') || 'none'],
    ['State', stateOf(introducer, context.io.nowMs())],
  ])
}

function describeCard(card: IntroducerCard, { io }: Context): string[] {
  return fields([
    ['Name', quoted(card)],
    ['Key', card.peerId],
    ['Addresses', card.addresses.join('\n') || 'none'],
    ['STUN', card.stun.join('\n') || 'none'],
    ['Made', time(card.issuedMs, io.nowMs())],
    ['Until', time(card.expiresMs, io.nowMs())],
  ])
}

function stateOf({ state, nextTryMs, lastError }: Introducer, nowMs: number): string {
  if (state !== 'waiting' || nextTryMs === null) return state
  return `again in ${duration(nextTryMs - nowMs)}${lastError === null ? '' : `: ${lastError}`}`
}

function placeOf({ reservation: { state, untilMs } }: Introducer, nowMs: number): string {
  return state === 'held' && untilMs !== null ? `held, ${duration(untilMs - nowMs)}` : state
}

function limitOf({ dataBytes, durationMs }: RelayLimit): string {
  const limits = [dataBytes === null ? null : bytes(dataBytes), durationMs === null ? null : duration(durationMs)]
  return limits.filter((limit) => limit !== null).join(' or ') || 'no limit'
}

function originOf({ origin, vouchedBy }: Introducer, all: readonly Introducer[]): string {
  if (origin !== 'learnt' || vouchedBy === null) return origin
  const voucher = all.find(({ peerId }) => peerId === vouchedBy)
  return `learnt from ${voucher === undefined ? short(vouchedBy) : quoted(voucher)}`
}

/** What it calls itself, in quotes, as nobody has vouched for that; its key until it has said. */
function quoted({ name, peerId }: Pick<Introducer, 'name' | 'peerId'>): string {
  return name === '' ? short(peerId) : `"${oneLine(name)}"`
}
