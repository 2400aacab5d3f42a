import type { AccountId } from '../../shared/ids.ts'
import type { BlockLine, EntryPlace, LedgerEntry, ValidatorRef } from '../../shared/model/blocks.ts'
import type { Fork, LedgerStatus, SlotRounds, SyncState, ValidatorState } from '../../shared/model/consensus.ts'
import type { NameChange, NameOnLedger } from '../../shared/model/ledger.ts'
import { duration, plural, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import { nameOfAccount, type Named } from '../resolve.ts'
import { short } from '../short-id.ts'

/** What its network's roster calls a validator, in quotes, as nobody has vouched for that. */
export function validatorName({ label, peerId, mine }: ValidatorRef): string {
  if (mine) return 'this device'
  return label === '' ? short(peerId) : `"${oneLine(label)}"`
}

/** `0.4 ms`, `23 ms`, `1.2 s`. */
export function millis(ms: number): string {
  const size = Math.abs(ms)
  if (size >= 10_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${size < 10 && !Number.isInteger(ms) ? ms.toFixed(1) : Math.round(ms)} ms`
}

export function signedText({ signers, validators }: Pick<BlockLine, 'signers' | 'validators'>): string {
  return `${signers} of ${validators}`
}

/** What an entry asks for. */
export function entryText(entry: LedgerEntry, people: readonly Named[]): string {
  const name = entry.name === null ? '' : ` ${oneLine(entry.name)}`
  const self = entry.mine ? 'yourself' : 'themselves'
  const to = entry.to === null ? '' : ` to ${entry.to === entry.account ? self : nameOfAccount(people, entry.to)}`
  const against = entry.validator === null ? '' : ` against ${short(entry.validator)}`
  return `${entry.kind}${name}${to}${against}`
}

export function ownerText(account: AccountId, mine: boolean, people: readonly Named[]): string {
  return mine ? 'you' : nameOfAccount(people, account)
}

export function placeText(place: EntryPlace): string {
  switch (place.at) {
    case 'pool':
      return place.early || place.why !== null ? `waits: ${oneLine(place.why ?? 'something must come before it')}` : 'waits'
    case 'block':
      return `block ${place.height}`
    case 'gone':
      return `gone: ${oneLine(place.why)}`
  }
}

export function syncText(sync: SyncState, nowMs: number): string {
  switch (sync.state) {
    case 'ready':
      return `ready since ${time(sync.sinceMs, nowMs)}`
    case 'looking':
      return 'looking for somebody of this network'
    case 'catching-up':
      return `catching up: ${sync.step}, height ${sync.height} of ${sync.target}, from ${plural(sync.from.length, 'peer')}`
  }
}

/** The lamp in a word, and the node's sentence for it. */
export function quorumText({ lamp, heard, needed, validators, why }: LedgerStatus['quorum']): string {
  return `${lamp}: ${oneLine(why) || `${heard} of ${validators} validators are heard, ${needed} decide.`}`
}

export function leadingText({ verdict, why }: NonNullable<LedgerStatus['leading']>): string {
  return `${verdict === 'lead' ? 'leads in its turns' : 'stays silent'}${why === '' ? '.' : `: ${oneLine(why)}`}`
}

/** How one validator keeps time, against Δ. */
export function worstText({ mine, worstMs }: Pick<ValidatorState, 'mine' | 'worstMs'>, roundMs: number): string {
  if (worstMs === null) return mine ? '-' : 'not measured'
  return `${millis(worstMs)}${worstMs > roundMs ? ', too slow' : ''}`
}

/** `alice: nobody -> Bea`. */
export function changeText({ name, before, owner }: NameChange, people: readonly Named[]): string {
  const who = (account: AccountId | null): string => (account === null ? 'nobody' : nameOfAccount(people, account))
  return `${name}: ${who(before)} -> ${who(owner)}`
}

const phases = {
  living: 'lives',
  ending: 'ending: only contacts of its owner find it',
  grace: 'over: only its owner may renew it',
  free: 'free',
} as const

export function phaseText({ phase, expiresMs }: NameOnLedger, nowMs: number): string {
  return phase === 'free' || phase === 'grace' ? phases[phase] : `${phases[phase]}, ${duration(expiresMs - nowMs)} left`
}

/** What came of a slot; null while it is open. */
export function outcomeText({ outcome }: SlotRounds): string | null {
  if (outcome === null) return null
  const after = `after ${millis(outcome.offsetMs)}`
  if (outcome.decision === 'nothing') return `nothing ${after}${outcome.why === '' ? '' : `: ${oneLine(outcome.why)}`}`
  const by = { quorum: 'a quorum', rounds: 'the rounds', certificate: 'its certificate' }[outcome.by]
  return `block ${short(outcome.block)} by ${by} ${after}`
}

export function forkText({ outcome, why, parentHeight, chain, other }: Fork): string {
  const [kept, left] = [`${short(chain.head)} (weight ${chain.weight})`, `${short(other.head)} (weight ${other.weight})`]
  const went = outcome === 'left' ? `this node went over to ${kept} from ${left}` : `this node stayed with ${kept}, not ${left}`
  return `after height ${parentHeight}: ${went}, by ${why}`
}

/** Whether something waits that the next block could take: a slot that comes to nothing is news then. */
export function isAnythingReady({ pool }: Pick<LedgerStatus, 'pool'>): boolean {
  return pool.entries > pool.waiting
}
