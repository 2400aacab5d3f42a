import { afterEach, describe, expect, it } from 'vitest'
import { openDeviceList } from '../../../src/main/features/identity/index.ts'
import { createListStore } from '../../../src/main/features/identity/list-store.ts'
import { MAX_STRANGERS_LISTS } from '../../../src/main/features/identity/limits.ts'
import { accountIds } from '../../unit/identity/parts.ts'
import { HELLO_TERMS } from '../../../src/main/protocols/hello/index.ts'
import { HOUR } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { resident, type Resident, type ResidentOptions } from './resident.ts'

let here: Resident[] = []
afterEach(async () => {
  for (const one of here) await one.close()
  here = []
})

async function enter(name: string, options?: ResidentOptions): Promise<Resident> {
  const one = await resident(name, options)
  here.push(one)
  return one
}

const accountOf = (one: Resident): string => one.identity.me().account

/** What `one` knows of `other`, as far as it matters here. */
const known = (one: Resident, other: Resident): string | undefined => one.proofs.of(other.peerId)?.account

/** Whether a stream of hello is open here. */
function hasHello(one: Resident): boolean {
  const streams = one.node.libp2p.getConnections().flatMap((connection) => connection.streams)
  return streams.some((stream) => stream.protocol === HELLO_TERMS.protocol)
}

function expectNoOffence(...all: Resident[]): void {
  for (const one of all) expect(one.node.offences).toEqual([])
}

describe('two who meet', () => {
  it('both know whose device the other is after one hello', async () => {
    const [ada, bea] = [await enter('Ada'), await enter('Bea')]
    await ada.dial(bea)
    const proof = await ada.proofs.prove(bea.peerId)
    expect(proof).toMatchObject({ account: accountOf(bea), claimedName: 'Bea', devices: [bea.peerId] })
    expect(proof?.deviceLabel).toBe("Bea's device")
    expect(known(bea, ada)).toBe(accountOf(ada))
    expect(bea.events).toMatchObject([{ event: 'proven', peerId: ada.peerId, proof: { claimedName: 'Ada' } }])
    expect(ada.proofs.devicesOf(bea.identity.me().account)).toEqual([bea.peerId])
    expectNoOffence(ada, bea)
  })

  it('try once more where the first hello was cut: of two connections made at once, one is closed', async () => {
    let asked = 0
    const cutsTheFirst = () => () => {
      asked += 1
      if (asked > 1) return { verdict: 'allow', why: 'a test' } as const
      return { verdict: 'refuse', code: 'silent', why: 'a test' } as const
    }
    const [ada, bea] = [await enter('Ada'), await enter('Bea', { guards: cutsTheFirst })]
    await ada.dial(bea)
    expect(await ada.proofs.prove(bea.peerId)).toMatchObject({ account: accountOf(bea) })
    expect(asked).toBe(2)
  })

  it('may both begin at the same moment, and ask many times, and are told once', async () => {
    const [ada, bea] = [await enter('Ada'), await enter('Bea')]
    await ada.dial(bea)
    const asked = await Promise.all([
      ...Array.from({ length: 20 }, () => ada.proofs.prove(bea.peerId)),
      ...Array.from({ length: 20 }, () => bea.proofs.prove(ada.peerId)),
    ])
    expect(asked.every((proof) => proof !== null)).toBe(true)
    expect(ada.events).toHaveLength(1)
    expect(bea.events).toHaveLength(1)
    expectNoOffence(ada, bea)
  })

  it('know nothing of each other before, and ask anew after the connection went', async () => {
    const [ada, bea] = [await enter('Ada'), await enter('Bea')]
    expect(ada.proofs.of(bea.peerId)).toBeNull()
    expect(ada.proofs.devicesOf(bea.identity.me().account)).toEqual([])
    await ada.dial(bea)
    await ada.proofs.prove(bea.peerId)
    ada.proofs.disconnected(bea.peerId)
    expect(ada.proofs.of(bea.peerId)).toBeNull()
    await bea.identity.rename('Beatrice')
    expect(await ada.proofs.prove(bea.peerId)).toMatchObject({ claimedName: 'Beatrice' })
  })

  it('learn devices of somebody never met from a list that was found elsewhere, and no older one after it', async () => {
    const [ada, bea, carl] = [await enter('Ada'), await enter('Bea'), await enter('Carl')]
    const found = await openDeviceList(bea.proofs.ownList())
    if (found.outcome !== 'valid') throw new Error(found.why)
    await ada.proofs.learn(found.signed)
    expect(ada.proofs.devicesOf(bea.identity.me().account)).toEqual([bea.peerId])
    expect(ada.proofs.of(bea.peerId)).toBeNull()
    const older = { ...found.signed, list: { ...found.signed.list, seq: found.signed.list.seq - 1, devices: [] } }
    await ada.proofs.learn(older)
    expect(ada.proofs.devicesOf(bea.identity.me().account)).toEqual([bea.peerId])
    expect(carl.proofs.devicesOf(bea.identity.me().account)).toEqual([])
  })

  it('hear of a new name while they are connected', async () => {
    const [ada, bea] = [await enter('Ada'), await enter('Bea')]
    await ada.dial(bea)
    await ada.proofs.prove(bea.peerId)
    await bea.identity.rename('Beatrice')
    await eventually('the new name', () => ada.proofs.of(bea.peerId)?.claimedName === 'Beatrice')
    expect(ada.events).toMatchObject([{ event: 'proven' }, { event: 'proven', proof: { claimedName: 'Beatrice' } }])
    expectNoOffence(ada, bea)
  })

  it('are known by their devices after a restart, and proven only once they say hello again', async () => {
    const [ada, bea] = [await enter('Ada'), await enter('Bea')]
    await ada.dial(bea)
    await ada.proofs.prove(bea.peerId)
    const later = await enter('Ada again', { database: ada.database })
    expect(later.proofs.devicesOf(bea.identity.me().account)).toEqual([bea.peerId])
    expect(later.proofs.of(bea.peerId)).toBeNull()
  })
})

it('keeps its own list, however many strangers came by', async () => {
  const [ada, bea] = [await enter('Ada'), await enter('Bea')]
  const store = createListStore(ada.database, () => true)
  const strangers = accountIds(MAX_STRANGERS_LISTS + 100)
  for (const account of strangers) {
    store.put({ list: { account, seq: 1, devices: [], revoked: [] }, envelope: new Uint8Array(1) }, Date.now() + HOUR)
  }
  const later = await enter('Ada', { database: ada.database })
  await later.dial(bea)
  await later.proofs.prove(bea.peerId)
  expect(strangers.filter((account) => store.get(account) !== null).length).toBeLessThan(strangers.length)
  expect(store.get(later.identity.me().account)?.list.devices).toHaveLength(1)
})

describe('no proof comes', () => {
  it('of somebody who cannot be reached', async () => {
    const [ada, bea] = [await enter('Ada'), await enter('Bea')]
    expect(await ada.proofs.prove(bea.peerId)).toBeNull()
    expect(ada.events).toEqual([])
  })

  it('of somebody who speaks no hello', async () => {
    const [ada, bea] = [await enter('Ada'), await enter('Bea', { started: false })]
    await ada.dial(bea)
    expect(await ada.proofs.prove(bea.peerId)).toBeNull()
  })

  it('of somebody whose guard refuses', async () => {
    const guards = () => () => ({ verdict: 'refuse', code: 'busy', why: 'a test' }) as const
    const [ada, bea] = [await enter('Ada'), await enter('Bea', { guards })]
    await ada.dial(bea)
    expect(await ada.proofs.prove(bea.peerId)).toBeNull()
    expect(known(bea, ada)).toBeUndefined()
  })

  it('of somebody who says nothing, within five seconds', async () => {
    const clock = new FakeClock()
    const [ada, bea] = [await enter('Ada', { clock }), await enter('Bea', { started: false })]
    await bea.node.libp2p.handle('/latch/hello/1.0.0', () => {})
    await ada.dial(bea)
    let answer: unknown = 'none yet'
    void ada.proofs.prove(bea.peerId).then((proof) => (answer = proof))
    await eventually('the stream', () => hasHello(bea))
    await clock.advance(4_900)
    expect(answer).toBe('none yet')
    await clock.advance(200)
    expect(await eventually('an answer', () => answer !== 'none yet')).toBe(true)
    expect(answer).toBeNull()
    expect(ada.node.offences).toMatchObject([{ points: 2 }])
  })

  it('to a caller who no longer waits, while others go on waiting', async () => {
    const [ada, bea] = [await enter('Ada'), await enter('Bea')]
    await ada.dial(bea)
    const stop = new AbortController()
    const [impatient, patient] = [ada.proofs.prove(bea.peerId, stop.signal), ada.proofs.prove(bea.peerId)]
    stop.abort()
    expect(await impatient).toBeNull()
    expect(await patient).not.toBeNull()
    expect(await ada.proofs.prove(bea.peerId, stop.signal)).not.toBeNull()
  })
})

describe('two devices of one account', () => {
  it('that meet know each other, and each then lists both', async () => {
    const laptop = await enter('Ada')
    const phone = await enter('Ada on the phone', { of: laptop })
    await phone.dial(laptop)
    expect(await phone.proofs.prove(laptop.peerId)).toMatchObject({ account: accountOf(laptop) })
    const both = [laptop.peerId, phone.peerId].toSorted()
    await eventually('both lists', () =>
      [laptop, phone].every((one) => one.proofs.devicesOf(one.identity.me().account).toSorted().join() === both.join()),
    )
    expect(known(laptop, phone)).toBe(accountOf(laptop))
  })

  it('learn of each other from somebody who knows both, and both stay let in', async () => {
    const laptop = await enter('Ada')
    const phone = await enter('Ada on the phone', { of: laptop })
    const bea = await enter('Bea')
    const account = laptop.identity.me().account
    await laptop.dial(bea)
    await laptop.proofs.prove(bea.peerId)
    expect(known(bea, laptop)).toBe(account)

    await phone.dial(bea)
    await phone.proofs.prove(bea.peerId)
    await eventually('Bea to know both', () => known(bea, laptop) === account && known(bea, phone) === account)
    const both = [laptop.peerId, phone.peerId].toSorted()
    expect(bea.proofs.devicesOf(account).toSorted()).toEqual(both)
    expect(laptop.proofs.devicesOf(account).toSorted()).toEqual(both)
    // Between the two lists the laptop was not vouched for, and Bea was told so.
    expect(bea.events.map((event) => [event.event, event.peerId])).toEqual(
      expect.arrayContaining([
        ['disproven', laptop.peerId],
        ['proven', laptop.peerId],
      ]),
    )
  })

  it('whichever of them comes late with an older list, it is told and joins', async () => {
    const laptop = await enter('Ada')
    const phone = await enter('Ada on the phone', { of: laptop })
    const bea = await enter('Bea')
    await phone.dial(bea)
    await phone.proofs.prove(bea.peerId)
    await laptop.dial(bea)
    // One prove is enough: the refusal brings the newer list, and the second hello shows the joined one.
    expect(await laptop.proofs.prove(bea.peerId)).not.toBeNull()
    await eventually('Bea to know both', () => bea.proofs.devicesOf(laptop.identity.me().account).length === 2)
    expect(known(bea, laptop)).toBe(accountOf(laptop))
    expect(bea.node.offences.every((offence) => offence.points === 1)).toBe(true)
  })
})
