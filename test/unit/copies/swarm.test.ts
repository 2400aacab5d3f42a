import { beforeEach, describe, expect, test } from 'vitest'
import { MAX_ASKED } from '../../../src/main/features/copies/limits.ts'
import { Swarm } from '../../../src/main/features/copies/fetch/swarm.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { StreamCutError, type RemotePeer } from '../../../src/main/platform/streams.ts'
import type { CopyChannel } from '../../../src/main/protocols/copy/index.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { idOf } from '../../helpers/bad-trees.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const peer = (at: number): PeerId => PeerId.parse(`12D3KooW${'A'.repeat(41)}${letters[Math.floor(at / 49) % 49]}${letters[at % 49]}1`)
const block = Buffer.from('a block')
const id = idOf('raw', block)
const never = new AbortController().signal

let clock: FakeClock
/** What whoever is asked does: opens (and gives, says nothing, goes away), or is not there. */
let does: (peerId: PeerId) => 'gives' | 'silent' | 'goes' | 'away'
let asked: PeerId[]
let walks: number

function channelOf(peerId: PeerId): CopyChannel {
  const over = Promise.withResolvers<Error>()
  if (does(peerId) === 'goes') over.resolve(new StreamCutError('gone again'))
  return {
    peer: { peerId } as RemotePeer,
    receivedBytes: 0,
    over: over.promise,
    want: () => (does(peerId) === 'gives' ? Promise.resolve(block) : over.promise.then((why) => Promise.reject(why))),
    close: (why) => over.resolve(why),
  }
}

function swarm(devices: readonly PeerId[], candidates: readonly PeerId[]): Swarm {
  return new Swarm(SiteName.parse('alice.peer'), `01701220${'ab'.repeat(32)}`, devices, {
    clock,
    log: silentLog,
    offence: () => {},
    candidates: () => ({ ofContacts: [], connected: candidates }),
    connect: async () => {},
    dht: {
      // eslint-disable-next-line require-yield
      async *closest() {
        walks += 1
      },
    },
    protocol: {
      serve: () => Promise.resolve(),
      provide: () => Promise.resolve(),
      who: () => Promise.resolve([]),
      open(peerId: PeerId) {
        asked.push(peerId)
        return does(peerId) === 'away' ? Promise.reject(new LatchError('UNREACHABLE')) : Promise.resolve(channelOf(peerId))
      },
    },
  })
}

beforeEach(() => {
  clock = new FakeClock()
  asked = []
  walks = 0
})

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('whoever is asked for a copy', () => {
  test('is its owner before all others, however many say that they have it and go again', async () => {
    const owner = peer(1_000)
    const crowd = Array.from({ length: MAX_ASKED }, (_, at) => peer(at))
    let isOwnerThere = false
    does = (peerId) => (peerId !== owner ? 'goes' : isOwnerThere ? 'gives' : 'away')
    const one = swarm([owner], crowd)
    await expect(one.get(id, never)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    isOwnerThere = true
    for (let times = 0; times < 3; times++) {
      await clock.advance(3 * SECOND)
      asked = []
      const came = one.get(id, never)
      await settled()
      expect(asked).toContain(owner)
      expect(await came).toEqual(block)
      one.disconnected(owner)
    }
  })

  test('is somebody else where those who were asked before rest', async () => {
    const crowd = Array.from({ length: MAX_ASKED + 10 }, (_, at) => peer(at))
    const last = crowd.at(-1)
    does = (peerId) => (peerId === last ? 'gives' : 'away')
    const one = swarm([], crowd)
    await expect(one.get(id, never)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(asked).toHaveLength(MAX_ASKED)
    // The first of them may be asked again by now; what was not asked yet comes before.
    await clock.advance(2 * SECOND)
    const came = one.get(id, never).catch((error: unknown) => error)
    await settled()
    expect(asked).toContain(last)
    expect(await came).toEqual(block)
  })

  test('is looked for anew every two seconds only while nobody has it', async () => {
    does = () => 'silent'
    const one = swarm([peer(1)], [])
    const came = one.get(id, never).catch((error: unknown) => error)
    for (let times = 0; times < 24; times++) {
      await clock.advance(SECOND / 2)
      await settled()
    }
    expect(walks).toBe(1)
    one.close(new Error('enough'))
    await came
  })
})
