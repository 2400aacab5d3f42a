import { describe, expect, test } from 'vitest'
import { applyExitEvent, byAccount, MAX_USES, noExits, resetExits } from '../../../../src/renderer/features/exit/state.ts'
import type { ExitUse } from '../../../../src/shared/model/exit.ts'
import { exitOf } from '../../../gallery/exit.ts'
import { accountOf, peerIdOf } from '../../../gallery/ids.ts'

const use = (host: string, changes: Partial<ExitUse> = {}): ExitUse => ({
  whose: 'ours',
  account: accountOf('Bea'),
  peerId: peerIdOf('Bea'),
  called: 'Bea',
  host,
  port: 443,
  connections: 1,
  open: 0,
  sentBytes: 1,
  receivedBytes: 10,
  refused: 0,
  lastMs: 1_000,
  ...changes,
})

describe('ways out of this window', () => {
  const begun = resetExits(noExits, { offered: false, exits: [exitOf('Bea')], uses: [use('a.example')] })

  test('come, change and go', () => {
    const changed = applyExitEvent(begun, { event: 'exit-changed', exit: exitOf('Bea', { state: 'off' }) })
    expect(changed.exits.get(peerIdOf('Bea'))?.state).toBe('off')
    expect(applyExitEvent(changed, { event: 'exit-gone', peerId: peerIdOf('Bea') }).exits.size).toBe(0)
    expect(applyExitEvent(begun, { event: 'offered-changed', offered: true }).offered).toBe(true)
  })

  test('count a host once for each device, and forget all at once', () => {
    const counted = applyExitEvent(begun, { event: 'use-changed', use: use('a.example', { connections: 7 }) })
    expect([...counted.uses.values()].map(({ connections }) => connections)).toEqual([7])
    const two = applyExitEvent(counted, { event: 'use-changed', use: use('a.example', { whose: 'theirs' }) })
    expect(two.uses.size).toBe(2)
    expect(applyExitEvent(two, { event: 'uses-cleared' }).uses.size).toBe(0)
  })

  test('hold no more than main tells of: the one used longest ago goes', () => {
    let held = noExits
    for (let index = 0; index <= MAX_USES; index += 1) {
      held = applyExitEvent(held, { event: 'use-changed', use: use(`h${index}.example`, { lastMs: 2_000 - index }) })
    }
    expect(held.uses.size).toBe(MAX_USES)
    expect([...held.uses.values()].some(({ host }) => host === `h${MAX_USES}.example`)).toBe(false)
  })
})

test('what was counted stands by whom it went through, the one used last first', () => {
  const tomasz = { account: accountOf('Tomasz'), peerId: peerIdOf('Tomasz'), called: 'Tomasz' }
  const all = [
    use('old.example', { lastMs: 1 }),
    use('new.example', { lastMs: 2, sentBytes: 5 }),
    use('big.example', { ...tomasz, receivedBytes: 1_000 }),
    use('theirs.example', { whose: 'theirs' }),
  ]
  expect(byAccount(all, 'ours').map(({ called, hosts, sentBytes, receivedBytes }) => [called, hosts.map(({ host }) => host), sentBytes, receivedBytes])).toEqual([
    ['Tomasz', ['big.example'], 1, 1_000],
    ['Bea', ['new.example', 'old.example'], 6, 20],
  ])
  expect(byAccount(all, 'theirs').map(({ hosts }) => hosts.length)).toEqual([1])
  expect(byAccount([], 'ours')).toEqual([])
})
