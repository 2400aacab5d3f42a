import { afterEach } from 'vitest'
import type { FrameStream } from '../../../src/main/platform/streams.ts'
import {
  CHAT_TERMS,
  ChatChannel,
  conversationIdOf,
  makeContent,
  membersOf,
  type Frame,
  type Said,
  type SignedEntry,
} from '../../../src/main/protocols/chat/index.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import type { Pen } from './entries.ts'
import { home, type Home, type HomeOptions } from './household.ts'
import { People, type Device } from './people.ts'
import { Wire } from './wire.ts'

let running: Home | null = null

/** To be called once in each file that has visitors. */
export function stopAfterEach(): void {
  afterEach(async () => {
    await running?.stop()
    running = null
  })
}

/** Somebody let in by the door, with a program of their own. */
export async function visitor(parts: HomeOptions['parts'] = {}) {
  const people = new People()
  const wire = new Wire()
  const clock = new FakeClock()
  const host = await home(await people.person(), { people, wire, clock, parts })
  running = host
  const guest = await people.person()
  const raw = await wire.streamsOf(guest.peerId).open(host.device.peerId, CHAT_TERMS)
  return { people, wire, clock, host, guest, raw, ...speak(raw, guest, host.device) }
}

/** A stream of somebody else to the same host. */
export async function openRaw(wire: Wire, guest: Device, host: Device) {
  return speak(await wire.streamsOf(guest.peerId).open(host.peerId, CHAT_TERMS), guest, host)
}

export function speak(raw: FrameStream, guest: Device, host: Device) {
  const channel = new ChatChannel(raw)
  const members = [...membersOf(guest.account, host.account)] as [Device['account'], Device['account']]
  const say = (frame: Frame): Promise<void> => channel.write(frame)
  const greet = (): Promise<void> => say({ kind: 'heads', conversations: [{ members, logs: [] }], more: false })
  const send = (...entries: SignedEntry[]): Promise<void> => {
    return say({ kind: 'entries', entries: entries.map(({ envelope }) => envelope), contents: entries.map(() => null) })
  }
  /** As it should be, with what it says beside it. */
  const post = async (pen: Pen, ...all: Said[]): Promise<SignedEntry[]> => {
    const written: SignedEntry[] = []
    for (let at = 0; at < all.length; at += 64) {
      const made = all.slice(at, at + 64).map((said, index) => makeContent(said, new Uint8Array(16).fill(index)))
      const signed: SignedEntry[] = []
      for (const { body } of made) signed.push(await pen.write(body))
      await say({ kind: 'entries', entries: signed.map(({ envelope }) => envelope), contents: made.map(({ block }) => block) })
      written.push(...signed)
    }
    return written
  }
  /** The next frame of this kind; null when they ended the stream. */
  const hear = async <Kind extends Frame['kind']>(kind: Kind): Promise<Extract<Frame, { kind: Kind }> | null> => {
    for (;;) {
      const received = await channel.read()
      if (received === null) return null
      if (received.frame.kind === kind) return received.frame as Extract<Frame, { kind: Kind }>
    }
  }
  return { channel, say, greet, send, post, hear, members, conversation: conversationIdOf(members) }
}
