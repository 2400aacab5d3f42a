import { afterEach, describe, expect, test } from 'vitest'
import type { PeerId } from '../../../src/shared/ids.ts'
import { MAX_TEXT_BYTES } from '../../../src/shared/model/chat.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { home, textsWith, type Home, type HomeOptions } from './household.ts'
import { People } from './people.ts'
import { Wire } from './wire.ts'

const homes: Home[] = []

afterEach(async () => {
  for (const one of homes.splice(0)) await one.stop()
})

async function two(parts: HomeOptions['parts'] = {}) {
  const [people, wire, clock] = [new People(), new Wire(), new FakeClock()]
  const at = async (): Promise<Home> => {
    const made = await home(await people.person(), { people, wire, clock, parts })
    homes.push(made)
    return made
  }
  const [a, b] = [await at(), await at()]
  const conversation = a.chat.open(b.device.account).id
  const say = async (from: Home, ...texts: string[]): Promise<void> => {
    for (const text of texts) await from.chat.send(conversation, { text })
  }
  return { wire, clock, a, b, conversation, say }
}

function settled(from: Home, to: Home): Promise<unknown> {
  return eventually('everything delivered', () => from.chat.open(to.device.account).waiting === 0)
}

const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${name} ${at} ${'x'.repeat(MAX_TEXT_BYTES / 4)}`)

describe('a stream', () => {
  test('that moves goes on over another one, and the old one ends', async () => {
    const { a, b, say, wire } = await two()
    await say(a, 'one')
    await settled(a, b)
    a.chat.move(b.device.peerId)
    await eventually('the old one to end', () => wire.opened === 2 && wire.open === 1)
    await say(a, 'two')
    await settled(a, b)
    await say(b, 'three')
    await settled(b, a)
    expect(textsWith(b, a.device.account)).toEqual(['one', 'two', 'three'])
    expect(wire.opened).toBe(2)
  })

  test('that moves in the middle of a backlog, again and again, loses, doubles and disorders nothing', async () => {
    const { a, b, say, wire } = await two()
    await say(a, 'hello')
    await settled(a, b)
    const [mine, theirs] = [numbered('a', 120), numbered('b', 120)]
    const saying = Promise.all([say(a, ...mine), say(b, ...theirs)])
    for (let times = 2; times <= 6; times += 1) {
      a.chat.move(b.device.peerId)
      await eventually('it to move', () => wire.opened >= times)
    }
    await saying
    await settled(a, b)
    await settled(b, a)
    for (const [here, there] of [[a, b], [b, a]] as const) {
      const texts = textsWith(here, there.device.account)
      expect(texts.filter((text) => text.startsWith('a '))).toEqual(mine)
      expect(texts.filter((text) => text.startsWith('b '))).toEqual(theirs)
    }
    await eventually('one stream to be left', () => wire.open === 1)
  })

  test('that cannot move stays where it is', async () => {
    const { a, b, say, wire } = await two()
    await say(a, 'one')
    await settled(a, b)
    wire.connected = () => false
    a.chat.move(b.device.peerId)
    await say(a, 'two')
    await settled(a, b)
    expect(wire).toMatchObject({ opened: 1, open: 1 })
  })

  test('is moved by the side that opened it only', async () => {
    const { a, b, say, wire } = await two()
    await say(a, 'one')
    await settled(a, b)
    b.chat.move(a.device.peerId)
    b.chat.move(a.device.peerId)
    await say(b, 'two')
    await settled(b, a)
    expect(wire.opened).toBe(1)
  })

  test('that is told to move twice at once moves once', async () => {
    const { a, b, say, wire } = await two()
    await say(a, 'one')
    await settled(a, b)
    a.chat.move(b.device.peerId)
    a.chat.move(b.device.peerId)
    await say(a, 'two')
    await settled(a, b)
    await eventually('one stream to be left', () => wire.open === 1)
    expect(textsWith(b, a.device.account)).toEqual(['one', 'two'])
  })

  test('that worked and is cut is opened again at once', async () => {
    const { a, b, clock, say, wire } = await two()
    await say(a, 'one')
    await settled(a, b)
    await clock.advance(SECOND * 3)
    wire.swallows = (from) => from === b.device.peerId
    await say(a, 'two')
    wire.swallows = () => false
    wire.cut(a.device.peerId)
    await settled(a, b)
    expect(textsWith(b, a.device.account)).toEqual(['one', 'two'])
  })

  test('that works and is cut over and over is not opened without a pause', async () => {
    const { a, b, conversation, say, wire } = await two()
    await say(a, 'one')
    await settled(a, b)
    wire.swallows = (from) => from === b.device.peerId
    await a.chat.send(conversation, { text: 'two' })
    for (let times = 0; times < 20; times += 1) {
      wire.cut(a.device.peerId)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(wire.opened).toBeLessThanOrEqual(3)
  })
})

test('a device that leaves a message unanswered for ten seconds is named, so that its connection is looked at', async () => {
  const unanswered: PeerId[] = []
  const { a, b, clock, say, wire } = await two({ unanswered: (peerId) => unanswered.push(peerId) })
  await say(a, 'one')
  await settled(a, b)
  wire.swallows = (from) => from === a.device.peerId
  await say(a, 'two')
  await clock.advance(9 * SECOND)
  expect(unanswered).toEqual([])
  await clock.advance(SECOND)
  expect(unanswered).toEqual([b.device.peerId])
})
