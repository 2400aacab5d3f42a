import type { ExitEvent, ExitSnapshot } from '../../../shared/contract/exit.ts'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Exit, ExitUse } from '../../../shared/model/exit.ts'

export interface ExitState {
  /** A rule of the door lets somebody out through this device. */
  offered: boolean
  exits: ReadonlyMap<PeerId, Exit>
  uses: ReadonlyMap<string, ExitUse>
}

export const noExits: ExitState = { offered: false, exits: new Map(), uses: new Map() }

/** As many as main tells of: the oldest go first. */
export const MAX_USES = 500

export function resetExits(_: ExitState, { offered, exits, uses }: ExitSnapshot): ExitState {
  return {
    offered,
    exits: new Map(exits.map((exit) => [exit.peerId, exit])),
    uses: new Map(uses.map((use) => [keyOf(use), use])),
  }
}

export function applyExitEvent(state: ExitState, event: ExitEvent): ExitState {
  switch (event.event) {
    case 'offered-changed':
      return { ...state, offered: event.offered }
    case 'exit-changed':
      return { ...state, exits: new Map(state.exits).set(event.exit.peerId, event.exit) }
    case 'exit-gone': {
      const exits = new Map(state.exits)
      exits.delete(event.peerId)
      return { ...state, exits }
    }
    case 'use-changed':
      return { ...state, uses: putUse(state.uses, event.use) }
    case 'uses-cleared':
      return { ...state, uses: noExits.uses }
  }
}

/** What went through one account, added up. */
export interface Through {
  account: AccountId
  called: string
  /** The one used last first. */
  hosts: ExitUse[]
  sentBytes: number
  receivedBytes: number
}

/** The uses of one side by whom they went through or for, whoever moved the most first. */
export function byAccount(uses: Iterable<ExitUse>, whose: ExitUse['whose']): Through[] {
  const through = new Map<AccountId, Through>()
  for (const use of uses) {
    if (use.whose !== whose) continue
    const held = through.get(use.account) ?? { account: use.account, called: use.called, hosts: [], sentBytes: 0, receivedBytes: 0 }
    held.hosts.push(use)
    held.sentBytes += use.sentBytes
    held.receivedBytes += use.receivedBytes
    through.set(use.account, held)
  }
  const moved = ({ sentBytes, receivedBytes }: Through): number => sentBytes + receivedBytes
  return [...through.values()]
    .map((one) => ({ ...one, hosts: one.hosts.toSorted((a, b) => b.lastMs - a.lastMs || (a.host < b.host ? -1 : 1)) }))
    .toSorted((a, b) => moved(b) - moved(a) || (a.account < b.account ? -1 : 1))
}

function putUse(uses: ReadonlyMap<string, ExitUse>, use: ExitUse): Map<string, ExitUse> {
  const next = new Map(uses)
  const key = keyOf(use)
  next.delete(key)
  next.set(key, use)
  if (next.size <= MAX_USES) return next
  const [oldest] = [...next].toSorted(([, a], [, b]) => a.lastMs - b.lastMs)
  if (oldest !== undefined) next.delete(oldest[0])
  return next
}

function keyOf({ whose, peerId, host, port }: ExitUse): string {
  return `${whose} ${peerId} ${host} ${port}`
}
