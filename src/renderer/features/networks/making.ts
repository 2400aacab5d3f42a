import { create } from 'zustand'
import { NetworkLabel, ValidatorLink, type NetworkDraft, type ValidatorCard } from '../../../shared/model/networks.ts'

/** As many validators as a genesis names, this device among them. */
export const MAX_VALIDATORS = 64
/** Δ between these, in milliseconds. */
export const ROUND_MS = { min: 50, max: 60_000, usual: 500 } as const

/** A card that was read. */
export interface GivenCard {
  link: string
  card: ValidatorCard
}

/** A network as far as it was thought of. */
export interface Making {
  label: string
  who: 'alone' | 'several'
  cards: readonly GivenCard[]
  /** Null: as many as may, with an honest majority. */
  faults: number | null
  /** As typed. */
  round: string
}

const nothing: Making = { label: '', who: 'alone', cards: [], faults: null, round: String(ROUND_MS.usual) }

interface Drafted extends Making {
  change: (change: Partial<Making>) => void
  clear: () => void
}

/** For as long as the window lives: cards come one after another, over days, and Esc loses none of them. */
export const useMaking = create<Drafted>()((set) => ({
  ...nothing,
  change: (change) => set(change),
  clear: () => set(nothing),
}))

/** How many may fail of so many: more than that, and they could outvote the honest. */
export function mostFaults(validators: number): number {
  return Math.floor((validators - 1) / 2)
}

/** The validators of it, this device first. */
export function validatorsOf({ who, cards }: Pick<Making, 'who' | 'cards'>): number {
  return who === 'alone' ? 1 : cards.length + 1
}

/** What was chosen, as far as the cards that are there allow. */
export function faultsOf(making: Pick<Making, 'who' | 'cards' | 'faults'>): number {
  const most = mostFaults(validatorsOf(making))
  return Math.min(making.faults ?? most, most)
}

/** Null where what was typed is no length of a round. */
export function roundOf({ round }: Pick<Making, 'round'>): number | null {
  const ms = /^\d{1,5}$/.test(round.trim()) ? Number(round) : Number.NaN
  return ms >= ROUND_MS.min && ms <= ROUND_MS.max ? ms : null
}

/** What main is asked to make; null while something of it is missing or wrong. */
export function draftOf(making: Making): NetworkDraft | null {
  const label = NetworkLabel.safeParse(making.label)
  const roundMs = roundOf(making)
  if (!label.success || roundMs === null) return null
  if (making.who === 'alone') return { label: label.data, tld: 'peer', cards: [], roundMs }
  if (making.cards.length === 0) return null
  const cards = making.cards.map(({ link }) => link)
  return { label: label.data, tld: 'peer', cards, faults: faultsOf(making), roundMs }
}

export type PutCard = 'put' | 'mine' | 'again' | 'too-many'

/** Whether a card that was read can be one of the list, and why not. */
export function whetherToPut({ peerId, mine }: ValidatorCard, cards: readonly GivenCard[]): PutCard {
  if (mine) return 'mine'
  if (cards.some(({ card }) => card.peerId === peerId)) return 'again'
  return cards.length + 1 >= MAX_VALIDATORS ? 'too-many' : 'put'
}

/** The cards in what was pasted: a message may hold several, and words around them. */
export function linksIn(text: string): string[] {
  const words = text.split(/[\s<>"'(),]+/)
  return [...new Set(words.filter((word) => ValidatorLink.safeParse(word).success))]
}
