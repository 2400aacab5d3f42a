import { LatchError } from '../../../../shared/errors.ts'
import type { NetworkDraft } from '../../../../shared/model/networks.ts'
import { DecodeError } from '../../../platform/cbor.ts'
import { decodeGenesis, defaultRules, encodeGenesis, type Genesis, type Validator } from '../genesis.ts'
import { MAX_GENESIS_BYTES, ROUND_MS } from '../limits.ts'
import type { OpenCard } from './card.ts'
import { MIN_MADE_SLOT_MS, SLOT_STEP_MS } from './limits.ts'
import { refused } from './link-text.ts'

/** As many as leave an honest majority: t of n, n ≥ 2t + 1. Why that and not a third: docs/wire/network.md. */
export function defaultFaults(validators: number): number {
  return Math.floor((validators - 1) / 2)
}

/** t + 1 rounds of agreement and one for the commits, in whole half seconds. */
export function slotFor(faults: number, roundMs: number): number {
  const neededMs = Math.ceil(((faults + 2) * roundMs) / SLOT_STEP_MS) * SLOT_STEP_MS
  return Math.max(MIN_MADE_SLOT_MS, neededMs)
}

/** What is wrong with these cards together, in the order in which they were given; null where nothing is. */
export function whyNotTogether(cards: readonly OpenCard[], me: Validator): string | null {
  const places = new Map<string, number>()
  for (const [index, { key, label }] of cards.entries()) {
    const named = `Card ${index + 1}, of ${label},`
    if (key === me.key) return `${named} is this device's own: it is a validator without it.`
    const before = places.get(key)
    if (before !== undefined) return `${named} is of the same device as card ${before + 1}.`
    places.set(key, index)
  }
  return null
}

/** The first word of a network of this device and those of the cards. Errors: LatchError BAD_INPUT, TOO_LARGE. */
export function genesisOf(
  { tld, faults, roundMs = ROUND_MS }: Pick<NetworkDraft, 'tld' | 'faults' | 'roundMs'>,
  me: Validator,
  cards: readonly OpenCard[],
  startMs: number,
): Genesis {
  const why = whyNotTogether(cards, me)
  if (why !== null) throw refused(why)
  const validators = [me, ...cards.map(({ key, label }) => ({ key, label }))]
  const n = validators.length
  const t = faults ?? defaultFaults(n)
  if (n < 2 * t + 1) {
    throw refused(`${t} faulty validators need ${2 * t + 1} at least, so that the others are more; this network has ${n}.`)
  }
  const slotMs = slotFor(t, roundMs)
  const genesis: Genesis = { version: 1, tld, startMs, slotMs, roundMs, validators, faults: t, rules: defaultRules(t) }
  const bytes = encodeGenesis(genesis)
  if (bytes.byteLength > MAX_GENESIS_BYTES) {
    throw new LatchError('TOO_LARGE', 'The names of these validators are longer than a network carries.')
  }
  return checked(bytes)
}

/** As everybody else will read it: nothing that others refuse is ever made. */
function checked(bytes: Uint8Array): Genesis {
  try {
    return decodeGenesis(bytes)
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    throw refused(`Nobody could join such a network: ${cause.message}.`, cause)
  }
}
