import { expect, test } from 'vitest'
import {
  draftOf,
  faultsOf,
  linksIn,
  mostFaults,
  roundOf,
  whetherToPut,
  type GivenCard,
  type Making,
} from '../../../../src/renderer/features/networks/making.ts'
import type { ValidatorCard } from '../../../../src/shared/model/networks.ts'
import { peerIdOf } from '../../../gallery/ids.ts'
import { cardLink } from '../../../gallery/networks.ts'

const card = (name: string): ValidatorCard => ({ peerId: peerIdOf(name), label: name, addresses: [], madeMs: 1, mine: false })
const given = (...names: string[]): GivenCard[] => names.map((name) => ({ link: cardLink(name), card: card(name) }))
const making: Making = { label: 'Harbour', who: 'several', cards: given('a', 'b', 'c'), faults: null, round: '500' }

test.each([
  [1, 0],
  [2, 0],
  [3, 1],
  [4, 1],
  [5, 2],
  [7, 3],
  [64, 31],
])('of %i validators at most %i may fail', (all, most) => {
  expect(mostFaults(all)).toBe(most)
})

test('how many may fail follows the cards that are there, whatever was chosen before', () => {
  expect(faultsOf(making)).toBe(1)
  expect(faultsOf({ ...making, faults: 0 })).toBe(0)
  expect(faultsOf({ ...making, faults: 1, cards: given('a') })).toBe(0)
})

test('a network of one needs a name and nothing else', () => {
  expect(draftOf({ ...making, who: 'alone', label: ' Home ' })).toEqual({ label: 'Home', tld: 'peer', cards: [], roundMs: 500 })
  expect(draftOf({ ...making, who: 'alone', label: '  ' })).toBeNull()
})

test('one of several needs a card, and asks for what was chosen', () => {
  expect(draftOf({ ...making, cards: [] })).toBeNull()
  expect(draftOf(making)).toMatchObject({ cards: making.cards.map(({ link }) => link), faults: 1, roundMs: 500 })
})

test.each([['49'], ['60001'], ['half'], ['5e2'], [''], ['-500']])('%j is no length of a round', (round) => {
  expect(roundOf({ round })).toBeNull()
  expect(draftOf({ ...making, round })).toBeNull()
})

test('cards are found among the words of a message, each once', () => {
  const [a, b] = [cardLink('a'), cardLink('b')]
  expect(linksIn(`Here is mine: ${a}\nand hers (<${b}>), again ${a}`)).toEqual([a, b])
  expect(linksIn('latch://network/abc and nothing else')).toEqual([])
})

test('a card of one’s own, one that is there, and one too many are told apart', () => {
  const full = given(...Array.from({ length: 63 }, (_, index) => `v${index}`))
  expect(whetherToPut(card('d'), making.cards)).toBe('put')
  expect(whetherToPut({ ...card('d'), mine: true }, making.cards)).toBe('mine')
  expect(whetherToPut(card('b'), making.cards)).toBe('again')
  expect(whetherToPut(card('d'), full)).toBe('too-many')
})
