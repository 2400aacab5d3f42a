import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import type { Lookup, LookupStep } from '../../../../shared/model/names.ts'
import type { Route } from '../../../../shared/model/peers.ts'
import { type Clock, deadline, delay } from '../../../platform/clock.ts'
import type { RemotePeer } from '../../../platform/streams.ts'
import { inParallel } from '../in-parallel.ts'
import { Trace } from '../trace.ts'
import type { NamesPeers } from '../types.ts'
import { CONNECT_MS, DIAL_MS, DIALS_AT_ONCE, DIRECT_LOOK_MS, DIRECT_MS, MAX_DIALLED, PING_MS } from './limits.ts'

/*
 * The end of a look-up with a connection. Each device is one step `dial`, which ends
 *
 *   found     there is a connection, and `why` says which way it takes
 *   failed    it could not be reached, and why
 *   late      not in time, or another one was taken first
 *   skipped   there is nobody to dial: the name is this account's own, or the record names this device
 *   nothing   the zone names no device, and none of its owner is known
 *
 * then one step `connected` with a round trip over the connection that was taken. Where none is, the look-up is what it was
 * found to be, and its connection is null.
 */

export interface ConnectingParts {
  readonly peers: Pick<NamesPeers, 'connect' | 'connection' | 'ping' | 'devicesOf' | 'addressesOf'>
  readonly clock: Clock
  readonly me: { readonly account: AccountId; readonly peerId: PeerId }
}

export interface Target {
  readonly peerId: PeerId
  readonly addresses: readonly string[]
  readonly by: 'zone' | 'owner'
}

type Found = Extract<Lookup['outcome'], { outcome: 'found' }>

/** Whom to dial: devices of the zone's label in their order, then those that are known of the owner. Pure but for `peers`. */
export function targetsOf({ records, owner }: Found, peers: ConnectingParts['peers']): Target[] {
  const targets = new Map<PeerId, Target>()
  for (const record of records) {
    if (record.kind !== 'peer' || targets.has(record.peerId)) continue
    const addresses = [...new Set([...record.addresses, ...peers.addressesOf(record.peerId)])]
    targets.set(record.peerId, { peerId: record.peerId, addresses, by: 'zone' })
  }
  for (const peerId of peers.devicesOf(owner)) {
    if (!targets.has(peerId)) targets.set(peerId, { peerId, addresses: peers.addressesOf(peerId), by: 'owner' })
  }
  return [...targets.values()].slice(0, MAX_DIALLED)
}

/**
 * Goes on where a look-up ended: dials what was found, and takes the first that is connected directly, or, where none is in
 * time, the first that is connected at all. *Errors*: the signal's reason.
 */
export async function connectTo(
  lookup: Lookup,
  parts: ConnectingParts,
  { signal, onStep }: { readonly signal: AbortSignal; readonly onStep?: ((step: LookupStep) => void) | undefined },
): Promise<Lookup> {
  const { outcome } = lookup
  const last = lookup.steps.findLast(({ step }) => step === 'done')
  const steps = lookup.steps.filter((step) => step !== last)
  const trace = Trace.after({ steps, tookMs: lookup.tookMs }, parts.clock, onStep)
  const connection = outcome.outcome === 'found' ? await new Dialling(parts, trace, signal).run(outcome) : null
  signal.throwIfAborted()
  if (outcome.outcome !== 'found') trace.note('done', 'nothing', last?.why ?? 'It was not found.')
  else trace.note('done', 'found', connection === null ? 'It was found, and nobody of it is connected.' : 'It was found, and is connected.')
  return { ...lookup, connection, steps: trace.close(), tookMs: trace.tookMs }
}

class Dialling {
  readonly #parts: ConnectingParts
  readonly #trace: Trace
  readonly #signal: AbortSignal
  /** Aborts when one is taken: the others are not waited for. */
  readonly #taken = new AbortController()
  #direct: RemotePeer | null = null
  #relayed: RemotePeer | null = null

  constructor(parts: ConnectingParts, trace: Trace, signal: AbortSignal) {
    this.#parts = parts
    this.#trace = trace
    this.#signal = signal
  }

  async run(found: Found): Promise<Lookup['connection']> {
    const { peers, me, clock } = this.#parts
    if (found.owner === me.account) return this.#none('skipped', 'It is a name of this account: there is nobody else to connect to.')
    const targets = targetsOf(found, peers)
    if (targets.length === 0) return this.#none('nothing', 'Its zone names no device, and none of its owner is known here.')
    const limit = deadline(clock, CONNECT_MS, 'connecting', AbortSignal.any([this.#signal, this.#taken.signal]))
    const dialling = inParallel(targets, DIALS_AT_ONCE, (target) => this.#dial(target, limit.signal), limit.signal)
    // Whoever does not heed the signal holds up nobody.
    const over = new Promise<void>((resolve) => {
      if (limit.signal.aborted) resolve()
      else limit.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    await Promise.race([dialling, over])
    limit.release()
    this.#signal.throwIfAborted()
    const taken = this.#direct ?? this.#relayed
    this.#taken.abort(new Error('another one was taken'))
    return taken === null ? null : this.#measured(taken)
  }

  #none(outcome: 'skipped' | 'nothing', why: string): null {
    this.#trace.note('dial', outcome, why)
    return null
  }

  /** Never rejects: what comes of one is in its step. */
  async #dial({ peerId, addresses, by }: Target, signal: AbortSignal): Promise<void> {
    const { peers, me, clock } = this.#parts
    if (peerId === me.peerId) return this.#trace.note('dial', 'skipped', 'It is this device.', { peerId })
    const why = by === 'zone' ? 'A device that its zone names.' : 'A device of its owner, which its zone does not name.'
    const step = this.#trace.begin('dial', why, { peerId })
    const limit = deadline(clock, DIAL_MS, 'a dial', signal)
    try {
      await peers.connect(peerId, addresses, limit.signal)
      const first = peers.connection(peerId)?.peer ?? null
      if (first === null) return step.end('failed', 'It was connected, and went again.')
      if (first.route === 'relayed') this.#relayed ??= first
      const peer = first.route === 'relayed' ? await this.#untilDirect(first, limit.signal) : first
      step.end('found', wayOf(peer.route))
      if (peer.route !== 'relayed') this.#take(peer)
    } catch (error) {
      const isLate = limit.signal.aborted
      step.end(isLate ? 'late' : 'failed', isLate ? 'It could not be connected in time.' : `It could not be reached: ${wordOf(error)}.`)
    } finally {
      limit.release()
    }
  }

  #take(peer: RemotePeer): void {
    this.#direct ??= peer
    this.#taken.abort(new Error('another one was taken'))
  }

  /** The connection through an introducer, or the direct one that takes its place shortly. */
  async #untilDirect(relayed: RemotePeer, signal: AbortSignal): Promise<RemotePeer> {
    const { peers, clock } = this.#parts
    const untilMs = clock.monotonicMs() + DIRECT_MS
    let last = relayed
    while (clock.monotonicMs() < untilMs && last.route === 'relayed') {
      await delay(clock, DIRECT_LOOK_MS, signal)
      last = peers.connection(relayed.peerId)?.peer ?? last
    }
    return last
  }

  async #measured(taken: RemotePeer): Promise<Lookup['connection']> {
    const { peers, clock } = this.#parts
    const { peerId } = taken
    const step = this.#trace.begin('connected', 'A round trip is measured.', { peerId })
    const limit = deadline(clock, PING_MS, 'a round trip', this.#signal)
    const rttMs = await peers.ping(peerId, limit.signal).catch(() => null)
    limit.release()
    this.#signal.throwIfAborted()
    // It may have become another one meanwhile.
    const { route, address } = peers.connection(peerId)?.peer ?? taken
    if (rttMs === null) step.end('late', `${wayOf(route)} No round trip came back in time.`)
    else step.end('found', `${wayOf(route)} There and back in ${rttMs.toFixed(1)} ms.`)
    return { peerId, route, address, rttMs }
  }
}

function wayOf(route: Route): string {
  switch (route) {
    case 'direct':
      return 'Connected directly.'
    case 'lan':
      return 'Connected directly, in the same local network.'
    case 'local':
      return 'Connected directly, on this machine.'
    case 'relayed':
      return 'Connected through an introducer; no direct way was found in time.'
  }
}

function wordOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message.replace(/\.$/, '') : 'no reason given'
}
