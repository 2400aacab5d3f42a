import type { PendingInvitation } from '../../src/shared/model/peers.ts'
import type { Attempt, Connectivity, Introducer, IntroducerCard, Introduction } from '../../src/shared/model/reach.ts'
import { DAY, HOUR, MiB, MINUTE } from '../../src/shared/units.ts'
import { peerIdOf } from './ids.ts'
import { now } from './people.ts'

export const nothingReached: Connectivity = {
  nat: { kind: 'unknown', seenAs: null, why: 'No introducer was asked yet.', checkedMs: null },
  upnp: { state: 'none', address: null },
  introducers: [],
  attempts: [],
}

export function introducer(name: string, changes: Partial<Introducer> = {}): Introducer {
  return {
    peerId: peerIdOf(`introducer ${name}`),
    name,
    addresses: ['/dns4/harbor.example.org/tcp/443/wss', '/ip4/198.51.100.20/tcp/4001'],
    origin: 'person',
    vouchedBy: null,
    enabled: true,
    state: 'connected',
    rttMs: 24,
    reservation: {
      state: 'held',
      untilMs: now() + 52 * MINUTE,
      limit: { durationMs: 30 * MINUTE, dataBytes: 64 * MiB },
    },
    registeredUntilMs: now() + 50 * MINUTE,
    stun: ['198.51.100.20:3478'],
    nextTryMs: null,
    lastError: null,
    ...changes,
  }
}

/** No place, nothing registered: an introducer that is not connected. */
export const away: Partial<Introducer> = {
  rttMs: null,
  reservation: { state: 'none', untilMs: null, limit: null },
  registeredUntilMs: null,
}

export function attempt(name: string, agoMs: number, changes: Partial<Attempt> = {}): Attempt {
  return {
    peerId: peerIdOf(name),
    atMs: now() - agoMs,
    address: '/ip4/198.51.100.7/tcp/4001',
    transport: 'tcp',
    route: 'direct',
    outcome: 'won',
    tookMs: 41,
    why: null,
    ...changes,
  }
}

export function connectivity(changes: Partial<Connectivity> = {}): Connectivity {
  return {
    nat: {
      kind: 'port-restricted',
      seenAs: '198.51.100.7:40321',
      why: 'Two introducers saw one address; one that was not spoken to got no answer through.',
      checkedMs: now() - 4 * MINUTE,
    },
    upnp: { state: 'none', address: null },
    introducers: [],
    attempts: [],
    ...changes,
  }
}

export function introducerCard(changes: Partial<IntroducerCard> = {}): IntroducerCard {
  return {
    peerId: peerIdOf('introducer Harbor'),
    name: 'Harbor',
    addresses: ['/dns4/harbor.example.org/tcp/443/wss', '/ip4/198.51.100.20/tcp/4001'],
    stun: ['198.51.100.20:3478'],
    issuedMs: now() - 2 * DAY,
    expiresMs: now() + 28 * DAY,
    ...changes,
  }
}

export function openInvitation(number: number): PendingInvitation {
  const createdMs = now() - number * 7 * HOUR - 5 * MINUTE
  const id = (0x9f3c1a + number * 0x51d7e9b3).toString(16).padStart(10, '0').slice(-10)
  return { id, createdMs, expiresMs: createdMs + 7 * DAY }
}

export const ownLink = `latch://introducer/${'pGF2AWdhY2NvdW50eD5rNTFxemk1dXF1NWRsOWJx'.repeat(8)}`

export function introduction(serving: boolean, changes: Partial<Introduction> = {}): Introduction {
  const none = { registrations: 0, reservations: 0, circuits: 0, relayedBytes: 0, refused: {} }
  if (!serving) return { serving, draining: false, link: null, ...none }
  return { serving, draining: false, link: ownLink, ...none, ...changes }
}
