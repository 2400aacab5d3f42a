import type { PrivateKey } from '@libp2p/interface'
import { LatchError } from '../../../../shared/errors.ts'
import type { OpDraft } from '../../../../shared/model/blocks.ts'
import type { EntryCode } from '../../../../shared/model/ledger.ts'
import type { Clock } from '../../../platform/clock.ts'
import { type Hex, keyOf, toHex } from '../bytes.ts'
import { commitmentOf, decodeEntry, encodeBody, type Entry, NO_END_MS, type Op, signEntry } from '../entry.ts'
import { SALT_BYTES } from '../limits.ts'
import { checkName, skeletonOf } from '../names.ts'
import { nextAt } from '../propose.ts'
import { keys } from '../state.ts'
import { checkEntry, namesHeld } from '../validator.ts'
import { nameOnLedger } from '../views.ts'
import { priceOf, solve, WORK_BYTES } from '../work.ts'
import type { OwnEntries } from './own.ts'
import type { LiveChain } from './running.ts'
import { nextNonce } from './waiting.ts'

export interface AuthorParts {
  readonly running: LiveChain
  readonly clock: Clock
  readonly random: (bytes: number) => Uint8Array
  readonly own: OwnEntries
  /** The account's: Ed25519. */
  readonly key: PrivateKey
  /** What is entered for evidence that is kept here, by its id. */
  readonly evidence: (id: string) => Extract<Op, { kind: 'evidence' }> | null
}

export type Made =
  | { readonly outcome: 'made'; readonly entry: Entry }
  | Refused

interface Refused {
  readonly outcome: 'refused'
  readonly code: EntryCode
  readonly why: string
}

/**
 * Of how long a network lets an entry be valid ahead. Not all of it, as clocks differ; much for a name, whose work may take
 * hours; and of others less, as one that no block takes keeps those after it waiting.
 */
const untilShare = (op: Op): number => (op.kind === 'register' ? 0.9 : 0.5)

/** Makes entries of this account: numbers them, works for them and signs them. */
export class Author {
  readonly #parts: AuthorParts
  readonly #account: Hex

  constructor(parts: AuthorParts) {
    this.#parts = parts
    this.#account = toHex(parts.key.publicKey.raw)
  }

  /** One at a time: its number depends on the one before. *Errors*: the signal's reason. */
  async make(draft: OpDraft, signal: AbortSignal): Promise<Made> {
    const { running, clock, key } = this.#parts
    const { chain, genesis, pool } = running
    const op = this.#opOf(draft)
    if ('outcome' in op) return op
    const nowMs = clock.nowMs()
    const body = encodeBody({
      network: running.network,
      account: this.#account,
      nonce: nextNonce(this.#account, pool.list(), chain.state),
      untilMs: nowMs + Math.floor(genesis.rules.untilAheadMs * untilShare(op)),
      op,
    })
    const foreseen = this.#foresee(decodeEntry(signEntry(body, new Uint8Array(WORK_BYTES), key)))
    if (foreseen !== null) return foreseen
    const held = namesHeld(chain.state, this.#account, nowMs, genesis.rules).length
    const work = await solve(body, priceOf(op.kind, held, genesis.rules), signal)
    return { outcome: 'made', entry: decodeEntry(signEntry(body, work, key)) }
  }

  /**
   * The entry that ends this account in this network, to be kept until it is needed: it has no number, no end and costs no
   * work. Whoever has it can hand it in, from any device.
   */
  revocation(): Uint8Array {
    const { running, key } = this.#parts
    const op = { kind: 'revoke' } as const
    const body = encodeBody({ network: running.network, account: this.#account, nonce: 0, untilMs: NO_END_MS, op })
    return signEntry(body, new Uint8Array(WORK_BYTES), key)
  }

  /** What would be said of it with the work done: before a minute is spent on what somebody else has. */
  #foresee(entry: Entry): Made | null {
    const { chain } = this.#parts.running
    const sure = { ...chain.context, isSigned: () => true, bitsOf: () => Number.MAX_SAFE_INTEGER }
    const verdict = checkEntry(entry, chain.state, nextAt(chain, this.#parts.clock.nowMs()), sure)
    return verdict.outcome === 'refused' ? { outcome: 'refused', code: verdict.code, why: verdict.why } : null
  }

  #opOf(draft: OpDraft): Op | Refused {
    switch (draft.kind) {
      case 'claim':
        return this.#whyNoClaim(draft.name) ?? this.#claim(draft.name)
      case 'register': {
        const salt = this.#parts.own.saltOf(draft.name)
        return salt === null
          ? refused('claim', 'this device has made no claim to this name: claim it first')
          : { kind: 'register', name: draft.name, salt }
      }
      case 'transfer': {
        const to = keyOf(draft.to)
        return to === null ? refused('account', 'this account has no key that a ledger knows') : { ...draft, to }
      }
      case 'evidence': {
        const op = this.#parts.evidence(draft.id)
        if (op === null) throw new LatchError('NOT_FOUND', 'There is no such evidence here.')
        return op
      }
      case 'renew':
      case 'release':
        return draft
    }
  }

  /** The salt is on the disk before anybody sees the claim. */
  #claim(name: string): Op {
    const { running, random, own, clock } = this.#parts
    const salt = toHex(random(SALT_BYTES))
    own.keepSalt(name, salt, clock.nowMs())
    return { kind: 'claim', commitment: commitmentOf(running.network, this.#account, name, salt) }
  }

  /** The ledger does not see which name is claimed, so what speaks against it is looked for here. */
  #whyNoClaim(name: string): Refused | null {
    const { running, clock, own } = this.#parts
    const { chain, genesis, pool, network } = running
    const named = checkName(name)
    if (named.outcome === 'refused') return refused('name', named.why)
    const looks = chain.state.get(keys.look(skeletonOf(name)))?.name
    const holder = looks === undefined ? null : nameOnLedger(chain.state, looks, clock.nowMs(), genesis)
    if (holder !== null && holder.name !== name) {
      return refused('look-alike', `it looks like ${holder.name}, which somebody has`)
    }
    if (holder !== null) {
      const isMine = keyOf(holder.owner) === this.#account
      return refused('taken', isMine ? 'it is yours already: renew it' : 'somebody has this name')
    }
    const salt = own.saltOf(name)
    if (salt === null) return null
    // A second claim would make the salt of the first one worthless.
    const commitment = commitmentOf(network, this.#account, name, salt)
    const claim = chain.state.get(keys.claim(this.#account, commitment))
    const isOpen = claim !== undefined && chain.head.height + 1 - claim.height <= genesis.rules.claimMaxBlocks
    const isWaiting = pool.list().some(({ op }) => op.kind === 'claim' && op.commitment === commitment)
    return isOpen || isWaiting ? refused('claim', 'you have claimed this name already: register it') : null
  }
}

function refused(code: EntryCode, why: string): Refused {
  return { outcome: 'refused', code, why }
}
