import { LatchError } from '../../../../shared/errors.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import type { LedgerEntry, OpDraft, Submitted } from '../../../../shared/model/blocks.ts'
import type { LedgerStatus, ValidationReport } from '../../../../shared/model/consensus.ts'
import type { EntryId } from '../../../../shared/model/ledger.ts'
import { type Hex, keyOf, networkIdOf, toHex } from '../bytes.ts'
import type { Changed } from '../chain.ts'
import type { Genesis } from '../genesis.ts'
import type { AgreementEvent, LedgerEvent, LedgerSnapshot, Lied, Sync } from '../types.ts'
import { Accuser } from './accuser.ts'
import { Author } from './author.ts'
import { Broadcast } from './broadcast.ts'
import { Company, placesOf } from './company.ts'
import { Desk } from './desk.ts'
import { Evidence } from './evidence.ts'
import { Forks } from './forks.ts'
import { BLOCKS_SHOWN, STATUS_EVERY_MS, WAITING_SHOWN } from './limits.ts'
import { OwnEntries } from './own.ts'
import type { LedgerParts } from './parts.ts'
import { Reading } from './reading.ts'
import { Rounds } from './rounds.ts'
import { type EntryNews, LiveChain } from './running.ts'
import { SlotNews } from './slot-news.ts'
import { Slots } from './slots.ts'
import { NetworkStanding } from './standing.ts'
import { Throttle } from './throttle.ts'
import { toldOf } from './told.ts'
import { validateChains } from './validating.ts'

/** One network that is followed, with all that belongs to it. Open from the start, at work from `begin` to `close`. */
export class LiveNetwork {
  readonly running: LiveChain
  readonly reading: Reading
  readonly standing: NetworkStanding
  readonly evidence: Evidence
  readonly forks: Forks
  readonly rounds: Rounds
  readonly author: Author
  label: string
  readonly #parts: LedgerParts
  readonly #tell: (event: LedgerEvent) => void
  readonly #own: OwnEntries
  readonly #status: Throttle
  readonly #slotNews: SlotNews
  readonly #closing: (() => void)[] = []
  readonly #stop = new AbortController()
  #work: Work | null = null

  /** *Errors*: LatchError DAMAGED. */
  constructor(parts: LedgerParts, genesis: Genesis, label: string, tell: (event: LedgerEvent) => void) {
    const { agreement, clock, database, log, me, random } = parts
    const running = new LiveChain({ database, clock, log, genesis, agreement })
    this.#parts = parts
    this.#tell = tell
    this.label = label
    this.running = running
    this.#own = new OwnEntries(database, running, keyOf(me.account) ?? '')
    this.reading = new Reading({ database, clock, running, agreement, own: this.#own, me })
    this.evidence = new Evidence({ database, clock, running, agreement, me: me.peerId })
    this.forks = new Forks({ database, clock, running, reading: this.reading })
    this.rounds = new Rounds(me.peerId)
    const evidence = (id: string) => this.evidence.op(id)
    this.author = new Author({ running, clock, random, own: this.#own, key: me.accountKey, evidence })
    this.standing = new NetworkStanding({
      ...parts,
      running,
      reading: this.reading,
      evidence: this.evidence,
      me: { peerId: me.peerId, key: this.#deviceKey },
      sync: () => this.#work?.sync ?? null,
    })
    this.#status = new Throttle(clock, STATUS_EVERY_MS, () => tell({ event: 'status-changed', status: this.status() }))
    this.#slotNews = new SlotNews(clock, (rounds) => tell({ event: 'slot-changed', rounds }))
  }

  begin(): void {
    const { agreement, clock, gossip, log, openSync, offence, verifier } = this.#parts
    const { running } = this
    const broadcast = new Broadcast({
      running,
      gossip,
      clock,
      log,
      verifier,
      orphan: (from, parent) => this.#work?.sync.orphan(from, parent),
    })
    const isReady = (): boolean => this.standing.isReady
    const slots = new Slots({
      running,
      clock,
      log,
      agreement,
      me: this.#deviceKey,
      isReady,
      hasCompany: () => (this.#work?.sync.peers().size ?? 0) > 0,
      opened: (slot) => this.#slotNews.changed(this.rounds.open(slot)),
      certified: (block, turn) => broadcast.certified(block, turn),
      lacking: () => this.#askValidators(),
    })
    const desk = new Desk({
      running,
      reading: this.reading,
      author: this.author,
      own: this.#own,
      log,
      broadcast: (entry) => broadcast.entry(entry),
    })
    const accuser = new Accuser({
      running,
      evidence: this.evidence,
      clock,
      log,
      me: this.#deviceKey,
      isReady,
      enter: (id) => desk.submit({ kind: 'evidence', id }, this.#stop.signal),
    })
    this.#closing.push(
      running.onSettled((changes) => this.#settled(changes)),
      running.onNews((news) => this.#heard(news)),
      running.onBeside((blocks) => {
        for (const fork of this.forks.beside(blocks)) this.#tell({ event: 'forked', fork })
      }),
      agreement.subscribe((event) => this.#agreed(event)),
    )
    const lied: Lied = (peerId, why, points) => offence(peerId, `ledger: ${why}`, points)
    const sync = openSync(running, lied, (entry) => {
      broadcast.entry(entry).catch((error: unknown) => log.warn({ error }, 'an entry was not passed on'))
    })
    this.#work = { sync, broadcast, slots, desk, accuser, company: this.#company(sync) }
    this.#closing.push(sync.onChanged(() => this.#consider()))
    desk.restore()
    for (const peerId of this.#parts.connectedPeers()) sync.greet(peerId)
    this.#consider()
  }

  /** Resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#stop.abort(new LatchError('BUSY', 'Another network was chosen meanwhile, or Latch is stopping.'))
    for (const off of this.#closing.splice(0)) off()
    this.#status.close()
    this.#slotNews.close()
    const work = this.#work
    this.#work = null
    this.running.close()
    if (work === null) return
    for (const part of [work.slots, work.accuser, work.company, work.broadcast]) part.close()
    await work.sync.close()
  }

  status(): LedgerStatus {
    return this.standing.status(this.label)
  }

  snapshot(): LedgerSnapshot {
    return {
      status: this.status(),
      blocks: this.reading.lines(undefined, BLOCKS_SHOWN),
      waiting: this.reading.waiting(WAITING_SHOWN),
      rounds: this.rounds.list(),
      forks: this.forks.list(),
      evidence: this.evidence.list(),
    }
  }

  /** *Errors*: LatchError NOT_FOUND, BUSY where it closes; the signal's reason. */
  submit(what: { readonly op: OpDraft } | { readonly entry: Uint8Array }, signal?: AbortSignal): Promise<Submitted> {
    const { desk } = this.#working
    if ('entry' in what) return desk.submitBytes(what.entry)
    return desk.submit(what.op, this.#until(signal))
  }

  validate(fromHeight: number, peers: readonly PeerId[] | 'all', signal?: AbortSignal): Promise<ValidationReport[]> {
    const { running } = this
    const { clock } = this.#parts
    return validateChains({ running, clock, sync: this.#working.sync }, fromHeight, peers, this.#until(signal))
  }

  entry(id: EntryId): LedgerEntry {
    const found = this.reading.find(id) ?? this.#work?.desk.gone(id)
    if (found == null) throw new LatchError('NOT_FOUND', 'This entry is neither in a block nor waiting here.')
    return found
  }

  connected(peerId: PeerId): void {
    this.#parts.agreement.connected(peerId)
    this.#work?.sync.greet(peerId)
    this.#consider()
  }

  disconnected(peerId: PeerId): void {
    this.#work?.sync.gone(peerId)
    this.#work?.company.lost(peerId)
    this.#consider()
  }

  relabel(label: string): void {
    this.label = label
    this.#status.mark()
  }

  get #deviceKey(): Hex {
    return toHex(this.#parts.me.deviceKey.publicKey.raw)
  }

  get #working(): Work {
    if (this.#work === null) throw new LatchError('BUSY', 'The ledger is being opened or closed.')
    return this.#work
  }

  #until(signal?: AbortSignal): AbortSignal {
    return signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal])
  }

  #company(sync: Sync): Company {
    const { clock, log, dial, connectedPeers, random } = this.#parts
    return new Company({
      clock,
      log,
      dial,
      random: () => Buffer.from(random(4)).readUInt32BE() / 2 ** 32,
      places: () => {
        const hints = this.#parts.hints(networkIdOf(this.running.network))
        return placesOf(this.running.chain.state.roster, hints, this.#parts.me.peerId)
      },
      connected: connectedPeers,
      company: () => sync.peers().size,
      isValidator: () => this.standing.isValidator,
    })
  }

  /** Anything may have changed that others decide by. */
  #consider(): void {
    this.#work?.slots.consider()
    this.#work?.accuser.consider()
    this.#work?.company.consider()
    this.#status.mark()
  }

  #settled(changes: readonly Changed[]): void {
    for (const changed of changes) this.standing.follow(changed)
    const { reading, forks } = this
    for (const event of toldOf(changes, { reading, forks, snapshot: () => this.snapshot() })) this.#tell(event)
    for (const { op } of changes.flatMap(({ joined }) => joined).flatMap(({ entries }) => entries)) {
      if (op.kind === 'evidence') this.#entered(op.validator, op.slot, op.proof)
    }
    this.#consider()
  }

  #heard(news: EntryNews): void {
    const entry = this.#work?.desk.heard(news) ?? null
    if (entry !== null) this.#tell({ event: 'entry-changed', entry })
    const { op } = news.entry
    if (news.now === 'pooled' && op.kind === 'evidence') this.#proven(op.proof)
    this.#work?.slots.consider()
    this.#status.mark()
  }

  #agreed(event: AgreementEvent): void {
    // Says itself which network it is of, and is as good of a slot that is not shown any more.
    if (event.event === 'evidence') this.#proven(event.record)
    const rounds = this.rounds.hear(event)
    if (rounds === null) return
    this.#slotNews.changed(rounds)
    this.#work?.slots.hear(event)
    this.#status.mark()
  }

  #proven(record: Uint8Array): void {
    const evidence = this.evidence.keep(record)
    if (evidence === null) return
    this.#parts.log.warn({ slot: evidence.slot }, 'a validator signed two values')
    this.#tell({ event: 'evidence', evidence })
    this.#work?.accuser.consider()
  }

  /** It is on the ledger: whoever knew it sees at which height, and whoever did not has it now. */
  #entered(validator: Hex, slot: number, proof: Uint8Array): void {
    this.evidence.keep(proof)
    for (const evidence of this.evidence.about(validator, slot)) this.#tell({ event: 'evidence', evidence })
  }

  /** Something was decided and only its id came here: some of those who decided have it. */
  #askValidators(): void {
    for (const peerId of this.#parts.connectedPeers()) {
      if (this.standing.isRosterPeer(peerId)) this.#work?.sync.greet(peerId)
    }
  }
}

interface Work {
  readonly sync: Sync
  readonly broadcast: Broadcast
  readonly slots: Slots
  readonly desk: Desk
  readonly accuser: Accuser
  readonly company: Company
}
