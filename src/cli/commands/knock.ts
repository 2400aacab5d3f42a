import type { KnockId } from '../../shared/ids.ts'
import type { About, SentKnock } from '../../shared/model/door.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { duration, time } from '../layout.ts'
import { LiveLine } from '../live-line.ts'
import { sizeOf } from '../measures.ts'
import type { Register } from '../program.ts'
import { matchPeer, matchPerson, nameOfAccount, onlyPerson } from '../resolve.ts'
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
    .option('--name <name>', 'what exactly: the name of a file')
    .option('--bytes <size>', 'how large: 16MiB, 500kB, 4096')
    .option('--path <path>', 'the path of a site, the method of an app')
    .option('--no-wait', 'do not wait for the answer')
    .action(async (who: string, options: KnockOptions) => {
      const capability = await capabilityOf(options.for)
      const about = aboutOf(options)
      const client = await context.client()
      const watching = new AbortController()
      const signal = AbortSignal.any([watching.signal, context.io.interrupted])
      // Watched from before the knock, so that no answer is missed however soon it comes.
      const events = await client.door.watch(undefined, { signal })
      try {
        const { to, byInvitation } = await find(client, who)
        const sent = byInvitation ?? (await client.door.knock({ to, capability, about, greeting: options.greeting }))
        const last = options.wait ? await wait(context, client, events, sent) : sent
        if (!options.wait || context.json) {
          const name = await nameAt(client, last)
          context.show(last, () => sentence(last, name, context.io.nowMs()))
        }
        context.exitWith(last.state === 'allowed' || !options.wait ? exitCodes.done : exitCodes.refused)
      } finally {
        watching.abort()
      }
    })
}

interface KnockOptions {
  readonly greeting: string
  readonly for: string
  readonly name?: string
  readonly bytes?: string
  readonly path?: string
  readonly wait: boolean
}

/** What exactly is asked for. The node says what it takes of it. */
function aboutOf({ name, bytes, path }: KnockOptions): About {
  const size = bytes === undefined ? null : sizeOf(bytes)
  if (bytes !== undefined && size === null) throw wrongArgument('--bytes takes a size such as 16MiB, 500kB or 4096.')
  if (name !== undefined && name.length > 255) throw wrongArgument('--name takes at most 255 characters.')
  if (path !== undefined && path.length > 512) throw wrongArgument('--path takes at most 512 characters.')
  return { name: name ?? null, bytes: size, path: path ?? null }
}

async function capabilityOf(text: string): Promise<SentKnock['capability']> {
  const { Capability } = await import('../../shared/model/door.ts')
  const capability = Capability.safeParse(text)
  if (!capability.success)
    throw wrongArgument(
      `"${text}" is nothing to knock for: contact, file, visit, relay, hold-mail, lookup, exit or app:<name>.`,
    )
  return capability.data
}

interface Found {
  readonly to: Target
  /** An invitation knocks by itself when it is used, with its token. */
  readonly byInvitation?: SentKnock
}

async function find(client: Client, who: string): Promise<Found> {
  if (isAddressOrLink(who)) {
    const before = new Set((await client.door.sent()).map(({ id }) => id))
    const { peerId, account } = await connectTo(client, who)
    const sent = (await client.door.sent()).find((knock) => !before.has(knock.id) && knock.peerId === peerId)
    return { to: account === null ? { peerId } : { account }, ...(sent === undefined ? {} : { byInvitation: sent }) }
  }
  const { AccountId, PeerId } = await import('../../shared/ids.ts')
  const [account, peerId] = [AccountId.safeParse(who), PeerId.safeParse(who)]
  if (account.success) return { to: { account: account.data } }
  if (peerId.success) return { to: { peerId: peerId.data } }
  const [peers, people] = await Promise.all([client.peers.list(), client.contacts.list()])
  const isNobody = matchPerson(people, who).found === 'none'
  const peer = isNobody ? matchPeer(peers, people, who) : null
  if (peer?.found === 'one') return { to: { peerId: peer.item.peerId } }
  return { to: { account: onlyPerson(people, who).account } }
}

/** Who is knocked at: the name as soon as they proved who they are, the peer until then. */
async function nameAt(client: Client, { account, peerId }: SentKnock): Promise<string> {
  return account === null ? short(peerId) : nameOfAccount(await client.contacts.list(), account)
}

const open: ReadonlySet<SentKnock['state']> = new Set(['sending', 'asked', 'working'])

type DoorEvents = Awaited<ReturnType<Client['door']['watch']>>

/** Follows our knock until it is settled, saying each thing that becomes known; on a terminal the time left counts down. */
async function wait(context: Context, client: Client, events: DoorEvents, sent: SentKnock): Promise<SentKnock> {
  const { io, json } = context
  const line = new LiveLine(io)
  let now = sent
  let name = await nameAt(client, sent)
  const say = (): void => {
    if (!json) line.say(sentence(now, name, io.nowMs()), open.has(now.state))
  }
  const stopTicking = new AbortController()
  const ticking = io.isTerminal && !json ? tick(say, io, stopTicking.signal) : Promise.resolve()
  try {
    if (!open.has(now.state)) say()
    while (open.has(now.state)) {
      const change = await nextOf(events, now.id)
      if (change === null) break
      if (change.account !== now.account) name = await nameAt(client, change)
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
    const undo = `latch door cancel ${short(now.id)}`
    throw new CliError(
      exitCodes.interrupted,
      `Stopped waiting; they may still answer. To take it back: ${undo}`,
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
  const price = knock.workBits === null ? '' : ` (${knock.workBits} bits)`
  const left = knock.untilMs === null ? '' : `, ${duration(knock.untilMs - nowMs)} left`
  switch (knock.state) {
    case 'sending':
      return `Knocking at ${name}…`
    case 'working':
      return `${name} is busy; doing the work that they ask for${price}…`
    case 'asked':
      return knock.quiet
        ? `${name} is not to be disturbed now, and sees it when they look${left}.`
        : `${name} is being asked${left}.`
    case 'allowed':
      return `${name} let you in${knock.untilMs === null ? '' : ` until ${time(knock.untilMs, nowMs)}`}.${why}`
    case 'denied':
      return `${name} said no.${why}`
    case 'unanswered':
      return `${name} did not answer in time.${why}`
    case 'busy':
      return knock.workBits === null
        ? `${name} is busy.${why}`
        : `${name} is busy: a place at the door costs ${knock.workBits} bits of work, more than is done unasked.${why}`
    case 'unreachable':
      return `${name} cannot be reached now.${why}`
    case 'silent':
      return `There was no answer from ${name}'s device.${why}`
    case 'cancelled':
      return `You stopped waiting for ${name}.`
  }
}
