import { randomBytes } from 'node:crypto'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { createChat, type ChatFeature } from '../../../src/main/features/chat/index.ts'
import type { ChatParts } from '../../../src/main/features/chat/index.ts'
import type { Clock } from '../../../src/main/platform/clock.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import type { AccountId, ConversationId, PeerId } from '../../../src/shared/ids.ts'
import type { Message, MessageOrder } from '../../../src/shared/model/chat.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import type { Device, People } from './people.ts'
import type { Wire } from './wire.ts'

export type Offences = { peerId: string; why: string; points: number }[]

export interface Home {
  readonly device: Device
  readonly chat: ChatFeature
  readonly database: Database
  readonly offences: Offences
  /** The process ends without a word, and a new one begins with the same database. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface HomeOptions {
  readonly people: People
  readonly wire: Wire
  readonly clock?: Clock
  readonly database?: Database
  readonly parts?: Partial<ChatParts>
}

/** One device with chat running, on the test's wire. */
export async function home(device: Device, options: HomeOptions): Promise<Home> {
  const { people, wire } = options
  const database = options.database ?? openMemoryDatabase()
  const offences: Offences = []
  const make = (): ChatFeature =>
    createChat({
      streams: wire.streamsOf(device.peerId),
      database,
      clock: options.clock ?? new FakeClock(),
      log: silentLog,
      me: device,
      proofs: people,
      random: () => 0.5,
      bytes: (count) => randomBytes(count),
      connect: async (account) => {
        const isThere = (peerId: PeerId): boolean => wire.isServed(peerId) && wire.connected(device.peerId, peerId)
        const devices = people.devicesOf(account).filter(isThere)
        if (devices.length === 0) throw new LatchError('UNREACHABLE')
        return devices
      },
      readReceipts: () => true,
      offence: (peerId, why, points) => offences.push({ peerId, why, points }),
      ...options.parts,
    })
  let chat = make()
  await chat.start()
  return {
    device,
    database,
    offences,
    get chat() {
      return chat
    },
    async restart() {
      wire.remove(device.peerId)
      await chat.stop()
      chat = make()
      await chat.start()
    },
    async stop() {
      wire.remove(device.peerId)
      await chat.stop()
    },
  }
}

/** All messages of the conversation with an account, oldest first. */
export function messagesWith(home: Pick<Home, 'chat'>, account: AccountId): Message[] {
  const { id } = home.chat.open(account)
  return allMessages(home.chat, id)
}

export function allMessages(chat: ChatFeature, conversation: ConversationId): Message[] {
  const all: Message[] = []
  for (let before: MessageOrder | undefined; ; ) {
    const { messages, more } = chat.messages(conversation, { before }, 500)
    all.unshift(...messages)
    before = messages[0]?.order
    if (!more) return all
  }
}

export function textsWith(home: Pick<Home, 'chat'>, account: AccountId): string[] {
  return messagesWith(home, account).map((message) => message.text)
}
