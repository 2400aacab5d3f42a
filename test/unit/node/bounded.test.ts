import type { Connection, Stream, StreamHandler, Topology } from '@libp2p/interface'
import { expect, test } from 'vitest'
import type { Components } from '../../../src/main/node/annex.ts'
import { closingNothing, staying } from '../../../src/main/node/bounded.ts'

test('a random walk on an empty DHT, which would keep this thread to itself, is not begun', async () => {
  let walks = 0
  const randomWalk = {
    async *walk() {
      walks += 1
      yield* []
    },
  }
  const met: unknown[] = []
  for await (const peer of staying({ connectionManager: {}, randomWalk } as unknown as Components).randomWalk.walk()) met.push(peer)
  expect({ met, walks }).toEqual({ met: [], walks: 0 })
})

test('what AutoNAT dials back with, and closes, is never the connection that is in use', async () => {
  const asked: unknown[] = []
  const openConnection = async (_: unknown, options: unknown): Promise<void> => void asked.push(options)
  const handed = staying({ connectionManager: { openConnection }, randomWalk: {} } as unknown as Components)
  await handed.connectionManager.openConnection([], { priority: 1 })
  expect(asked).toEqual([{ priority: 1, force: true }])
})

test('what DCUtR is handed cannot end the circuit on which a knock is half said', async () => {
  let closed = 0
  const connection = { id: 'one', close: async () => void (closed += 1) } as unknown as Connection
  const seen: Connection[] = []
  const registrar = {
    register: async (_: string, topology: Topology) => void topology.onConnect?.(connection.remotePeer, connection),
    handle: async (_: string, handler: StreamHandler) => void handler({} as Stream, connection),
  }
  const handed = closingNothing({ registrar } as unknown as Components).registrar
  await handed.register('/libp2p/dcutr', { onConnect: (_, one) => void seen.push(one) })
  await handed.handle('/libp2p/dcutr', (_, one) => void seen.push(one))
  for (const one of seen) await one.close()
  expect({ ids: seen.map(({ id }) => id), closed }).toEqual({ ids: ['one', 'one'], closed: 0 })
})
