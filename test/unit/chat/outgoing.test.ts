import { beforeAll, describe, expect, test } from 'vitest'
import { Outgoing } from '../../../src/main/features/chat/outgoing.ts'
import type { Held, Source } from '../../../src/main/features/chat/source-types.ts'
import type { About } from '../../../src/main/features/chat/about.ts'
import type { EntryRow } from '../../../src/main/features/chat/store.ts'
import { conversationIdOf, membersOf, type Frame, type Members } from '../../../src/main/protocols/chat/index.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import type { AccountId, ConversationId, PeerId } from '../../../src/shared/ids.ts'
import { KiB } from '../../../src/shared/units.ts'
import { People, type Device } from './people.ts'

const people = new People()
let alice: Device
let bea: Device
let members: Members
let conversation: ConversationId

beforeAll(async () => {
  alice = await people.person()
  bea = await people.person()
  members = membersOf(alice.account, bea.account)
  conversation = conversationIdOf(members)
})

/** Logs without anything in their entries but the place that they have. */
class Shelf implements Source {
  readonly logs: { device: PeerId; rows: EntryRow[] }[] = []
  readonly conversations: Held[] = []
  readonly lists = new Map<AccountId, Uint8Array>()
  #n = 0

  add(device: PeerId, count: number, sizeBytes = 300): void {
    const log = this.logs.find((one) => one.device === device) ?? { device, rows: [] }
    if (!this.logs.includes(log)) this.logs.push(log)
    for (let index = 0; index < count; index++) {
      const envelope = new Uint8Array(sizeBytes)
      new DataView(envelope.buffer).setUint32(0, (this.#n += 1))
      log.rows.push({ place: this.#n, seq: log.rows.length + 1, envelope, block: null })
    }
  }

  all(): Held[] {
    return [this.held(conversation), ...this.conversations]
  }

  aboutOf(): About {
    return { kind: 'two', members }
  }

  missing(): [] {
    return []
  }

  blockAt(): null {
    return null
  }

  takesGroup(): boolean {
    return false
  }

  listOf(account: AccountId): Uint8Array | null {
    return this.lists.get(account) ?? null
  }

  takesListOf(): boolean {
    return false
  }

  held(id: ConversationId): Held {
    const logs = this.logs.map(({ device, rows }, key) => ({ key, account: people.of(device)?.account ?? alice.account, device, seq: rows.length }))
    return { id, about: this.aboutOf(), logs: id === conversation ? logs : [] }
  }

  entries(log: number, seq: number, limit: number): EntryRow[] {
    return (this.logs[log]?.rows ?? []).slice(seq, seq + limit)
  }
}

function begun(shelf: Shelf): Outgoing {
  const outgoing = new Outgoing(shelf, () => 1)
  while (outgoing.next() !== null);
  outgoing.open()
  return outgoing
}

/** Numbers in the order of storing, as they go out. */
function numbersOf(frame: Frame | null): number[] {
  if (frame?.kind !== 'entries') return []
  return frame.entries.map((bytes) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0))
}

const upTo = (device: PeerId, seq: number) => ({ conversation, device, seq })

describe('what goes out', () => {
  test('begins with heads, and nothing else before theirs came', () => {
    const shelf = new Shelf()
    shelf.add(alice.peerId, 3)
    const outgoing = new Outgoing(shelf, () => 1)
    const logs = [{ device: alice.peerId, seq: 3 }]
    expect(outgoing.next()).toEqual({ kind: 'heads', conversations: [{ members, logs }], more: false })
    expect(outgoing.next()).toBeNull()
  })

  test('is what they lack, of all logs, in the order we stored it', () => {
    const shelf = new Shelf()
    shelf.add(alice.peerId, 2)
    shelf.add(bea.peerId, 2)
    shelf.add(alice.peerId, 2)
    const outgoing = begun(shelf)
    outgoing.has(upTo(alice.peerId, 1))
    outgoing.has(upTo(bea.peerId, 1))
    expect(numbersOf(outgoing.next())).toEqual([2, 4, 5, 6])
    expect(outgoing.next()).toBeNull()
  })

  test('goes on with what is new, without what they sent', () => {
    const shelf = new Shelf()
    const outgoing = begun(shelf)
    shelf.add(alice.peerId, 1)
    shelf.add(bea.peerId, 1)
    outgoing.has(upTo(bea.peerId, 1))
    outgoing.poke(conversation)
    expect(numbersOf(outgoing.next())).toEqual([1])
  })

  test('is at most 64 entries a frame', () => {
    const shelf = new Shelf()
    shelf.add(alice.peerId, 100)
    const outgoing = begun(shelf)
    expect(numbersOf(outgoing.next())).toHaveLength(64)
    expect(numbersOf(outgoing.next())).toHaveLength(36)
  })

  test('is at most 256 KiB a frame, and at most a window ahead of what was acknowledged', () => {
    const shelf = new Shelf()
    shelf.add(alice.peerId, 100, 17 * KiB)
    const outgoing = begun(shelf)
    let sent = 0
    for (let frame = outgoing.next(); frame !== null; frame = outgoing.next()) {
      expect(encode(frame).byteLength).toBeLessThanOrEqual(256 * KiB)
      sent += numbersOf(frame).length
    }
    expect(sent * 17).toBeGreaterThanOrEqual(512)
    expect(sent * 17).toBeLessThanOrEqual(512 + 256)
    expect(outgoing.acknowledged(upTo(alice.peerId, sent))).toEqual({ sentMs: 1 })
    expect(outgoing.unacknowledged).toBe(false)
    expect(numbersOf(outgoing.next())[0]).toBe(sent + 1)
  })

  test('leaves out a log that they refused', () => {
    const shelf = new Shelf()
    shelf.add(alice.peerId, 70)
    const outgoing = begun(shelf)
    outgoing.next()
    outgoing.refusedByThem(upTo(alice.peerId, 1))
    shelf.add(bea.peerId, 1)
    outgoing.poke(conversation)
    expect(numbersOf(outgoing.next())).toEqual([71])
    expect(outgoing.next()).toBeNull()
  })

  test('stops when another stream goes on instead', () => {
    const shelf = new Shelf()
    shelf.add(alice.peerId, 1)
    const outgoing = begun(shelf)
    outgoing.retire()
    expect(outgoing.next()).toBeNull()
  })

  test('puts answers before entries, and many acknowledgements of one log into one', () => {
    const shelf = new Shelf()
    shelf.add(alice.peerId, 1)
    const outgoing = begun(shelf)
    for (let seq = 1; seq <= 1_000; seq++) outgoing.acknowledge(upTo(bea.peerId, seq))
    outgoing.refuse({ kind: 'nack', status: 'fork', log: upTo(bea.peerId, 1_001) })
    expect(outgoing.next()).toMatchObject({ kind: 'nack' })
    expect(outgoing.next()).toEqual({ kind: 'ack', stored: [upTo(bea.peerId, 1_000)] })
    expect(outgoing.next()).toMatchObject({ kind: 'entries' })
  })

  test('introduces a conversation that is new to them before its first entry', () => {
    const shelf = new Shelf()
    const outgoing = begun(shelf)
    const other = conversationIdOf(membersOf(alice.account, alice.account))
    outgoing.poke(other)
    expect(outgoing.next()).toMatchObject({ kind: 'heads', conversations: [{ members }] })
    expect(outgoing.next()).toBeNull()
  })

  test('splits the heads of many conversations into frames', () => {
    const shelf = new Shelf()
    for (let index = 0; index < 600; index++) shelf.conversations.push({ id: conversation, about: shelf.aboutOf(), logs: [] })
    const outgoing = new Outgoing(shelf, () => 1)
    const frames = [outgoing.next(), outgoing.next(), outgoing.next()]
    expect(frames.map((frame) => frame?.kind === 'heads' && frame.conversations.length)).toEqual([256, 256, 89])
    expect(frames.map((frame) => frame?.kind === 'heads' && frame.more)).toEqual([true, true, false])
    expect(outgoing.next()).toBeNull()
  })
})

test('an acknowledgement of what was never sent is not one', () => {
  const outgoing = begun(new Shelf())
  expect(outgoing.acknowledged(upTo(alice.peerId, 1))).toBeNull()
})

describe('whose devices wrote what is sent', () => {
  test('is said before it, once on a stream, and again when it changed; of those who have nothing to be sent, nothing', () => {
    const shelf = new Shelf()
    const outgoing = begun(shelf)
    shelf.lists.set(bea.account, new Uint8Array([1]))
    shelf.lists.set(alice.account, new Uint8Array([9]))
    const add = (): void => {
      shelf.add(bea.peerId, 1)
      outgoing.poke(conversation)
    }
    const kinds = (): string[] => {
      const said: string[] = []
      for (let frame = outgoing.next(); frame !== null; frame = outgoing.next()) said.push(frame.kind === 'devices' ? `devices ${frame.list.join()}` : frame.kind)
      return said
    }
    add()
    expect(kinds()).toEqual(['devices 1', 'entries'])
    add()
    expect(kinds()).toEqual(['entries'])
    shelf.lists.set(bea.account, new Uint8Array([2]))
    add()
    expect(kinds()).toEqual(['devices 2', 'entries'])
  })
})
