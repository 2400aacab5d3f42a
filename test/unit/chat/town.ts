import { afterEach } from 'vitest'
import type { Message } from '../../../src/shared/model/chat.ts'
import type { ConversationId, PeerId } from '../../../src/shared/ids.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { allMessages, home, type Home, type HomeOptions } from './household.ts'
import { People, type Device } from './people.ts'
import { Wire } from './wire.ts'

/** Alice with two devices and Bea with one, all in reach until a test parts them. */
export interface Town {
  readonly people: People
  readonly wire: Wire
  readonly clock: FakeClock
  readonly alice: Home
  readonly laptop: Home
  readonly bea: Home
  /** Of Alice and Bea, the same on all three. */
  readonly conversation: ConversationId
  readonly at: (device: Device, options?: Partial<HomeOptions>) => Promise<Home>
  /** These two do not reach each other any more. */
  readonly part: (one: Home, other: Home) => void
  /** All reach all, and know it. */
  readonly meet: () => Promise<void>
  /** All three hold the same conversation, and nothing waits. */
  readonly agreed: () => Promise<Message[]>
}

const homes: Home[] = []

/** To be called once in each file that makes towns. */
export function stopAfterEach(): void {
  afterEach(async () => {
    for (const one of homes.splice(0)) await one.stop()
  })
}

export async function town(options: Partial<HomeOptions> = {}): Promise<Town> {
  const [people, wire, clock] = [new People(), new Wire(), new FakeClock()]
  const parted = new Set<string>()
  wire.connected = (one, other) => !parted.has(pair(one, other))
  const at = async (device: Device, more: Partial<HomeOptions> = {}): Promise<Home> => {
    const made = await home(device, { people, wire, clock, ...options, ...more })
    homes.push(made)
    return made
  }
  const account = await people.account()
  const alice = await at(await people.device(account))
  const laptop = await at(await people.device(account))
  const bea = await at(await people.person())
  const all = [alice, laptop, bea]
  const conversation = alice.chat.open(bea.device.account).id
  laptop.chat.open(bea.device.account)
  bea.chat.open(account)
  const meet = async (): Promise<void> => {
    parted.clear()
    for (const one of all) for (const other of all) if (one !== other) one.chat.wake(other.device.account)
    await clock.advance(1_000)
  }
  await meet()
  return {
    people,
    wire,
    clock,
    alice,
    laptop,
    bea,
    conversation,
    at,
    meet,
    part(one, other) {
      parted.add(pair(one.device.peerId, other.device.peerId))
      wire.cut(one.device.peerId, other.device.peerId)
    },
    async agreed() {
      const seen = (one: Home): string => JSON.stringify(allMessages(one.chat, conversation).map(essence))
      await eventually('all three to agree', async () => {
        await clock.advance(1_000)
        const waits = all.some((one) => one.chat.conversations().some(({ waiting }) => waiting > 0))
        return !waits && all.every((one) => seen(one) === seen(alice))
      })
      return allMessages(alice.chat, conversation)
    },
  }
}

/** What is the same on every device. */
export function essence(message: Message): object {
  const { id, order, from, kind, text, editedMs, deletedBy, reply, forwarded, mentions, reactions, pinned, expiresMs } = message
  return { id, order, from, kind, text, editedMs, deletedBy, reply, forwarded, mentions, reactions, pinned, expiresMs }
}

function pair(one: PeerId, other: PeerId): string {
  return [one, other].toSorted().join(' ')
}
