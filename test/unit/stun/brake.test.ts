import { expect, test } from 'vitest'
import { sourceOf } from '../../../src/main/protocols/stun/address.ts'
import { Brake, MAX_SOURCES, OF_ALL, OF_ONE } from '../../../src/main/protocols/stun/brake.ts'

const takeMany = (brake: Brake, times: number, source: (n: number) => string, nowMs = 0): number => {
  let taken = 0
  for (let n = 0; n < times; n += 1) if (brake.take(source(n), nowMs) === 'taken') taken += 1
  return taken
}

test('one address gets its burst, then its rate', () => {
  const brake = new Brake()
  expect(takeMany(brake, 1_000, () => 'a')).toBe(OF_ONE.burst)
  expect(takeMany(brake, 1_000, () => 'a', 1_000)).toBe(OF_ONE.perSecond)
})

test('one address that sends too much takes nothing from the others', () => {
  const brake = new Brake()
  takeMany(brake, 100_000, () => 'a')
  expect(takeMany(brake, 500, (n) => `b${n}`)).toBe(500)
})

test('invented addresses share one bucket, and little memory', () => {
  const brake = new Brake()
  expect(takeMany(brake, 100_000, (n) => `${n}`)).toBe(OF_ALL.burst)
  expect(brake.size).toBe(MAX_SOURCES)
  expect(takeMany(brake, 100_000, (n) => `${n}`, 1_000)).toBe(OF_ALL.perSecond)
})

test('a network of IPv6 is one source, an IPv4 address is one', () => {
  expect(sourceOf('2001:db8:1:2::5')).toBe(sourceOf('2001:db8:1:2:ffff::1'))
  expect(sourceOf('2001:db8:1:2::5')).not.toBe(sourceOf('2001:db8:1:3::5'))
  expect(sourceOf('fe80::1%lo')).toBe(sourceOf('fe80::2'))
  expect(sourceOf('192.0.2.1')).not.toBe(sourceOf('192.0.2.2'))
})
