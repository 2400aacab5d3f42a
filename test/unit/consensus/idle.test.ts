import { expect, test } from 'vitest'
import { MINUTE } from '../../../src/shared/units.ts'
import { Assembly } from './assembly.ts'

test('whoever has no slots any more, as it follows another network, leaves the validators of the last one alone', async () => {
  const assembly = await Assembly.of(2)
  const [ada, bea] = assembly.members
  if (ada === undefined || bea === undefined) throw new Error('two')
  ada.engine?.observe(assembly.slot(0, 0))
  await assembly.clock.advance(MINUTE)
  let tries = 0
  ada.protocol.open = async () => {
    tries++
    throw new Error('it is away')
  }
  assembly.crash(bea)
  for (let second = 0; second < 60; second++) await assembly.clock.advance(1_000)
  // The next slot may be a minute away.
  expect(tries).toBeGreaterThan(3)
  for (let minute = 0; minute < 10; minute++) await assembly.clock.advance(MINUTE)
  const before = tries
  for (let minute = 0; minute < 10; minute++) await assembly.clock.advance(MINUTE)
  expect(tries).toBe(before)
  // And is there again with the next slot.
  ada.engine?.observe(assembly.slot(0, 0, { facts: assembly.facts(0, { slot: 8 }) }))
  await assembly.clock.advance(MINUTE)
  expect(tries).toBeGreaterThan(before)
})

test('of a flood of pings one in some seconds counts, and is answered', async () => {
  const assembly = await Assembly.of(2)
  const [ada, bea] = assembly.members
  if (ada === undefined || bea === undefined) throw new Error('two')
  ada.engine?.observe(assembly.slot(0, 0))
  await assembly.clock.advance(1_000)
  const heard: number[] = []
  const opening = bea.protocol.open(ada.peerId, (lateMs) => heard.push(lateMs))
  await assembly.clock.advance(1_000)
  const channel = await opening
  const flood = async (): Promise<void> => {
    for (let count = 0; count < 50; count++) channel.send({ kind: 'ping', atMs: assembly.clock.nowMs() })
    await assembly.clock.advance(1_000)
  }
  await flood()
  await flood()
  expect(heard).toHaveLength(1)
  await assembly.clock.advance(10_000)
  await flood()
  expect(heard).toHaveLength(2)
})
