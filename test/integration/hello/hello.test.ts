import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEVICE_LIST, signDeviceList, type DeviceList } from '../../../src/main/features/identity/device-list.ts'
import { decode, encode } from '../../../src/main/platform/cbor.ts'
import { seal } from '../../../src/main/platform/envelope.ts'
import type { FrameStream } from '../../../src/main/platform/streams.ts'
import { HELLO_TERMS } from '../../../src/main/protocols/hello/index.ts'
import type { PrivateKey } from '@libp2p/interface'
import { z } from 'zod'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { resident, type Resident, type ResidentOptions } from '../identity/resident.ts'

let here: Resident[] = []
let ada: Resident
let bea: Resident
/** A stranger who has an account and a node of their own, and speaks by hand. */
let mallory: Resident

beforeEach(async () => {
  ada = await enter('Ada')
  bea = await enter('Bea')
  mallory = await enter('Mallory', { started: false })
  await mallory.dial(bea)
})
afterEach(async () => {
  for (const one of here) await one.close()
  here = []
})

async function enter(name: string, options?: ResidentOptions): Promise<Resident> {
  const one = await resident(name, options)
  here.push(one)
  return one
}

function accountKeyOf(one: Resident): PrivateKey {
  const key = one.identity.keyring()?.accountKey
  if (key === undefined) throw new Error('there is no account')
  return key
}

function listOf(one: Resident, change: Partial<DeviceList> = {}): DeviceList {
  const keyring = one.identity.keyring()
  if (keyring === null) throw new Error('there is no account')
  const device = { peerId: one.peerId, label: 'a device', addedAtMs: 1, mailKey: keyring.mailKey.publicKey }
  return { account: one.identity.me().account, seq: 1_000, devices: [device], revoked: [], ...change }
}

async function signed(list: DeviceList, key: PrivateKey): Promise<Uint8Array> {
  const built = await signDeviceList(list, key)
  if (built.outcome !== 'signed') throw new Error(built.why)
  return built.signed.envelope
}

async function helloOf(one: Resident, change: object = {}): Promise<Uint8Array> {
  const deviceList = await signed(listOf(one), accountKeyOf(one))
  return encode({ version: 1, deviceList, name: one.name, agent: 'by hand', ...change })
}

const Status = z.object({ status: z.string(), newest: z.instanceof(Uint8Array).optional() })
const statusIn = (frame: Uint8Array | null): string =>
  frame === null ? 'the end' : decode(frame, Status, 16 * 1024).status

/** Mallory says this to Bea, and what Bea answers: a status, or what became of the stream. */
async function says(frame: Uint8Array): Promise<string> {
  const stream = await mallory.node.streams.open(bea.peerId, HELLO_TERMS)
  try {
    await stream.write(frame)
    await stream.end()
    return statusIn(await stream.read())
  } catch (error) {
    return error instanceof Error ? error.name : 'no error'
  }
}

async function stillAnswers(): Promise<void> {
  await ada.dial(bea)
  expect(await ada.proofs.prove(bea.peerId)).toMatchObject({ account: bea.identity.me().account })
}

describe('a peer that says', () => {
  it("somebody else's hello, word for word, is a stranger", async () => {
    expect(await says(await helloOf(ada))).toBe('not-in-list')
    expect(bea.node.offences).toMatchObject([{ peerId: mallory.peerId, points: 25 }])
    expect(bea.proofs.of(mallory.peerId)).toBeNull()
    // Nor was the list taken, though its signature is good.
    expect(bea.proofs.devicesOf(ada.identity.me().account)).toEqual([])
    await stillAnswers()
  })

  it("a list in somebody else's name is a forger", async () => {
    const list = listOf(mallory, { account: ada.identity.me().account })
    const forged = await seal(DEVICE_LIST, encode(list), accountKeyOf(mallory))
    expect(await says(await helloOf(mallory, { deviceList: forged }))).toBe('forged')
    expect(bea.node.offences).toMatchObject([{ peerId: mallory.peerId, points: 50 }])
    expect(bea.proofs.of(mallory.peerId)).toBeNull()
  })

  it('that somebody else is a device of theirs takes nothing from them', async () => {
    const list = listOf(mallory)
    const devices = [...list.devices, { ...list.devices[0], peerId: ada.peerId }]
    const claims = await seal(DEVICE_LIST, encode({ ...list, devices }), accountKeyOf(mallory))
    await ada.dial(bea)
    await ada.proofs.prove(bea.peerId)
    await says(await helloOf(mallory, { deviceList: claims }))
    expect(bea.proofs.of(mallory.peerId)?.account).toBe(mallory.identity.me().account)
    expect(bea.proofs.of(ada.peerId)?.account).toBe(ada.identity.me().account)
  })

  it('an older list than it said before is refused, and told the newer one', async () => {
    const newer = await signed(listOf(mallory, { seq: 2_000 }), accountKeyOf(mallory))
    await says(await helloOf(mallory, { deviceList: newer }))
    const stream = await mallory.node.streams.open(bea.peerId, HELLO_TERMS)
    await stream.write(await helloOf(mallory))
    const answer = decode((await stream.read()) ?? new Uint8Array(), Status, 16 * 1024)
    expect(answer.status).toBe('older-list')
    expect(Buffer.from(answer.newest ?? []).equals(Buffer.from(newer))).toBe(true)
    expect(bea.node.offences).toMatchObject([{ points: 1 }])
    // It is vouched for by the newer one all the same.
    expect(bea.proofs.of(mallory.peerId)).toMatchObject({ seq: 2_000 })
  })

  it('two lists of one number is refused', async () => {
    await says(await helloOf(mallory))
    const other = await signed(listOf(mallory, { revoked: [ada.peerId] }), accountKeyOf(mallory))
    expect(await says(await helloOf(mallory, { deviceList: other }))).toBe('conflict')
    expect(bea.node.offences).toMatchObject([{ points: 5 }])
  })

  it('a version of the future is told that it is not spoken here', async () => {
    expect(await says(encode({ version: 2, entirely: 'other' }))).toBe('unknown-version')
    expect(bea.node.offences).toMatchObject([{ points: 1 }])
  })

  it.each([
    ['nonsense', async () => new Uint8Array([0xff, 0x00, 0x13])],
    ['another message of good form', async () => encode({ capability: 'contact', greeting: 'hello' })],
    ['a list of nonsense', () => helloOf(mallory, { deviceList: new Uint8Array(100) })],
    ['a name of a thousand letters', () => helloOf(mallory, { name: 'x'.repeat(1_000) })],
    ['half a hello', async () => (await helloOf(mallory)).subarray(0, 50)],
  ])('%s is told that it is malformed', async (_, frame) => {
    expect(await says(await frame())).toBe('malformed')
    expect(bea.node.offences).toMatchObject([{ peerId: mallory.peerId, points: 10 }])
    expect(bea.proofs.of(mallory.peerId)).toBeNull()
    await stillAnswers()
  })

  it('nothing, and ends, is told that it is malformed', async () => {
    const stream = await mallory.node.streams.open(bea.peerId, HELLO_TERMS)
    await stream.end()
    expect(statusIn(await stream.read())).toBe('malformed')
  })

  it('more than 16 KiB is cut off', async () => {
    const stream = await mallory.node.streams.open(bea.peerId, { ...HELLO_TERMS, maxFrameBytes: 1_000_000 })
    await stream.write(new Uint8Array(17 * 1024)).catch(() => {})
    expect(await stream.over).toMatchObject({ how: 'cut' })
    await eventually('the offence', () => bea.node.offences.some((offence) => offence.peerId === mallory.peerId))
    await stillAnswers()
  })

  it('hello and goes away in the middle leaves nothing behind', async () => {
    const stream = await mallory.node.streams.open(bea.peerId, HELLO_TERMS)
    await mallory.node.libp2p.hangUp(bea.node.libp2p.peerId)
    await stream.over
    expect(bea.node.offences).toEqual([])
    await stillAnswers()
  })

  it('a name with characters that turn the screen around is shown without them', async () => {
    await says(await helloOf(mallory, { name: '\u202EadA\u0000\n  \u2066(verified)' }))
    expect(bea.proofs.of(mallory.peerId)?.claimedName).toBe('adA (verified)')
  })
})

describe('a peer that', () => {
  it('opens a hello and says nothing is dropped after five seconds, and it costs a little', async () => {
    const clock = new FakeClock()
    const cy = await enter('Cy', { clock })
    await mallory.dial(cy)
    const stream = await mallory.node.streams.open(cy.peerId, HELLO_TERMS)
    await eventually('the stream', () =>
      cy.node.libp2p
        .getConnections()
        .flatMap((connection) => connection.streams)
        .some((open) => open.protocol === HELLO_TERMS.protocol),
    )
    await clock.advance(5_100)
    expect(await stream.over).toMatchObject({ how: 'cut' })
    await eventually('the offence', () => cy.node.offences.length > 0)
    expect(cy.node.offences).toMatchObject([{ peerId: mallory.peerId, points: 2 }])
  })

  it('opens more hellos at once than two has the others reset', async () => {
    const streams: FrameStream[] = []
    for (let count = 0; count < 6; count += 1) streams.push(await mallory.node.streams.open(bea.peerId, HELLO_TERMS))
    const cut = new Set<FrameStream>()
    for (const stream of streams) void stream.over.then(() => cut.add(stream))
    await eventually('four to be reset', () => cut.size === 4)
    await stillAnswers()
    for (const stream of streams) stream.abort(new Error('done'))
  })

  it('answers a hello with that of another is told so, and proves nothing', async () => {
    const closing = Promise.withResolvers<string>()
    const answer = await helloOf(ada)
    await mallory.node.streams.serve(HELLO_TERMS, async (stream) => {
      await stream.read()
      await stream.write(answer)
      closing.resolve(statusIn(await stream.read()))
    })
    expect(await bea.proofs.prove(mallory.peerId)).toBeNull()
    expect(await closing.promise).toBe('not-in-list')
    expect(bea.node.offences).toMatchObject([{ peerId: mallory.peerId, points: 25 }])
  })

  it('refuses with a list that is not ours gains nothing by it', async () => {
    let hellos = 0
    const newest = await signed(listOf(mallory), accountKeyOf(mallory))
    await mallory.node.streams.serve(HELLO_TERMS, async (stream) => {
      hellos += 1
      await stream.read()
      await stream.write(encode({ status: 'older-list', newest }))
    })
    const before = bea.proofs.devicesOf(bea.identity.me().account)
    expect(await bea.proofs.prove(mallory.peerId)).toBeNull()
    expect(hellos).toBe(1)
    expect(bea.proofs.devicesOf(bea.identity.me().account)).toEqual(before)
    expect(bea.node.offences).toMatchObject([{ peerId: mallory.peerId, points: 10 }])
  })

  it('refuses without a reason that helps is asked once', async () => {
    let hellos = 0
    await mallory.node.streams.serve(HELLO_TERMS, async (stream) => {
      hellos += 1
      await stream.read()
      await stream.write(encode({ status: 'forged' }))
    })
    expect(await bea.proofs.prove(mallory.peerId)).toBeNull()
    expect(hellos).toBe(1)
    expect(bea.node.offences).toEqual([])
  })

  it('says hello a thousand times is proven once, and kept once', async () => {
    const hello = await helloOf(mallory)
    for (let count = 0; count < 1_000; count += 1) await says(hello)
    expect(bea.events).toHaveLength(1)
    expect(bea.proofs.devicesOf(mallory.identity.me().account)).toEqual([mallory.peerId])
    await stillAnswers()
  })
})
