import { afterEach, describe, expect, it } from 'vitest'
import { encode } from '../../../src/main/platform/cbor.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { createLinkProtocol, LINK_TERMS, readCode, writeCode } from '../../../src/main/protocols/link/index.ts'
import { DeviceStore } from '../../../src/main/features/devices/store.ts'
import { createListStore } from '../../../src/main/features/identity/list-store.ts'
import { MINUTE } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { seededRandom } from '../../unit/identity/parts.ts'
import { resident } from '../identity/resident.ts'
import { freshDevice, nodeWith, oldDevice, type FreshDevice, type OldDevice } from './linked.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function old(carried: Parameters<typeof oldDevice>[0] = []): Promise<OldDevice> {
  const device = await oldDevice(carried)
  closing.push(() => device.close())
  return device
}

async function fresh(host: OldDevice, more: Parameters<typeof freshDevice>[1] = {}): Promise<FreshDevice> {
  const device = await freshDevice(host, more)
  closing.push(() => device.close())
  return device
}

const asking = (host: OldDevice) =>
  eventually('a question', () => (host.devices.linking()?.state === 'asking' ? host.devices.linking() : null))
const over = (device: FreshDevice) =>
  eventually('an end', () => (['done', 'failed', 'idle'].includes(device.joining.current().state) ? device.joining.current() : null))

describe('linking a fresh device', () => {
  it('gives it the account, in a list that both hold, once the words were compared', async () => {
    const host = await old([{ what: 'contacts', pack: () => [{ petname: 'Bea' }], unpack: () => {} }])
    const device = await fresh(host)
    const { code } = host.devices.link()
    device.joining.join(code, "Ada's phone")
    const asked = await asking(host)
    expect(asked).toMatchObject({ label: "Ada's phone", why: null })
    expect(asked.words).toHaveLength(3)
    await eventually('the words', () => device.joining.current().words.length === 3)
    expect(device.joining.current().words).toEqual(asked.words)
    expect(await device.files()).toEqual([])

    expect(host.devices.answerLink(true).state).toBe('sending')
    expect(await over(device)).toMatchObject({ state: 'done', name: 'ada' })
    await eventually('the last word', () => host.devices.linking()?.state === 'done')

    const me = device.identity.me()
    const theirs = host.resident.identity.me()
    expect(me).toMatchObject({ account: theirs.account, name: 'ada', createdMs: theirs.createdMs })
    expect(device.identity.phrase()).toEqual(host.resident.identity.phrase())
    expect(host.devices.list().map(({ peerId, label }) => [peerId, label])).toContainEqual([me.peerId, "Ada's phone"])
    expect(await device.files()).toEqual(['keys.json', 'latch.db'])
    const database = device.database()
    expect(createListStore(database, () => true).get(me.account)?.envelope).toEqual(host.resident.proofs.ownList())
    expect(new DeviceStore(database).arrived()).toEqual([{ what: 'contacts', value: '[{"petname":"Bea"}]' }])
    database.close()
  })

  it('says everything in words that somebody between cannot have: no two exchanges show the same', async () => {
    const host = await old()
    const shown = new Set<string>()
    for (let turn = 0; turn < 3; turn += 1) {
      const device = await fresh(host)
      device.joining.join(host.devices.link().code, 'phone')
      shown.add((await asking(host)).words.join(' '))
      host.devices.answerLink(false)
      await over(device)
    }
    expect(shown.size).toBe(3)
  })

  it('gives nothing where the person says no', async () => {
    const host = await old()
    const device = await fresh(host)
    device.joining.join(host.devices.link().code, 'phone')
    await asking(host)
    expect(host.devices.answerLink(false).state).toBe('refused')
    expect(await over(device)).toMatchObject({ state: 'failed', why: expect.stringContaining('not to give') })
    expect(await device.files()).toEqual([])
    expect(host.devices.list()).toHaveLength(1)
  })

  it('takes a code once: a second user of it is told so, and the first goes on', async () => {
    const host = await old()
    const [first, second] = [await fresh(host), await fresh(host)]
    const { code } = host.devices.link()
    first.joining.join(code, 'first')
    await asking(host)
    second.joining.join(code, 'second')
    expect(await over(second)).toMatchObject({ state: 'failed', why: expect.stringContaining('Another device') })
    host.devices.answerLink(true)
    expect(await over(first)).toMatchObject({ state: 'done' })
    second.joining.join(code, 'second')
    expect(await over(second)).toMatchObject({ state: 'failed' })
    expect(await second.files()).toEqual([])
    expect(host.devices.list()).toHaveLength(2)
  })

  it('shows one code at a time: an earlier one counts no more', async () => {
    const host = await old()
    const device = await fresh(host)
    const { code } = host.devices.link()
    host.devices.link()
    device.joining.join(code, 'phone')
    expect(await over(device)).toMatchObject({ state: 'failed', why: expect.stringContaining('not right') })
    device.joining.join(host.devices.link().code, 'phone')
    await asking(host)
    expect(() => host.devices.link()).toThrow('being linked now')
  })

  it('ends a code after three wrong tries, and counts them against whoever tried', async () => {
    const host = await old()
    const right = readCode(host.devices.link().code)
    const wrong = writeCode({ ...right, secret: new Uint8Array(16) })
    const [device, honest] = [await fresh(host), await fresh(host)]
    for (let tries = 0; tries < 3; tries += 1) {
      device.joining.join(wrong, 'phone')
      await over(device)
      expect(await device.files()).toEqual([])
    }
    expect(device.joining.current().why).toContain('counts no more')
    expect(host.devices.linking()).toMatchObject({ state: 'failed' })
    expect(host.resident.node.offences).toHaveLength(3)
    honest.joining.join(writeCode(right), 'phone')
    expect(await over(honest)).toMatchObject({ state: 'failed' })
  })

  it('ends a code after ten minutes, also while somebody waits for an answer', async () => {
    const host = await old()
    const device = await fresh(host)
    const { code } = host.devices.link()
    await host.clock.advance(10 * MINUTE)
    expect(host.devices.linking()).toMatchObject({ state: 'expired' })
    device.joining.join(code, 'phone')
    expect(await over(device)).toMatchObject({ state: 'failed', why: expect.stringContaining('ten minutes') })
    device.joining.join(host.devices.link().code, 'phone')
    await asking(host)
    await host.clock.advance(10 * MINUTE)
    expect(await over(device)).toMatchObject({ state: 'failed' })
    expect(() => host.devices.answerLink(true)).toThrow('No device waits')
    expect(await device.files()).toEqual([])
  })

  it('is cancelled from the old device while it asks', async () => {
    const host = await old()
    const device = await fresh(host)
    device.joining.join(host.devices.link().code, 'phone')
    await asking(host)
    host.devices.cancelLink()
    expect(await over(device)).toMatchObject({ state: 'failed', why: expect.stringContaining('cancelled') })
    expect(host.devices.linking()).toBeNull()
    expect(await device.files()).toEqual([])
  })

  it('is cancelled from the new device while it asks', async () => {
    const host = await old()
    const device = await fresh(host)
    device.joining.join(host.devices.link().code, 'phone')
    await asking(host)
    expect(await device.joining.cancel()).toMatchObject({ state: 'idle', why: null })
    await eventually('the end', () => host.devices.linking()?.state === 'failed')
    expect(host.devices.linking()?.why).toContain('Nothing was given')
    expect(await device.files()).toEqual([])
    expect(host.devices.list()).toHaveLength(1)
  })

  it('is cancelled from the new device while everything is written: nothing is left there, and it is on no list', async () => {
    const host = await old()
    const device: FreshDevice = await fresh(host, {
      arrive: (arrival) =>
        device.identity.arrive({
          ...arrival,
          furnish: (path, key) => {
            void device.joining.cancel()
            return arrival.furnish(path, key)
          },
        }),
    })
    device.joining.join(host.devices.link().code, 'phone')
    await asking(host)
    host.devices.answerLink(true)
    expect(await over(device)).toMatchObject({ state: 'idle' })
    await eventually('the end', () => host.devices.linking()?.state === 'failed')
    expect(host.devices.linking()?.why).toContain('begin again')
    expect(await device.files()).toEqual([])
    expect(device.identity.current().state).toBe('none')
    expect(host.devices.list()).toHaveLength(1)
  })

  it('leaves nothing where the disk of the new device is full', async () => {
    const host = await old()
    const device: FreshDevice = await fresh(host, {
      arrive: (arrival) => device.identity.arrive({ ...arrival, furnish: () => Promise.reject(new Error('ENOSPC')) }),
    })
    device.joining.join(host.devices.link().code, 'phone')
    await asking(host)
    host.devices.answerLink(true)
    expect(await over(device)).toMatchObject({ state: 'failed' })
    expect(await device.files()).toEqual([])
    await eventually('the end', () => host.devices.linking()?.state === 'failed')
  })

  it('comes onto the list by itself where the old device went before the last word', async () => {
    const host = await old()
    const device: FreshDevice = await fresh(host, {
      arrive: (arrival) => device.identity.arrive({ ...arrival, written: async () => {} }),
    })
    device.joining.join(host.devices.link().code, 'phone')
    await asking(host)
    host.devices.answerLink(true)
    expect(await over(device)).toMatchObject({ state: 'done' })
    await eventually('the end', () => host.devices.linking()?.state === 'failed')
    expect(host.devices.list()).toHaveLength(1)

    const linked = await resident('ada', { of: host.resident })
    closing.push(() => linked.close())
    await linked.dial(host.resident)
    await linked.proofs.prove(host.resident.peerId)
    await eventually('two devices', () => host.devices.list().length === 2)
  })

  it('tells whoever has no code so, and asks nobody', async () => {
    const host = await old()
    const device = await fresh(host)
    const { code } = host.devices.link()
    host.devices.cancelLink()
    device.joining.join(code, 'phone')
    expect(await over(device)).toMatchObject({ state: 'failed', why: expect.stringContaining('no such code') })
    expect(() => host.devices.answerLink(true)).toThrow('No device waits')
  })

  it('refuses what is no code, and a folder that has an account', async () => {
    const host = await old()
    const device = await fresh(host)
    const { code } = host.devices.link()
    for (const bad of ['', 'latch:link/', code.slice(0, -8), code.replace('latch:link/', 'latch:invite/'), `latch:link/${'A'.repeat(100)}`]) {
      expect(() => device.joining.join(bad, 'phone')).toThrow(/code/)
    }
    await device.identity.create('Bea')
    expect(() => device.joining.join(code, 'phone')).toThrow('already holds an account')
  })
})

describe('what a bad peer sends to a device that shows a code', () => {
  const cases: [string, Uint8Array[]][] = [
    ['no DAG-CBOR', [Uint8Array.of(0xff)]],
    ['a nonce that is too short', [encode({ v: 1, nonce: new Uint8Array(8), key: new Uint8Array(32) })]],
    ['a later version', [encode({ v: 2, nonce: new Uint8Array(32), key: new Uint8Array(32) })]],
    ['a key of small order', [
      encode({ v: 1, nonce: new Uint8Array(32), key: new Uint8Array(32) }),
      encode({ proof: new Uint8Array(32), mailKey: new Uint8Array(32), label: 'x' }),
    ]],
    ['a proof that it made up', [
      encode({ v: 1, nonce: new Uint8Array(32), key: Uint8Array.of(9, ...new Uint8Array(31)) }),
      encode({ proof: new Uint8Array(32), mailKey: new Uint8Array(32), label: 'x' }),
    ]],
  ]

  it.each(cases)('%s is refused, and the code goes on to count', async (_what, frames) => {
    const host = await old()
    const { code } = host.devices.link()
    const bad = await nodeWith()
    closing.push(() => bad.close())
    await bad.libp2p.dial(host.resident.node.libp2p.getMultiaddrs())
    const stream = await bad.streams.open(host.resident.peerId, LINK_TERMS)
    for (const frame of frames) await stream.write(frame).catch(() => {})
    const heard: (Uint8Array | null)[] = []
    for (let frame = await stream.read().catch(() => null); frame !== null; frame = await stream.read().catch(() => null)) heard.push(frame)
    stream.abort(new Error('read it'))
    expect(heard.length).toBeLessThanOrEqual(2)
    expect(host.devices.linking()).toMatchObject({ state: 'waiting' })
    const device = await fresh(host)
    device.joining.join(code, 'phone')
    expect((await asking(host)).label).toBe('phone')
  })

  it('a whole exchange said again by another device proves nothing: it is bound to the peer ids', async () => {
    const host = await old()
    const { code } = host.devices.link()
    const { secret } = readCode(code)
    const [one, two] = [await nodeWith(), await nodeWith()]
    closing.push(() => one.close(), () => two.close())
    // What one device says to a man in the middle, who has a peer id of his own and passes everything on.
    const recorded: Uint8Array[] = []
    await two.libp2p.dial(host.resident.node.libp2p.getMultiaddrs())
    const onward = await two.streams.open(host.resident.peerId, LINK_TERMS)
    const middle = {
      peer: { ...onward.peer }, protocol: onward.protocol, over: onward.over,
      read: (signal?: AbortSignal) => onward.read(signal),
      write: (frame: Uint8Array, signal?: AbortSignal) => {
        recorded.push(frame)
        return onward.write(frame, signal)
      },
      end: () => onward.end(),
      abort: (why: Error) => onward.abort(why),
    }
    const victim = createLinkProtocol({
      streams: { serve: async () => {}, open: async () => middle },
      me: one.peerId, clock: systemClock, log: silentLog, random: seededRandom('victim'), offence: () => {},
    })
    const joined = victim.join(host.resident.peerId, { secret, label: 'phone', mailKey: new Uint8Array(32), onWords: () => {}, onReceiving: () => {} }, new AbortController().signal)
    await expect(joined).rejects.toMatchObject({ status: 'wrong' })
    expect(recorded).toHaveLength(2)
    expect(host.devices.linking()).toMatchObject({ state: 'waiting' })
  })
})
