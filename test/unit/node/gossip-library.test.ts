import type { Stream } from '@libp2p/interface'
import { expect, test } from 'vitest'
import { withThriftyWindow } from '../../../src/main/node/gossip-library.ts'

/** As js-yamux has it: 3 is an established stream, 2 one that is not acknowledged yet. */
function yamux(state: number, recvWindowCapacity: number) {
  const stream = { state, recvWindow: 262_144, recvWindowCapacity, updates: 0, sendWindowUpdate: () => void (stream.updates += 1) }
  withThriftyWindow(stream as unknown as Stream)
  return stream
}

test('a window is told anew when half of it is used, and whenever the stream is not simply open', () => {
  for (const [state, capacity, updates] of [[3, 262_000, 0], [3, 131_072, 0], [3, 131_071, 1], [2, 262_000, 1], [5, 262_000, 1]] as const) {
    const stream = yamux(state, capacity)
    stream.sendWindowUpdate()
    expect([state, capacity, stream.updates]).toEqual([state, capacity, updates])
  }
})

test('a stream without windows stays as it is', () => {
  const stream = { send: () => true }
  withThriftyWindow(stream as unknown as Stream)
  expect(Object.keys(stream)).toEqual(['send'])
})
