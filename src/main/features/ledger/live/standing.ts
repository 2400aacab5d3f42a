import type { PeerId } from '../../../../shared/ids.ts'
import type { LedgerStatus, SyncState, ValidatorState } from '../../../../shared/model/consensus.ts'
import type { NameOnLedger } from '../../../../shared/model/ledger.ts'
import type { Clock } from '../../../platform/clock.ts'
import { blockIdOf, type Hex, networkIdOf } from '../bytes.ts'
import type { Changed } from '../chain.ts'
import { recordsOf } from '../state-tree.ts'
import type { Agreement, LedgerTip, Sync } from '../types.ts'
import type { Evidence } from './evidence.ts'
import { LED_LOOKED_AT } from './limits.ts'
import { Offers } from './offers.ts'
import { peerIdOf, validatorRef } from './people.ts'
import type { Reading } from './reading.ts'
import type { LiveChain } from './running.ts'
import { type Leading, leadingOf, quorumOf } from './status.ts'
import { behindHeadMs, slotAt } from './turns.ts'

export interface StandingParts {
  readonly clock: Clock
  readonly running: LiveChain
  readonly reading: Reading
  readonly evidence: Evidence
  readonly agreement: Pick<Agreement, 'timing'>
  readonly connectedPeers: () => readonly PeerId[]
  readonly me: { readonly peerId: PeerId; readonly key: Hex }
  /** Null before it runs. */
  readonly sync: () => Sync | null
}

/** How one network is, now. */
export class NetworkStanding {
  readonly #parts: StandingParts
  /** By key, when the last block that a validator led was made. */
  readonly #led = new Map<Hex, number>()
  readonly #offers: Offers
  #names = 0

  constructor(parts: StandingParts) {
    this.#parts = parts
    this.#offers = new Offers(parts.running, parts.reading.account)
    this.#recount()
  }

  /** Before anybody asks. */
  follow(changed: Changed): void {
    const { left, joined, names } = changed
    this.#offers.follow(changed)
    if (left.length === 0 && joined.length === 0) return this.#recount()
    for (const { before, owner } of names) this.#names += (owner === null ? 0 : 1) - (before === null ? 0 : 1)
    for (const { header } of joined) this.#led.set(header.leader, header.timestampMs)
  }

  get isValidator(): boolean {
    return this.#roster.validators.some(({ key }) => key === this.#parts.me.key)
  }

  get isAlone(): boolean {
    return this.isValidator && this.#roster.validators.length === 1
  }

  /** Whether what this chain says may be believed to be the newest. */
  get isReady(): boolean {
    return this.isAlone || this.sync.state === 'ready'
  }

  get sync(): SyncState {
    const { sync, running } = this.#parts
    if (this.isAlone) return sync()?.state() ?? { state: 'ready', sinceMs: running.chain.head.timestampMs }
    return sync()?.state() ?? { state: 'looking' }
  }

  isRosterPeer(peerId: PeerId): boolean {
    return this.#roster.validators.some(({ key }) => peerIdOf(key) === peerId)
  }

  validators(): ValidatorState[] {
    const { me, evidence, connectedPeers } = this.#parts
    const connected = new Set(connectedPeers())
    const { figures } = this.#timing()
    return this.#roster.validators.map(({ key }) => {
      const ref = validatorRef(key, this.#roster, me.peerId)
      return {
        ...ref,
        connected: ref.mine || connected.has(ref.peerId),
        worstMs: figures.find(({ by }) => by === ref.peerId)?.worstMs ?? null,
        ledMs: this.#led.get(key) ?? null,
        accused: evidence.isAccused(key),
      }
    })
  }

  /** What a look-up asks for at each step: nothing of it is read from the disk. */
  tip(): LedgerTip {
    const { head } = this.#parts.running.chain
    return { block: head.height === 0 ? null : blockIdOf(head.id), height: head.height, atMs: head.timestampMs, sync: this.sync }
  }

  /** Offered to this account by others, by name. */
  offers(): NameOnLedger[] {
    return this.#offers.list(this.#parts.clock.nowMs())
  }

  status(label: string): LedgerStatus {
    const { clock, running, reading, sync } = this.#parts
    const { chain, genesis, pool } = running
    const roster = this.#roster
    const leading = this.isValidator ? this.#leading() : null
    const validators = this.validators()
    const peers = sync()?.peers() ?? new Map<PeerId, unknown>()
    const heard = validators.filter(
      ({ mine, connected, worstMs, peerId }) => mine || (connected && (worstMs !== null || peers.has(peerId))),
    ).length
    return {
      network: networkIdOf(running.network),
      label,
      tld: genesis.tld,
      role: leading === null ? 'follower' : 'validator',
      head: reading.lineOf(chain.head.id),
      height: chain.head.height,
      base: chain.base,
      stateRoot: chain.state.root,
      names: this.#names,
      slot: slotAt(genesis, clock.nowMs()),
      slotMs: genesis.slotMs,
      roundMs: genesis.roundMs,
      startMs: genesis.startMs,
      pool: pool.size,
      sync: this.sync,
      quorum: quorumOf({ roster, roundMs: genesis.roundMs, heard, leading }),
      leading,
      validators,
      peers: peers.size,
    }
  }

  get #roster() {
    return this.#parts.running.chain.state.roster
  }

  #timing(): ReturnType<Agreement['timing']> {
    return this.#parts.agreement.timing(this.#roster, this.#parts.running.genesis.roundMs)
  }

  #leading(): Leading {
    const { clock, running } = this.#parts
    const { chain, genesis } = running
    return leadingOf({
      roster: this.#roster,
      roundMs: genesis.roundMs,
      isReady: this.isReady,
      behindHeadMs: behindHeadMs(chain.head, genesis, clock.nowMs()),
      measured: this.#timing().leading,
    })
  }

  /** All of it, at a start and where a chain begins anew. */
  #recount(): void {
    const { chain, store } = this.#parts.running
    this.#names = 0
    for (const [key] of recordsOf(chain.state.tree)) if (key.startsWith('name ')) this.#names++
    this.#led.clear()
    const from = Math.max(1, chain.head.height - LED_LOOKED_AT + 1)
    for (const { header } of store.range(from, LED_LOOKED_AT)) this.#led.set(header.leader, header.timestampMs)
  }
}
