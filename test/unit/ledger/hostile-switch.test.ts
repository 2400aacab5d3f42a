import { expect, test } from 'vitest'
import { networkOf } from '../../../src/main/features/ledger/genesis.ts'
import { networkIdOf } from '../../../src/main/features/ledger/index.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { home, ownNetwork } from './live-parts.ts'
import { person, START_MS } from './town.ts'

const leader = person('leader')
const first = ownNetwork(leader)
const second = ownNetwork(leader, { startMs: START_MS - 10_000 })

test('a network that cannot be begun leaves the one before at work', async () => {
  let isFull = false
  const at = await home({
    genesis: first,
    parts: {
      connectedPeers: () => {
        if (!isFull) return []
        isFull = false
        throw new Error('database or disk is full')
      },
    },
  })
  isFull = true
  await expect(at.ledger.use(second, 'second')).rejects.toThrow('disk is full')
  expect(at.ledger.network()).toBe(networkIdOf(networkOf(first)))
  expect(at.topics.entered.every((name) => name.includes(networkIdOf(networkOf(first))))).toBe(true)
  await at.slots(4)
  await at.ledger.submit({ op: { kind: 'claim', name: NameLabel.parse('adele') } })
  await at.slots(1)
  expect(at.ledger.head().height).toBe(1)
  // And it can be tried again.
  await at.ledger.use(second, 'second')
  expect(at.ledger.network()).toBe(networkIdOf(networkOf(second)))
  await at.stop()
  expect(at.timers()).toBe(0)
})
