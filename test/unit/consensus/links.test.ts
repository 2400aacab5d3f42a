import { beforeEach, describe, expect, test } from 'vitest'
import { Links } from '../../../src/main/features/consensus/links.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { ConsensusChannel, ConsensusProtocol, Frame } from '../../../src/main/protocols/consensus/index.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const peer = (letter: string): PeerId => PeerId.parse(`12D3KooW${letter.repeat(44)}`)
const [al, bea] = [peer('A'), peer('B')]
const frame = (sentMs: number): Frame => ({
  sentMs,
  message: { kind: 'commit', session: new Uint8Array(32), value: new Uint8Array(36), commits: [] },
})

let clock: FakeClock
let links: Links
/** When each channel was asked for, on the clock. */
let tries: number[]
let isUp: boolean
let sent: number[]
let channels: { readonly peer: PeerId; readonly closed: Promise<Error>; break: (why: Error) => void }[]

const protocol: ConsensusProtocol = {
  serve: async () => {},
  open: async (to) => {
    tries.push(clock.monotonicMs())
    if (!isUp) throw new Error('unreachable')
    const over = Promise.withResolvers<Error>()
    const channel: ConsensusChannel = {
      send: (said) => sent.push('message' in said ? said.sentMs : Number.NaN),
      over: over.promise,
      close: (why) => over.resolve(why),
    }
    channels.push({ peer: to, closed: over.promise, break: over.resolve })
    return channel
  },
}

beforeEach(() => {
  clock = new FakeClock()
  tries = []
  sent = []
  channels = []
  isUp = true
  links = new Links({ protocol, clock, log: silentLog, heard: () => {} })
})

describe('a channel to a validator', () => {
  test('is opened before there is anything to say, once', async () => {
    links.keep([al])
    links.keep([al])
    await clock.advance(10 * SECOND)
    expect(tries).toEqual([0])
    links.send(al, frame(1))
    expect(sent).toEqual([1])
  })

  test('that cannot be opened is tried again, less and less often', async () => {
    isUp = false
    links.keep([al])
    for (let second = 0; second < 60; second++) {
      await clock.advance(0)
      await clock.advance(1 * SECOND)
    }
    expect(tries.map((ms) => ms / SECOND)).toEqual([0, 1, 3, 7, 15, 31, 47])
  })

  test('that cannot be opened is tried at once when the validator is connected again, and often as at first', async () => {
    isUp = false
    links.keep([al])
    for (let second = 0; second < 20; second++) {
      await clock.advance(0)
      await clock.advance(1 * SECOND)
    }
    links.reachable(bea)
    links.reachable(al)
    await clock.advance(0)
    await clock.advance(2 * SECOND)
    isUp = true
    links.reachable(al)
    await clock.advance(0)
    links.reachable(al)
    await clock.advance(10 * SECOND)
    expect(tries.map((ms) => ms / SECOND)).toEqual([0, 1, 3, 7, 15, 20, 21, 22])
  })

  test('that is not open yet is told the newest four things when it is', async () => {
    isUp = false
    links.keep([al])
    for (const sentMs of [1, 2, 3, 4, 5, 6]) links.send(al, frame(sentMs))
    await clock.advance(0)
    isUp = true
    await clock.advance(1 * SECOND)
    expect(sent).toEqual([3, 4, 5, 6])
  })

  test('that breaks is opened again at once where it had lived, and not more than once a second', async () => {
    links.keep([al])
    await clock.advance(5 * SECOND)
    channels[0]?.break(new Error('cut'))
    await clock.advance(0)
    expect(channels).toHaveLength(2)
    channels[1]?.break(new Error('cut'))
    await clock.advance(0)
    await clock.advance(999)
    expect(channels).toHaveLength(2)
    await clock.advance(1)
    expect(tries).toEqual([0, 5 * SECOND, 6 * SECOND])
  })

  test('is closed when that is no validator any more, and with everything else', async () => {
    links.keep([al, bea])
    await clock.advance(0)
    links.keep([bea])
    expect((await channels[0]?.closed)?.message).toBe('no validator of the present slot')
    links.close()
    expect((await channels[1]?.closed)?.message).toBe('closed')
    await clock.advance(60 * SECOND)
    expect(channels).toHaveLength(2)
  })
})
