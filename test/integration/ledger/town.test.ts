import { afterEach, expect, test } from 'vitest'
import { HEARTBEAT_MS } from '../../../src/main/features/ledger/live/limits.ts'
import { LedgerTown } from '../../helpers/ledger-town.ts'

const VALIDATORS = ['leader', 'bob', 'carol', 'dan']

let town: LedgerTown

afterEach(() => town.close())

test('what somebody submits to one of four validators lies in one block everywhere, also at a follower', async () => {
  town = await LedgerTown.of({ validators: VALIDATORS, faults: 1, followers: ['fay'] })
  await town.slots(1)
  await town.claim('bob', 'ada', 'adele')
  await town.slots(2)
  expect(town.heads()).toHaveLength(1)
  expect(town.chainOf('fay')).toMatchObject([{ height: 1, entries: 1, validators: 4 }])
  await town.register('fay', 'ada', 'adele')
  await town.slots(2)
  expect(town.heads()).toHaveLength(1)
  for (const { ledger } of town.all) expect(ledger.name('adele' as never)).toMatchObject({ name: 'adele' })
})

test('empty slots make no block; after some minutes an empty one says that the network lives', async () => {
  town = await LedgerTown.of({ validators: VALIDATORS, faults: 1 })
  await town.slots(1)
  await town.claim('bob', 'ada', 'adele')
  await town.slots(1)
  expect(town.chainOf('bob')).toHaveLength(1)
  const slots = Math.floor(HEARTBEAT_MS / town.genesis.slotMs)
  await town.slots(slots - 2)
  expect(town.chainOf('bob')).toHaveLength(1)
  await town.slots(6)
  expect(town.chainOf('bob')).toMatchObject([{ entries: 1 }, { entries: 0, height: 2 }])
  expect(town.heads()).toHaveLength(1)
})
