import { expect, test } from 'vitest'
import { MAX_CIRCUITS, roomFor, type Ends } from '../../../src/main/node/relay-room.ts'

let made = 0
const circuit = (...subnets: string[]): Ends => ({ pair: `pair-${(made += 1)}`, subnets })
const many = (count: number, ...subnets: string[]): Ends[] => Array.from({ length: count }, () => circuit(...subnets))

test('one subnet has half of all circuits at most, whichever end it is, and others have the rest', () => {
  const greedy = [...many(128, 'greedy', 'a'), ...many(128, 'b', 'greedy')]
  expect(roomFor(circuit('greedy', 'c'), greedy.slice(1), MAX_CIRCUITS)).toEqual({ room: 'there-is' })
  const refused = { room: 'none', why: 'one subnet has half of all circuits' }
  expect(roomFor(circuit('greedy', 'c'), greedy, MAX_CIRCUITS)).toEqual(refused)
  expect(roomFor(circuit('c', 'greedy'), greedy, MAX_CIRCUITS)).toEqual(refused)
  expect(roomFor(circuit('a', 'b'), greedy, MAX_CIRCUITS)).toEqual({ room: 'there-is' })
})

test('a circuit within one subnet counts once', () => {
  expect(roomFor(circuit('a', 'a'), many(255, 'a', 'a'), MAX_CIRCUITS)).toEqual({ room: 'there-is' })
})

test('what is not counted, as loopback, may have them all, and no more than all', () => {
  expect(roomFor(circuit(), many(511), MAX_CIRCUITS)).toEqual({ room: 'there-is' })
  expect(roomFor(circuit(), many(512), MAX_CIRCUITS)).toEqual({ room: 'none', why: 'all circuits are in use' })
})

test('two have four circuits at most', () => {
  const one = circuit('a', 'b')
  expect(roomFor(one, [one, one, one], MAX_CIRCUITS)).toEqual({ room: 'there-is' })
  expect(roomFor(one, [one, one, one, one], MAX_CIRCUITS).room).toBe('none')
})
