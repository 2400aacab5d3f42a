import { expect, test } from 'vitest'
import { watch, type Watched } from '../../../../src/renderer/bridge/watch.ts'

type Item = Watched<string, string>
const snapshot = (seq: number, snapshot: string): Item => ({ kind: 'snapshot', seq, snapshot })
const event = (seq: number, event: string): Item => ({ kind: 'event', seq, event })

/** Follows one stream after the other and tells what the reader was told; the last stream stays open. */
async function follow(...streams: (Item | Error)[][]): Promise<{ told: string[]; breaks: number[] }> {
  const told: string[] = []
  const breaks: number[] = []
  const closing = new AbortController()
  await watch<string, string>(
    {
      async open() {
        const items = streams.shift()
        if (items === undefined) throw new Error('no stream is left')
        return (async function* () {
          for (const item of items) {
            if (item instanceof Error) throw item
            yield item
          }
          if (streams.length === 0) closing.abort()
        })()
      },
      onSnapshot: (snapshot) => told.push(`= ${snapshot}`),
      onEvent: (event) => told.push(`+ ${event}`),
      onBreak: () => told.push('break'),
      ready: async (count) => {
        breaks.push(count)
      },
    },
    closing.signal,
  )
  return { told, breaks }
}

test('a snapshot comes first and events follow it', async () => {
  const { told } = await follow([snapshot(0, 'a'), event(1, 'b'), event(2, 'c')])
  expect(told).toEqual(['= a', '+ b', '+ c'])
})

test('a missing number leads to a new stream, and the event behind the gap is not believed', async () => {
  const { told } = await follow([snapshot(0, 'a'), event(1, 'b'), event(3, 'd')], [snapshot(0, 'abcd')])
  expect(told).toEqual(['= a', '+ b', 'break', '= abcd'])
})

test('an event that comes twice leads to a new stream', async () => {
  const { told } = await follow([snapshot(0, 'a'), event(1, 'b'), event(1, 'b')], [snapshot(0, 'ab')])
  expect(told).toEqual(['= a', '+ b', 'break', '= ab'])
})

test('an event before any snapshot is not believed', async () => {
  const { told } = await follow([event(0, 'b')], [snapshot(0, 'ab')])
  expect(told).toEqual(['break', '= ab'])
})

test('a stream that ends or fails is opened again and starts at its snapshot', async () => {
  const cut = [snapshot(0, 'b'), new Error('cut')]
  const { told } = await follow([snapshot(0, 'a')], cut, [snapshot(0, 'c'), event(1, 'd')])
  expect(told).toEqual(['= a', 'break', '= b', 'break', '= c', '+ d'])
})

test('breaks in a row are counted, and a snapshot ends the row', async () => {
  const { breaks } = await follow([new Error('cut')], [new Error('cut')], [snapshot(0, 'a')], [snapshot(0, 'b')])
  expect(breaks).toEqual([0, 1, 2, 1])
})

test('nothing is told after the reader went away', async () => {
  const told: string[] = []
  const closing = new AbortController()
  await watch<string, string>(
    {
      open: async () =>
        (async function* () {
          yield snapshot(0, 'a')
          closing.abort()
          yield event(1, 'b')
        })(),
      onSnapshot: (snapshot) => told.push(snapshot),
      onEvent: (event) => told.push(event),
      onBreak: () => told.push('break'),
      ready: () => Promise.resolve(),
    },
    closing.signal,
  )
  expect(told).toEqual(['a'])
})
