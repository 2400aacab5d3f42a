import type { NamesEvent, NamesSnapshot } from '../../../shared/contract/names.ts'
import type { NameLabel, NetworkId } from '../../../shared/model/ledger.ts'
import type { DnsState, MyName } from '../../../shared/model/names.ts'

/** A notice that the end of a name's term comes near, until somebody put it away. */
export type Reminder = Omit<Extract<NamesEvent, { event: 'reminder' }>, 'event'>

export interface NamesState {
  /** Null until the first snapshot. */
  network: NetworkId | null
  /** What stands after the dot. */
  tld: string
  mine: ReadonlyMap<NameLabel, MyName>
  held: NamesSnapshot['held']
  dns: DnsState
  /** The newest of each name. */
  reminders: ReadonlyMap<NameLabel, Reminder>
  /** The number of the newest zone that was heard of a name, by its full name. */
  heard: ReadonlyMap<string, number>
}

export const noNames: NamesState = {
  network: null,
  tld: 'peer',
  mine: new Map(),
  held: { zones: 0, bytes: 0 },
  dns: { state: 'off', port: 0, why: null },
  reminders: new Map(),
  heard: new Map(),
}

/** Numbers of zones that were heard and that nobody asked about since; the oldest go first. */
const MAX_HEARD = 500

/** After a break what was put away stays away, as main tells each reminder once; in another network nothing stays. */
export function resetNames(state: NamesState, snapshot: NamesSnapshot): NamesState {
  const { network, tld, held, dns } = snapshot
  const mine = new Map(snapshot.mine.map((one) => [one.name, one]))
  const same = state.network === network
  const reminders = same ? state.reminders : noNames.reminders
  return { network, tld, mine, held, dns, reminders, heard: same ? state.heard : noNames.heard }
}

export function applyNamesEvent(state: NamesState, event: NamesEvent): NamesState {
  switch (event.event) {
    case 'name-changed':
      return { ...state, mine: new Map(state.mine).set(event.name.name, event.name) }
    case 'name-gone':
      return { ...state, mine: without(state.mine, event.name), reminders: without(state.reminders, event.name) }
    case 'reminder': {
      const { event: _, ...reminder } = event
      return { ...state, reminders: new Map(state.reminders).set(reminder.name, reminder) }
    }
    case 'zone-heard':
      return { ...state, heard: newest(state.heard, event.fullName, event.seq) }
    case 'held-changed':
      return { ...state, held: event.held }
    case 'dns-changed':
      return { ...state, dns: event.dns }
    case 'network-changed':
      return resetNames(noNames, event.snapshot)
  }
}

export function dismissReminder(state: NamesState, name: NameLabel): NamesState {
  return { ...state, reminders: without(state.reminders, name) }
}

function newest(heard: ReadonlyMap<string, number>, fullName: string, seq: number): Map<string, number> {
  const others = without(heard, fullName)
  const [oldest] = others.keys()
  if (others.size >= MAX_HEARD && oldest !== undefined) others.delete(oldest)
  return others.set(fullName, Math.max(seq, heard.get(fullName) ?? 0))
}

function without<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Map<Key, Value> {
  const left = new Map(map)
  left.delete(key)
  return left
}
