import { expect, it } from 'vitest'
import { browseParts } from '../../../src/main/node/browse-parts.ts'

type Given = Parameters<typeof browseParts>[0]

/** Somebody who listens, and how they are told. */
function teller(): { subscribe: (listener: (event: unknown) => void) => () => void; tell: (event: unknown) => void; count: () => number } {
  const listeners = new Set<(event: unknown) => void>()
  return {
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell: (event) => listeners.forEach((listener) => listener(event)),
    count: () => listeners.size,
  }
}

it('what was found for names counts no more while the ledger is behind, nor where a zone, a name or the network is another', () => {
  const [names, ledger] = [teller(), teller()]
  const parts = browseParts({
    names,
    ledger: { subscribe: ledger.subscribe, genesis: () => ({ tld: 'peer' }) },
    config: { dataFolder: '/nowhere' },
    log: { child: () => null },
    me: { peerId: '', account: '' },
  } as unknown as Given)
  const told: (string | null)[] = []
  const end = parts.names.onChanged((site) => told.push(site))
  const status = (state: string): void => ledger.tell({ event: 'status-changed', status: { sync: { state } } })
  for (const state of ['ready', 'ready', 'behind', 'behind', 'ready', 'looking']) status(state)
  expect(told.splice(0)).toEqual([null, null])
  names.tell({ event: 'zone-heard', fullName: 'alice.peer' })
  names.tell({ event: 'network-changed' })
  ledger.tell({ event: 'names-changed', names: [{ name: 'alice' }, { name: 'bob' }] })
  expect(told).toEqual(['alice.peer', null, 'alice.peer', 'bob.peer'])
  end()
  expect([names.count(), ledger.count()]).toEqual([0, 0])
})
