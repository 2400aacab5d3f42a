import { expect, test } from 'vitest'
import { keepDemoName, type DemoNameParts } from '../../../src/main/node/demo-name.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { eventually } from '../../helpers/eventually.ts'

test('a network that its owner went to while it could not come into the one before is followed all the same', async () => {
  let active = 'first'
  const tried: string[] = []
  const listeners = new Set<() => void>()
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  const owner = {
    networks: { subscribe, active: () => ({ network: active }), link: async (network: string) => ({ link: network }) },
    ledger: { network: () => active, validators: () => [{ mine: true }] },
  }
  const house = {
    ledger: { subscribe: () => () => {} },
    networks: {
      active: () => ({ network: 'none yet' }),
      list: () => [],
      async join(link: string) {
        tried.push(link)
        active = 'second'
        if (tried.length === 1) for (const listener of listeners) listener()
        throw new Error('nobody answers there')
      },
    },
  }
  const stop = new AbortController()
  const parts = { owner, house, log: silentLog, signal: stop.signal } as unknown as DemoNameParts
  keepDemoName(parts)
  await eventually('the second one', () => tried.length === 2)
  expect(tried).toEqual(['first', 'second'])
  stop.abort()
  expect(listeners.size).toBe(0)
})
