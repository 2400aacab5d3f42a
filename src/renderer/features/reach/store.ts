import type { ReachEvent } from '../../../shared/contract/reach.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Connectivity, Introducer } from '../../../shared/model/reach.ts'
import { createFedStore } from '../../bridge/fed-store.ts'
import { shortKey } from '../../ui/Key.tsx'

/** As many as main keeps. */
const MAX_ATTEMPTS = 100

export const nothingKnown: Connectivity = {
  nat: { kind: 'unknown', seenAs: null, why: '', checkedMs: null },
  upnp: { state: 'off', address: null },
  introducers: [],
  attempts: [],
}

export function applyReachEvent(state: Connectivity, event: ReachEvent): Connectivity {
  switch (event.event) {
    case 'nat-changed':
      return { ...state, nat: event.nat }
    case 'upnp-changed':
      return { ...state, upnp: event.upnp }
    case 'introducer-changed':
      return { ...state, introducers: put(state.introducers, event.introducer) }
    case 'introducer-forgotten':
      return { ...state, introducers: state.introducers.filter(({ peerId }) => peerId !== event.peerId) }
    case 'attempted':
      return { ...state, attempts: [event.attempt, ...state.attempts].slice(0, MAX_ATTEMPTS) }
  }
}

/** In its place, so that no row moves because of news. */
function put(introducers: readonly Introducer[], changed: Introducer): Introducer[] {
  const isKnown = introducers.some(({ peerId }) => peerId === changed.peerId)
  if (!isKnown) return [...introducers, changed]
  return introducers.map((known) => (known.peerId === changed.peerId ? changed : known))
}

export const reachStore = createFedStore<Connectivity, Connectivity, ReachEvent>({
  initial: nothingKnown,
  reset: (_, connectivity) => connectivity,
  apply: applyReachEvent,
})

/** Whether main has said how this device is reached, by its stream or by the answer to a call. */
export function useIsKnown(): boolean {
  return reachStore.use(({ freshness, state }) => freshness !== 'loading' || state !== nothingKnown)
}

export function useIntroducer(peerId: PeerId | null): Introducer | null {
  return reachStore.use(({ state }) => state.introducers.find((introducer) => introducer.peerId === peerId) ?? null)
}

/** What an introducer calls itself, or its key, short, until it has said. */
export function introducerName({ name, peerId }: Introducer): string {
  return name === '' ? shortKey(peerId) : name
}

/** Null where it is not known here. */
export function useIntroducerName(peerId: PeerId | null): string | null {
  const introducer = useIntroducer(peerId)
  return introducer === null ? null : introducerName(introducer)
}
