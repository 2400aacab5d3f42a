import { randomBytes } from 'node:crypto'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encode } from '../../../src/main/platform/cbor.ts'
import { makeHpkeKeys } from '../../../src/main/platform/hpke.ts'
import { StreamCutError } from '../../../src/main/platform/streams.ts'
import {
  createKeysProtocol,
  createMailboxProtocol,
  digestOf,
  MAILBOX_TERMS,
  openCard,
  sealBatch,
  sealCard,
  sealLetter,
  type Collected,
  type ListedLetter,
  type MailboxHandlers,
  type MailboxProtocol,
} from '../../../src/main/protocols/mailbox/index.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { eventually } from '../../helpers/eventually.ts'
import { acquainted, bytes, MOMENT_MS, rowsOf, town, type Resident, type Town } from './mail-town.ts'

let where: Town
let ann: Resident
let bea: Resident
let ivy: Resident
/** Speaks the protocol as she likes, from a node of her own. */
let mallory: Resident
let speaks: MailboxProtocol

beforeEach(async () => {
  where = town()
  ann = await where.resident('Ann')
  bea = await where.resident('Bea')
  ivy = await where.resident('Ivy')
  mallory = await where.resident('Mallory')
  const { streams, offence } = mallory.node
  speaks = createMailboxProtocol({ streams, clock: where.clock, offence })
  await mallory.node.libp2p.dial(ivy.node.libp2p.getMultiaddrs())
})

afterEach(() => where.close())

const boxOf = (of: Resident): string => String(rowsOf(ivy.database, 'mail_boxes').find(({ device }) => device === of.peerId)?.['box'])
const held = (): Record<string, unknown>[] => rowsOf(ivy.database, 'mail_letters')
const pointsAt = (at: Resident): number => at.node.offences.filter(({ peerId }) => peerId === mallory.peerId).reduce((sum, { points }) => sum + points, 0)
const garbage = (size = 2_048): Uint8Array => Buffer.concat([Buffer.of(1), randomBytes(size - 1)])
const deposit = (letter: Uint8Array, box = boxOf(bea)) => speaks.deposit(ivy.peerId, box, letter.byteLength, async () => letter)

describe('who would have letters of others', () => {
  test('collects nothing, as it is not her box, whatever she registers', async () => {
    await acquainted(where, ann, bea, ivy)
    await where.part(bea, ivy)
    await ann.mailbox.deliver(bea.peerId, bytes('for Bea'))
    expect(await speaks.collect(ivy.peerId, 0)).toEqual({ outcome: 'refused' })
    expect(await speaks.register(ivy.peerId, boxOf(bea))).toEqual({ status: 'denied' })
    expect(await speaks.register(ivy.peerId, 'ab'.repeat(32))).toMatchObject({ status: 'registered' })
    expect(await speaks.collect(ivy.peerId, 0)).toMatchObject({ outcome: 'page', letters: [] })
    expect(held()).toHaveLength(1)
  })

  test('acknowledges nothing that is not hers, and unregisters nobody else', async () => {
    await acquainted(where, ann, bea, ivy)
    await where.part(bea, ivy)
    await ann.mailbox.deliver(bea.peerId, bytes('for Bea'))
    await speaks.acknowledge(ivy.peerId, [String(held()[0]?.['digest'])])
    await speaks.unregister(ivy.peerId)
    expect(held()).toHaveLength(1)
    expect(await bea.mailbox.collect()).toEqual({ letters: 1 })
  })

  test('learns nothing of who has a box: one that is none, and one of somebody who may no longer, are refused alike', async () => {
    await acquainted(where, ann, bea, ivy)
    ivy.mayHold = () => false
    expect(await deposit(garbage())).toEqual({ outcome: 'refused' })
    expect(await deposit(garbage(), 'cd'.repeat(32))).toEqual({ outcome: 'refused' })
  })

  test('and pays for guessing', async () => {
    for (let guess = 0; guess < 20; guess++) await deposit(garbage(), randomBytes(32).toString('hex'))
    expect(pointsAt(ivy)).toBeGreaterThanOrEqual(100)
  })
})

describe('what is left with a holder', () => {
  beforeEach(async () => {
    await acquainted(where, ann, bea, ivy)
    await where.part(bea, ivy)
  })

  test('too large is not even begun', async () => {
    let sealed = 0
    const outcome = await speaks.deposit(ivy.peerId, boxOf(bea), 256 * 1024 + 1, async () => garbage((sealed += 1) + 2_048))
    expect([outcome, sealed]).toEqual([{ outcome: 'too-large' }, 0])
  })

  test('of a size that no letter has, or another than was said, is malformed', async () => {
    expect(await deposit(garbage(3_000))).toEqual({ outcome: 'refused' })
    expect(await speaks.deposit(ivy.peerId, boxOf(bea), 8_192, async () => garbage(2_048))).toEqual({ outcome: 'refused' })
    expect(pointsAt(ivy)).toBe(20)
    expect(held()).toEqual([])
  })

  test('half sent is not held', async () => {
    const stream = await mallory.node.streams.open(ivy.peerId, MAILBOX_TERMS)
    await stream.write(encode({ as: 'deposit', box: Buffer.from(boxOf(bea), 'hex'), bytes: 2_048 }))
    await stream.read()
    stream.abort(new StreamCutError('changed her mind'))
    expect(await deposit(garbage())).toMatchObject({ outcome: 'held' })
    expect(held()).toHaveLength(1)
  })

  test('so slowly that it never comes ends, and costs points', async () => {
    const stream = await mallory.node.streams.open(ivy.peerId, MAILBOX_TERMS)
    await stream.write(encode({ as: 'deposit', box: Buffer.from(boxOf(bea), 'hex'), bytes: 2_048 }))
    await stream.read()
    await where.clock.advance(31_000)
    await eventually('it is cut', async () => (await stream.over).how === 'cut')
    expect(pointsAt(ivy)).toBe(5)
  })

  test('twice is held once', async () => {
    const letter = garbage()
    await deposit(letter)
    await deposit(letter)
    expect(held()).toHaveLength(1)
  })

  test('once more after it was taken is not taken again', async () => {
    const sent = await sealedByAnn('only once')
    await deposit(sent)
    await bea.mailbox.collect()
    await deposit(sent)
    await bea.mailbox.collect()
    expect(bea.taken.map(({ text }) => text)).toEqual(['only once'])
    expect(held()).toEqual([])
  })

  test('too much is refused, for the account and on all', async () => {
    const big = 256 * 1024
    const fill = ivy.database.prepare<[string, string, string, Uint8Array]>(
      "INSERT INTO mail_letters (device, account, digest, bytes, at_ms, sealed) VALUES (?, ?, ?, 262144, 0, ?)",
    )
    for (let at = 0; at < 127; at++) fill.run(bea.peerId, bea.account, `fill ${at}`, new Uint8Array(1))
    expect(await deposit(garbage(big))).toMatchObject({ outcome: 'held' })
    expect(await deposit(garbage())).toEqual({ outcome: 'full' })
  })

  test('too fast is refused, and goes on a moment later', async () => {
    let outcome: string = 'held'
    let letters = 0
    while (outcome === 'held' && letters < 1_000) {
      outcome = (await deposit(garbage())).outcome
      letters += 1
    }
    expect(outcome).toBe('busy')
    expect(letters).toBeLessThan(300)
    await where.clock.advance(10_000)
    expect(await deposit(garbage())).toMatchObject({ outcome: 'held' })
  })

  test('garbage is fetched, opens to nothing, and is thrown away', async () => {
    await deposit(garbage())
    await deposit(garbage(8_192))
    await ann.mailbox.deliver(bea.peerId, bytes('among it'))
    expect(await bea.mailbox.collect()).toEqual({ letters: 1 })
    expect(bea.taken.map(({ text }) => text)).toEqual(['among it'])
    expect(held()).toEqual([])
  })

  test('a letter that somebody else was written is nothing to Bea, even under her own key', async () => {
    const { key } = await weeklyOfBea()
    const id = randomBytes(16).toString('hex')
    const letter = { key: { id, publicKey: key }, account: mallory.account, sentAtMs: 0, body: bytes('for Ivy') }
    const sealed = await sealLetter({ ...letter, to: ivy.peerId }, mallory.deviceKey)
    await deposit(sealed)
    expect(await bea.mailbox.collect()).toEqual({ letters: 0 })
    expect(held()).toEqual([])
  })

  test('who signed it is said, and not who they say they are', async () => {
    const { key } = await weeklyOfBea()
    const letter = { to: bea.peerId, account: ann.account, sentAtMs: 0, body: bytes('it is me, Ann') }
    await deposit(await sealLetter({ ...letter, key: { id: randomBytes(16).toString('hex'), publicKey: key } }, mallory.deviceKey))
    await bea.mailbox.collect()
    expect(bea.taken).toMatchObject([{ from: { device: mallory.peerId, account: ann.account } }])
  })

  async function weeklyOfBea(): Promise<{ key: Uint8Array }> {
    const opened = await openCard(rowsOf(ann.database, 'mail_cards')[0]?.['envelope'] as Uint8Array)
    if (opened.outcome !== 'valid') throw new Error(opened.why)
    return opened.value.weekly
  }

  async function sealedByAnn(text: string): Promise<Uint8Array> {
    const { key } = await weeklyOfBea()
    const about = { to: bea.peerId, account: ann.account, sentAtMs: 0, body: bytes(text) }
    return sealLetter({ ...about, key: { id: randomBytes(16).toString('hex'), publicKey: key } }, ann.deviceKey)
  }
})

describe('requests that no Latch writes', () => {
  test.each([
    ['no map', encode('hello')],
    ['not CBOR', Uint8Array.of(0xff, 0xff)],
    ['a box that is too short', encode({ as: 'register', box: new Uint8Array(31) })],
    ['too many digests', encode({ as: 'acknowledge', letters: Array.from({ length: 129 }, () => new Uint8Array(32)) })],
    ['a negative number', encode({ as: 'collect', after: -1 })],
    ['more than a request may have', new Uint8Array(20_000).fill(0x61)],
  ])('%s is malformed, and costs points', async (_, request) => {
    const stream = await mallory.node.streams.open(ivy.peerId, MAILBOX_TERMS)
    await stream.write(request)
    expect(Buffer.from((await stream.read()) ?? []).toString('latin1')).toContain('malformed')
    expect(pointsAt(ivy)).toBe(10)
  })

  test('what a later Latch may ask is said to be unknown, and costs nothing', async () => {
    const stream = await mallory.node.streams.open(ivy.peerId, MAILBOX_TERMS)
    await stream.write(encode({ as: 'later' }))
    expect(Buffer.from((await stream.read()) ?? []).toString('latin1')).toContain('unsupported')
    expect(pointsAt(ivy)).toBe(0)
  })
})

describe('keys that are false', () => {
  const exchange = () => createKeysProtocol({ streams: mallory.node.streams, clock: where.clock, offence: mallory.node.offence })
  const cardBy = async (signer: Resident, of: Resident): Promise<Uint8Array> =>
    sealCard(
      { device: of.peerId, account: of.account, seq: 1, holders: [], weekly: { key: new Uint8Array(32), untilMs: 0 }, untilMs: 2 ** 45 },
      signer.deviceKey,
    )

  test('a card of somebody else, or signed by somebody else, is not taken, and costs points', async () => {
    await mallory.node.libp2p.dial(bea.node.libp2p.getMultiaddrs())
    await exchange().exchange(bea.peerId, { card: await cardBy(ann, ann), unused: [], want: 0 })
    await exchange().exchange(bea.peerId, { card: await cardBy(mallory, ann), unused: [], want: 0 })
    expect(rowsOf(bea.database, 'mail_cards')).toEqual([])
    expect(pointsAt(bea)).toBe(50)
  })

  test('no more keys are given than anybody needs, however often they are asked for', async () => {
    await mallory.node.libp2p.dial(bea.node.libp2p.getMultiaddrs())
    const card = await cardBy(mallory, mallory)
    const outcomes: string[] = []
    for (let at = 0; at < 40; at++) {
      outcomes.push((await exchange().exchange(bea.peerId, { card, unused: [], want: 64 })).outcome)
      await where.clock.advance(at > 20 ? 2_000 : 0)
    }
    expect(outcomes).toContain('busy')
    expect(rowsOf(bea.database, 'mail_own_keys').length).toBe(512)
  })

  test('a stranger is given none', async () => {
    bea.corresponds = () => false
    await mallory.node.libp2p.dial(bea.node.libp2p.getMultiaddrs())
    const card = await cardBy(mallory, mallory)
    expect(await exchange().exchange(bea.peerId, { card, unused: [], want: 64 })).toEqual({ outcome: 'stranger' })
    expect(rowsOf(bea.database, 'mail_own_keys')).toEqual([])
  })

  test('keys that were given to somebody else are not taken', async () => {
    await mallory.node.libp2p.dial(bea.node.libp2p.getMultiaddrs())
    await mallory.mailbox.stop()
    const { streams, offence } = mallory.node
    const batch = { device: mallory.peerId, to: ann.peerId, keys: [{ id: 'ab'.repeat(16), key: new Uint8Array(32) }], untilMs: 2 ** 45 }
    const keys = await sealBatch(batch, mallory.deviceKey)
    await mallory.node.libp2p.unhandle('/latch/mail-keys/1.0.0')
    await createKeysProtocol({ streams, clock: where.clock, offence }).serve(async () => ({ outcome: 'given', gone: [], keys }))
    bea.mailbox.proven(mallory.peerId)
    await where.until('it was noticed', () => pointsAt(bea) === 25)
    expect(rowsOf(bea.database, 'mail_their_keys')).toEqual([])
  })
})

/** A holder that does with letters what it likes. */
describe('a holder that lies', () => {
  let give: (letters: ListedLetter[], after: number) => Collected
  const letters: ListedLetter[] = []
  let acknowledged: string[]
  const room = { quotaBytes: 1, usedBytes: 1 }

  beforeEach(async () => {
    letters.length = 0
    acknowledged = []
    give = (all) => ({ outcome: 'page', letters: all, more: false, ...room })
    await mallory.mailbox.stop()
    await mallory.node.libp2p.unhandle(MAILBOX_TERMS.protocol)
    const handlers: MailboxHandlers = {
      offered: () => ({ outcome: 'go', over: () => {} }),
      deposited(_peer, _box, sealed) {
        letters.push({ seq: letters.length + 1, digest: digestOf(sealed), bytes: sealed.byteLength, sealed })
        return { outcome: 'held', forMs: 1 }
      },
      register: async () => ({ outcome: 'registered', ...room }),
      unregister: () => {},
      collect: (_peer, after) => ({ collected: give(letters, after), over: () => {} }),
      acknowledge: (_peer, digests) => void acknowledged.push(...digests),
      news: () => {},
    }
    await speaks.serve(handlers)
    await acquainted(where, ann, bea, mallory)
    await where.part(bea, mallory)
    for (const text of ['one', 'two', 'three']) await ann.mailbox.deliver(bea.peerId, bytes(text))
  })

  const texts = (): string[] => bea.taken.map(({ text }) => text)

  test('gives them in another order, and time and again', async () => {
    give = (all) => ({ outcome: 'page', letters: [...all, ...all].toReversed(), more: false, ...room })
    await bea.mailbox.collect()
    await bea.mailbox.collect()
    expect(texts()).toEqual(['three', 'two', 'one'])
  })

  test('leaves some out: the others come', async () => {
    give = (all) => ({ outcome: 'page', letters: all.slice(1), more: false, ...room })
    await bea.mailbox.collect()
    expect(texts()).toEqual(['two', 'three'])
    expect(acknowledged).toHaveLength(2)
  })

  test('gives letters of others: they open to nothing', async () => {
    const { publicKey } = await makeHpkeKeys()
    const about = { to: ivy.peerId, account: ann.account, sentAtMs: 0, body: bytes('for Ivy') }
    const sealed = await sealLetter({ ...about, key: { id: 'cd'.repeat(16), publicKey } }, ann.deviceKey)
    give = (all) => ({ outcome: 'page', letters: [{ seq: 9, digest: digestOf(sealed), bytes: 2_048, sealed }, ...all], more: false, ...room })
    await bea.mailbox.collect()
    expect(texts()).toEqual(['one', 'two', 'three'])
  })

  test('changes a byte: it is noticed, nothing is taken of it, and it costs points', async () => {
    const [first] = letters
    give = (all) => ({ outcome: 'page', letters: [{ ...(first as ListedLetter), sealed: garbage() }, ...all.slice(1)], more: false, ...room })
    await bea.mailbox.collect()
    expect(texts()).toEqual([])
    expect(pointsAt(bea)).toBe(10)
    give = (all) => ({ outcome: 'page', letters: all, more: false, ...room })
    await bea.mailbox.collect()
    expect(texts()).toEqual(['one', 'two', 'three'])
  })

  test('says for ever that there is more', async () => {
    let pages = 0
    give = (all) => ({ outcome: 'page', letters: ++pages === 1 ? all : [], more: true, ...room })
    await bea.mailbox.collect()
    expect(pages).toBe(2)
    const filler = garbage()
    give = (_, after) => ({ outcome: 'page', letters: [{ seq: after + 1, digest: digestOf(filler), bytes: 2_048, sealed: filler }], more: true, ...room })
    await bea.mailbox.collect()
    expect(texts()).toEqual(['one', 'two', 'three'])
  })

  test('tells all the time that there is news', async () => {
    let collections = 0
    give = () => {
      collections += 1
      return { outcome: 'page', letters: [], more: false, ...room }
    }
    for (let at = 0; at < 50; at++) await speaks.tell(bea.peerId)
    await where.clock.advance(MOMENT_MS)
    await where.until('one collection', () => collections > 0)
    expect(collections).toBeLessThan(3)
  })
})

test('to a device that nobody has heard of nothing is left', async () => {
  const nobody = PeerId.parse((await generateKeyPair('Ed25519')).publicKey.toString())
  expect(await ann.mailbox.deliver(nobody, bytes('hello'))).toMatchObject({ outcome: 'no-card' })
})
