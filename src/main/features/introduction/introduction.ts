import { LatchError } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Introduction as Status } from '../../../shared/model/reach.ts'
import { createIntroductionProtocol, writeIntroducerLink } from '../../protocols/introduction/index.ts'
import { Attendance } from './attendance.ts'
import { Desk, Refusals } from './desk.ts'
import { OwnRecord, type SignedRecord } from './own-record.ts'
import type { IntroductionParts } from './parts.ts'
import { judgeAccess, judgeReservation, readLists, type Access, type ReadLists } from './policy.ts'
import { Probing } from './probing.ts'
import { Registry } from './registry.ts'
import type { IntroductionFeature, ReservationVerdict } from './types.ts'

/** What this device does for others as an introducer. All of it is in memory: devices register again by themselves. */
export class Introduction implements IntroductionFeature {
  readonly #parts: IntroductionParts
  readonly #lists: ReadLists
  readonly #registry: Registry
  readonly #attendance: Attendance
  readonly #record: OwnRecord
  readonly #refusals = new Refusals()
  readonly #desk: Desk
  #isRunning = false
  #isRelaying = false
  /** Starting and stopping the relay, one after the other. */
  #lastTurn: Promise<void> = Promise.resolve()

  /** Errors: LatchError BAD_INPUT for a list with an entry that is none. */
  constructor(parts: IntroductionParts) {
    this.#parts = parts
    this.#lists = readLists(parts.lists)
    this.#registry = new Registry(parts.limits)
    this.#attendance = new Attendance(parts.clock)
    this.#record = new OwnRecord(parts)
    this.#desk = new Desk({
      node: parts,
      registry: this.#registry,
      attendance: this.#attendance,
      probing: new Probing(parts),
      record: this.#record,
      refusals: this.#refusals,
      isServing: () => this.#isServing(),
      access: (peerId, address) => this.#access(peerId, address),
    })
  }

  async start(): Promise<void> {
    this.#isRunning = true
    await createIntroductionProtocol(this.#parts).serve(this.#desk)
    await this.review()
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    await this.review()
  }

  review(): Promise<void> {
    const turn = this.#lastTurn.then(() => this.#follow())
    this.#lastTurn = turn.catch(() => {})
    return turn
  }

  status(): Status {
    const { relay, clock } = this.#parts
    const serving = this.#isServing()
    return {
      serving,
      draining: this.#attendance.isDraining,
      link: serving ? this.#linkNow() : null,
      registrations: this.#registry.count(clock.nowMs()),
      reservations: relay?.reservations() ?? 0,
      circuits: relay?.circuits() ?? 0,
      relayedBytes: relay?.relayedBytes() ?? 0,
      refused: this.#refusals.all(),
    }
  }

  async record(): Promise<Uint8Array> {
    return (await this.#record.current()).envelope
  }

  async link(): Promise<string> {
    const link = linkOf(await this.#record.current())
    if (link === null) throw new LatchError('UNREACHABLE', 'This device has no address yet at which others reach it.')
    return link
  }

  judgeReservation(
    peerId: PeerId,
    address: string,
    held: readonly { peerId: PeerId; address: string }[],
  ): ReservationVerdict {
    const { limits, subnetOf, log } = this.#parts
    const verdict = judgeReservation({
      access: this.#access(peerId, address),
      isServing: this.#isServing(),
      isDraining: this.#attendance.isDraining,
      peerId,
      address,
      held,
      limits,
      subnetOf,
    })
    if (verdict.verdict === 'refuse') {
      this.refused('reserve', verdict.code)
      log.info({ peer: peerId, code: verdict.code, why: verdict.why }, 'refused a place on the relay')
    }
    return verdict
  }

  refused(request: string, code: string): void {
    this.#refusals.count(request, code)
  }

  disconnected(peerId: PeerId): void {
    const { connections, relay } = this.#parts
    if (!connections().some((other) => other.peerId === peerId)) relay?.release(peerId)
  }

  drain(withinMs: number): Promise<void> {
    this.#parts.log.info({ attending: this.#attendance.size, withinMs }, 'telling everybody to move')
    return this.#attendance.drain(withinMs, () => (this.#parts.relay?.circuits() ?? 0) === 0)
  }

  #isServing(): boolean {
    return this.#isRunning && this.#parts.isServing()
  }

  #access(peerId: PeerId, address: string): Access {
    const { accountOf, isKnown } = this.#parts
    return judgeAccess({ peerId, address, account: accountOf(peerId), isKnown: isKnown(peerId) }, this.#lists)
  }

  /** Brings what runs into line with what the door says. */
  async #follow(): Promise<void> {
    const { relay, log } = this.#parts
    const serving = this.#isServing()
    if (!serving) {
      this.#attendance.close()
      this.#registry.clear()
    }
    if (relay === null) return
    if (serving && this.#isRelaying) return relay.review()
    if (serving === this.#isRelaying) return
    if (serving) await relay.start()
    else await relay.stop()
    this.#isRelaying = serving
    log.info({ serving }, 'introducing others')
  }

  /** What is shown now; what has changed since is signed meanwhile, and shown the next time. */
  #linkNow(): string | null {
    this.#record.current().catch((error: unknown) => this.#parts.log.error({ error }, 'the own record was not signed'))
    return this.#record.latest === null ? null : linkOf(this.#record.latest)
  }
}

function linkOf({ envelope, record }: SignedRecord): string | null {
  return record.addresses.length === 0 ? null : writeIntroducerLink(envelope)
}
