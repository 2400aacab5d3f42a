import { createApps, type AppsParts } from '../features/apps/index.ts'
import type { AppsFeature } from '../features/apps/types.ts'
import type { ContactsFeature } from '../features/contacts/types.ts'
import type { DoorFeature } from '../features/door/types.ts'
import type { PeersFeature } from '../features/peers/types.ts'
import type { SentKnock } from '../../shared/model/door.ts'
import { nameOf } from '../../shared/model/contacts.ts'
import { follow } from '../platform/feed.ts'
import { orAborted } from '../platform/or-aborted.ts'

export interface ProgramsParts extends Omit<AppsParts, 'admits' | 'knock' | 'connect' | 'petnameOf' | 'people'> {
  readonly door: Pick<DoorFeature, 'admits' | 'knock' | 'watch'>
  readonly peers: Pick<PeersFeature, 'dial' | 'list' | 'reach'>
  readonly contacts: Pick<ContactsFeature, 'get' | 'list'>
}

/** The programs of this account, at its door, with its contacts, over its connections. */
export function createPrograms({ door, peers, contacts, ...parts }: ProgramsParts): AppsFeature {
  const isConnected = (peerId: string): boolean =>
    peers.list().some((peer) => peer.peerId === peerId && peer.state === 'connected')
  return createApps({
    ...parts,
    admits: (...request) => door.admits(...request),
    knock: (peerId, capability, about, signal) => knockAndWait(door, { peerId, capability, about }, signal),
    async connect(to) {
      if ('account' in to) return peers.reach(to.account)
      // Dialled only where there is no connection, and never against what this person chose.
      return [isConnected(to.peerId) ? to.peerId : (await peers.dial(to.peerId, [])).peerId]
    },
    petnameOf: (account) => contacts.get(account)?.petname ?? null,
    people() {
      const here = new Set(peers.list().flatMap(({ account, state }) => (state === 'connected' ? account : null) ?? []))
      return contacts
        .list()
        .filter(({ petname, blocked }) => petname !== null && !blocked)
        .map((person) => ({
          account: person.account,
          name: nameOf(person),
          isConnected: here.has(person.account),
        }))
    },
  })
}

const OPEN: ReadonlySet<SentKnock['state']> = new Set(['sending', 'working', 'asked'])

type Door = Pick<DoorFeature, 'knock' | 'watch'>
interface Wanted extends Pick<SentKnock, 'peerId' | 'capability' | 'about'> {}

/**
 * Knocks, and resolves when the knock is settled: answered, unanswered, or not delivered. It goes on when `signal`
 * aborts, as the person there may still answer. Errors: those of `DoorFeature.knock`, the signal's reason.
 */
export async function knockAndWait(door: Door, { peerId, capability, about }: Wanted, signal: AbortSignal): Promise<SentKnock> {
  const settled = Promise.withResolvers<SentKnock>()
  const listening = new AbortController()
  const latest = new Map<string, SentKnock>()
  let mine: string | null = null
  const heard = (sent: SentKnock): void => {
    latest.set(sent.id, sent)
    if (sent.id === mine && !OPEN.has(sent.state)) settled.resolve(sent)
  }
  const until = AbortSignal.any([signal, listening.signal])
  // Listened to from before the knock, so that no verdict is missed however soon it comes.
  const watch = (): ReturnType<Door['watch']> => door.watch(until)
  follow(watch, (item) => sentIn(item).forEach(heard)).catch(settled.reject)
  try {
    const sent = await orAborted(door.knock({ peerId }, capability, '', about), signal)
    mine = sent.id
    heard(latest.get(sent.id) ?? sent)
    return await orAborted(settled.promise, signal)
  } finally {
    listening.abort()
  }
}

type DoorItem = ReturnType<Door['watch']> extends AsyncIterable<infer Item> ? Item : never

function sentIn(item: DoorItem): readonly SentKnock[] {
  if (item.kind === 'snapshot') return item.snapshot.sent
  return item.event.event === 'sent-knock-changed' ? [item.event.sent] : []
}
