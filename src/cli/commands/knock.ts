import type { KnockId } from '../../shared/ids.ts'
import type { SentKnock } from '../../shared/model/door.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { duration } from '../layout.ts'
import { LiveLine } from '../live-line.ts'
import type { Register } from '../program.ts'
import { matchPeer, nameOfAccount, onlyPerson } from '../resolve.ts'
import { short } from '../short-id.ts'
import { connectTo, isAddressOrLink } from './connect.ts'

type Target = Parameters<Client['door']['knock']>[0]['to']

export const register: Register = (program, context) => {
  program
    .command('knock')
    .description('ask somebody to let you in, and wait for their answer')
    .argument('<who>', 'a name, an account, a peer, an address or an invitation link')
    .option('--greeting <text>', 'a few words for them to read', '')
    .option('--for <capability>', 'what you ask for', 'contact')
    .option('--no-wait', 'do not wait for the answer')
    .action(async (who: string, options: { greeting: string; for: string; wait: boolean }) => {
      const client = await context.client()
      const capability = await capabilityOf(options.for)
      const watching = new AbortController()
      const signal = AbortSignal.any([watching.signal, context.io.interrupted])
      // Watched from before the knock, so that no answer is missed however soon it comes.
      const events = await client.door.watch(undefined, { signal })
      try {
        const { to, name, byInvitation } = await find(client, who)
        const sent = byInvitation ?? (await client.door.knock({ to, capability, greeting: options.greeting }))
        const last = options.wait ? await wait(context, events, sent, name) : sent
        if (!options.wait || context.json) context.show(last, () => sentence(last, name, context.io.nowMs()))
        context.exitWith(last.state === 'allowed' || !options.wait ? exitCodes.done : exitCodes.refused)
      } finally {
        watching.abort()
      }
    })
}

async function capabilityOf(text: string): Promise<SentKnock['capability']> {
  const { Capability } = await import('../../shared/model/door.ts')
  const capability = Capability.safeParse(text)
  if (!capability.success)
    throw wrongArgument(
      `"${text}" is nothing to knock for: contact, file, visit, relay, hold-mail, lookup or app:<name>.`,
    )
  return capability.data
}

interface Found {
  readonly to: Target
  readonly name: string
  /** An invitation knocks by itself when it is used, with its token. */
  readonly byInvitation?: SentKnock
}

async function find(client: Client, who: string): Promise<Found> {
  if (isAddressOrLink(who)) {
    const before = new Set((await client.door.sent()).map(({ id }) => id))
    const peer = await connectTo(client, who)
    const name = peer.account === null ? short(peer.peerId) : nameOfAccount(await client.contacts.list(), peer.account)
    const to = peer.account === null ? { peerId: peer.peerId } : { account: peer.account }
    const sent = (await client.door.sent()).find(({ id, peerId }) => !before.has(id) && peerId === peer.peerId)
    return sent === undefined ? { to, name } : { to, name, byInvitation: sent }
  }
  const { AccountId, PeerId } = await import('../../shared/ids.ts')
  const [peers, people] = await Promise.all([client.peers.list(), client.contacts.list()])
  const peer = matchPeer(peers, people, who)
  const isPeer = peer.found === 'one' && (peer.item.account === null || PeerId.safeParse(who).success)
  if (isPeer) return { to: { peerId: peer.item.peerId }, name: nameOfAccount(people, peer.item.account) }
  const account = AccountId.safeParse(who)
  if (account.success) return { to: { account: account.data }, name: nameOfAccount(people, account.data) }
  const peerId = PeerId.safeParse(who)
  if (peerId.success) return { to: { peerId: peerId.data }, name: short(peerId.data) }
  if (peer.found === 'one' && peer.item.account !== null) {
    return { to: { account: peer.item.account }, name: nameOfAccount(people, peer.item.account) }
  }
  const person = onlyPerson(people, who)
  return { to: { account: person.account }, name: nameOfAccount(people, person.account) }
}

const open: ReadonlySet<SentKnock['state']> = new Set(['sending', 'asked', 'working'])

type DoorEvents = Awaited<ReturnType<Client['door']['watch']>>

/** Follows our knock until it is settled, saying each thing that becomes known; on a terminal the time left counts down. */
async function wait(context: Context, events: DoorEvents, first: SentKnock, name: string): Promise<SentKnock> {
  const { io, json } = context
  const line = new LiveLine(io)
  let now = first
  const say = (): void => {
    if (!json) line.say(sentence(now, name, io.nowMs()), open.has(now.state))
  }
  const stopTicking = new AbortController()
  const ticking = io.isTerminal && !json ? tick(say, io, stopTicking.signal) : Promise.resolve()
  try {
    say()
    if (json && open.has(now.state)) context.show(now, () => '')
    while (open.has(now.state)) {
      const change = await nextOf(events, now.id)
      if (change === null) break
      now = change
      say()
      if (json && open.has(now.state)) context.show(now, () => '')
    }
  } catch (error) {
    if (!io.interrupted.aborted) throw error
  } finally {
    stopTicking.abort()
    await ticking
    line.end()
  }
  if (io.interrupted.aborted) {
    throw new CliError(
      exitCodes.interrupted,
      `Stopped waiting; they may still answer. To take it back: latch door cancel ${short(now.id)}`,
      'INTERRUPTED',
    )
  }
  return now
}

async function nextOf(events: DoorEvents, id: KnockId): Promise<SentKnock | null> {
  for (;;) {
    const { value, done } = await events.next()
    if (done === true) return null
    if (value.kind === 'event' && value.event.event === 'sent-knock-changed' && value.event.sent.id === id)
      return value.event.sent
  }
}

async function tick(say: () => void, io: Context['io'], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await io.sleep(1_000, signal)
    if (!signal.aborted) say()
  }
}

/** The truth about a knock of ours, as far as it is known here. */
export function sentence(knock: SentKnock, name: string, nowMs: number): string {
  const why = knock.why === '' ? '' : ` ${knock.why}`
  switch (knock.state) {
    case 'sending':
      return `Knocking at ${name}…`
    case 'working':
      return `${name} is busy; doing the work that they ask for…`
    case 'asked':
      return knock.untilMs === null
        ? `${name} is being asked.`
        : `${name} is being asked, ${duration(knock.untilMs - nowMs)} left.`
    case 'allowed':
      return `${name} let you in.${why}`
    case 'denied':
      return `${name} said no.${why}`
    case 'unanswered':
      return `${name} did not answer in time.${why}`
    case 'busy':
      return `${name} has too many at the door; try again later.${why}`
    case 'unreachable':
      return `${name} cannot be reached now.${why}`
    case 'silent':
      return `There was no answer from ${name}'s device.${why}`
    case 'cancelled':
      return `You stopped waiting for ${name}.`
  }
}
