import type { PeerId } from '../../../shared/ids.ts'
import { DecodeError } from '../../platform/cbor.ts'
import { EnvelopeError } from '../../platform/envelope.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import {
  MAX_OTHERS,
  MAX_PAGE_BYTES,
  MAX_RECORD_BYTES,
  MAX_REGISTRATION_BYTES,
  openRegistration,
  type Description,
  type Found,
  type IntroductionHandlers,
  type Notice,
  type Refused,
  type RefusedCode,
  type Registered,
  type Registration,
} from '../../protocols/introduction/index.ts'
import type { Attendance } from './attendance.ts'
import { FALSE_REGISTRATION_POINTS, MALFORMED_REGISTRATION_POINTS } from './limits.ts'
import type { OwnRecord } from './own-record.ts'
import type { IntroductionParts } from './parts.ts'
import { hostOf, judgeRegistration, type Access } from './policy.ts'
import type { Probing } from './probing.ts'
import type { Origin, Registry } from './registry.ts'

/** What has been refused since the start, by what was asked and why. */
export class Refusals {
  readonly #counts = new Map<string, number>()

  count(request: string, code: string): void {
    const reason = `${request}-${code}`
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1)
  }

  all(): Record<string, number> {
    return Object.fromEntries(this.#counts)
  }
}

interface DeskParts {
  readonly node: Pick<
    IntroductionParts,
    'clock' | 'log' | 'offence' | 'random' | 'me' | 'relay' | 'limits' | 'others' | 'subnetOf'
  >
  readonly registry: Registry
  readonly attendance: Attendance
  readonly probing: Probing
  readonly record: OwnRecord
  readonly refusals: Refusals
  readonly isServing: () => boolean
  readonly access: (peerId: PeerId, address: string) => Access
}

/** Does what devices ask for, request by request. */
export class Desk implements IntroductionHandlers {
  readonly #parts: DeskParts

  constructor(parts: DeskParts) {
    this.#parts = parts
  }

  admits(peer: RemotePeer): RefusedCode | null {
    if (!this.#parts.isServing()) return 'denied'
    const access = this.#parts.access(peer.peerId, peer.address)
    return access.verdict === 'refuse' ? access.code : null
  }

  async describe(peer: RemotePeer): Promise<Description> {
    const { node, record, attendance } = this.#parts
    const { envelope } = await record.current()
    return {
      record: envelope,
      others: someOf(node.others().filter(isShort), MAX_OTHERS, node.random),
      nowMs: node.clock.nowMs(),
      observed: peer.address,
      relay: this.#relayLimitFor(peer),
      draining: attendance.isDraining,
    }
  }

  async register(peer: RemotePeer, envelope: Uint8Array): Promise<Registered> {
    const { attendance, registry, node } = this.#parts
    if (attendance.isDraining) return refusal('draining')
    if (envelope.byteLength > MAX_REGISTRATION_BYTES) {
      return this.#wrong(peer, 'too-large', `${envelope.byteLength} bytes`, MALFORMED_REGISTRATION_POINTS)
    }
    const origin = this.#originOf(peer)
    // Before the signature is checked, which costs more than all else: a flood from one network ends here.
    if (registry.roomFor(origin, node.clock.nowMs()).verdict === 'full') return refusal('too-many')
    const opened = await open(envelope)
    if ('code' in opened) return this.#wrong(peer, opened.code, opened.why, opened.points)
    return this.#keep(peer, origin, envelope, opened)
  }

  unregister(peer: RemotePeer): void {
    this.#parts.registry.remove(peer.peerId)
  }

  discover(_peer: RemotePeer, topic: Uint8Array, limit: number, after: string | null): Found | Refused {
    const seq = after === null ? 0 : seqOf(after)
    if (seq === null) return refusal('malformed')
    const bounds = { after: seq, limit, maxBytes: MAX_PAGE_BYTES }
    const { registrations, more } = this.#parts.registry.page(topic, bounds, this.#parts.node.clock.nowMs())
    return { registrations, more: more === null ? null : more.toString(36) }
  }

  locate(_peer: RemotePeer, peerIds: readonly PeerId[]): Found {
    const nowMs = this.#parts.node.clock.nowMs()
    const found = [...new Set(peerIds)].map((peerId) => this.#parts.registry.find(peerId, nowMs))
    return { registrations: found.filter((one) => one !== null).map(({ envelope }) => envelope), more: null }
  }

  async probe(
    peer: RemotePeer,
    ports: readonly number[],
    signal: AbortSignal,
  ): Promise<{ port: number; reached: boolean }[] | Refused> {
    const probed = await this.#parts.probing.probe(peer, ports, signal)
    return probed.verdict === 'refuse' ? refusal(probed.code) : probed.results
  }

  attend(peer: RemotePeer, notify: (notice: Notice) => Promise<void>, ended: AbortSignal): Promise<void> {
    return this.#parts.attendance.attend(peer.peerId, notify, ended)
  }

  refused(peer: RemotePeer, request: string, code: RefusedCode | 'unfinished'): void {
    this.#parts.refusals.count(request, code)
    this.#parts.node.log.info({ peer: peer.peerId, request, code }, 'refused a request of an introducer')
  }

  #keep(peer: RemotePeer, origin: Origin, envelope: Uint8Array, registration: Registration): Registered {
    const { registry, node } = this.#parts
    const nowMs = node.clock.nowMs()
    const verdict = judgeRegistration(registration, {
      from: peer.peerId,
      me: node.me.peerId,
      lastIssuedMs: registry.find(peer.peerId, nowMs)?.issuedMs ?? null,
      nowMs,
      ttlMs: node.limits.registrationTtlMs,
    })
    if (verdict.verdict === 'refuse') return this.#wrong(peer, verdict.code, verdict.why, verdict.points)
    const { topics, issuedMs } = registration
    // Copies: what was decoded is a view of the whole frame, and would keep it.
    const kept = {
      ...origin,
      envelope: Uint8Array.from(envelope),
      topics: topics.map((topic) => Uint8Array.from(topic)),
      issuedMs,
      expiresMs: verdict.expiresMs,
    }
    if (registry.put(kept, nowMs).verdict === 'full') return refusal('too-many')
    return { status: 'registered', expiresMs: verdict.expiresMs }
  }

  #originOf({ peerId, address }: RemotePeer): Origin {
    return { peerId, host: hostOf(address), subnet: this.#parts.node.subnetOf(address) }
  }

  #relayLimitFor({ peerId, address }: RemotePeer): Description['relay'] {
    const { node, attendance, access } = this.#parts
    const admitted = access(peerId, address)
    if (node.relay === null || attendance.isDraining || admitted.verdict === 'refuse') return null
    return node.limits[admitted.tier]
  }

  #wrong(peer: RemotePeer, code: RefusedCode, why: string, points: number): Refused {
    if (points > 0) this.#parts.node.offence(peer.peerId, `registration: ${why}`, points)
    return refusal(code)
  }
}

function refusal(code: RefusedCode): Refused {
  return { status: 'refused', code }
}

async function open(
  envelope: Uint8Array,
): Promise<Registration | { code: 'forged' | 'malformed'; why: string; points: number }> {
  try {
    return await openRegistration(envelope)
  } catch (error) {
    if (error instanceof EnvelopeError) {
      return { code: 'forged', why: error.message, points: FALSE_REGISTRATION_POINTS }
    }
    if (!(error instanceof DecodeError)) throw error
    return { code: 'malformed', why: error.message, points: MALFORMED_REGISTRATION_POINTS }
  }
}

function isShort(record: Uint8Array): boolean {
  return record.byteLength <= MAX_RECORD_BYTES
}

/** At most `max` of them, each as likely as the next. */
function someOf<Thing>(things: readonly Thing[], max: number, random: () => number): Thing[] {
  const left = [...things]
  const chosen: Thing[] = []
  while (chosen.length < max && left.length > 0) chosen.push(...left.splice(Math.floor(random() * left.length), 1))
  return chosen
}

/** Where a page goes on, or null for what no page of ours said. */
function seqOf(cookie: string): number | null {
  const seq = /^[0-9a-z]{1,11}$/.test(cookie) ? Number.parseInt(cookie, 36) : Number.NaN
  return Number.isSafeInteger(seq) ? seq : null
}
