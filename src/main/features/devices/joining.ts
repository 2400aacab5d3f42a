import { LatchError } from '../../../shared/errors.ts'
import type { Joining as JoiningState } from '../../../shared/model/devices.ts'
import { SECOND } from '../../../shared/units.ts'
import { DecodeError } from '../../platform/cbor.ts'
import { openDatabase } from '../../platform/database.ts'
import { Feed, type Watched } from '../../platform/feed.ts'
import {
  createLinkProtocol, LinkProtocolError, LinkRefusedError, readCode, type Joining as Received, type LinkInvitation, type LinkStatus,
} from '../../protocols/link/index.ts'
import { unpackAccount } from './account.ts'
import { DeviceStore } from './store.ts'
import type { DeviceSeeds, JoiningFeature, JoiningParts, LinkNode } from './types.ts'

type JoiningChanged = { event: 'joining-changed'; joining: JoiningState }

/** How long a person may wait for the other device to be found. */
const CONNECT_TIMEOUT_MS = 30 * SECOND

const IDLE: JoiningState = { state: 'idle', words: [], name: null, why: null }

export function createJoining(parts: JoiningParts): JoiningFeature {
  return new Joining(parts)
}

/** The linking of a fresh device, by the code that another one shows. */
class Joining implements JoiningFeature {
  readonly #parts: JoiningParts
  readonly #feed: Feed<JoiningChanged>
  #state: JoiningState = IDLE
  #running: Promise<void> | null = null
  #stop = new AbortController()

  constructor(parts: JoiningParts) {
    this.#parts = parts
    this.#feed = new Feed((error) => parts.log.error({ error }, 'a listener of a linking failed'))
  }

  current(): JoiningState {
    return this.#state
  }

  join(code: string, label: string): JoiningState {
    if (this.#running !== null) throw new LatchError('CONFLICT', 'This device is being linked already.')
    if (!this.#parts.isFresh()) throw new LatchError('ACCOUNT_EXISTS')
    const invitation = readCode(code)
    this.#stop = new AbortController()
    this.#set({ ...IDLE, state: 'connecting' })
    this.#running = this.#run(invitation, label, this.#stop.signal).finally(() => (this.#running = null))
    return this.#state
  }

  async cancel(): Promise<JoiningState> {
    this.#stop.abort(new Cancelled())
    await this.#running
    return this.#state
  }

  async stop(): Promise<void> {
    await this.cancel()
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<JoiningState, JoiningChanged>> {
    return this.#feed.watch(() => this.#state, signal)
  }

  async #run(invitation: LinkInvitation, label: string, signal: AbortSignal): Promise<void> {
    const { log, newDevice } = this.#parts
    let node: LinkNode | null = null
    try {
      const device = await newDevice()
      node = await device.open()
      await this.#connect(node, invitation, signal)
      const received = await this.#receive(node, invitation, label, device.mailKey, signal)
      await this.#arrive(node, received, device.seeds, signal)
      this.#set({ state: 'done' })
    } catch (error) {
      log.info({ error }, 'this device was not linked')
      const why = whyOf(error)
      this.#set(why === null ? IDLE : { ...IDLE, state: 'failed', why })
    } finally {
      await node?.stop().catch((error: unknown) => log.warn({ error }, 'the node of a linking did not stop as it should'))
    }
  }

  async #connect(node: LinkNode, { peerId, addresses }: LinkInvitation, signal: AbortSignal): Promise<void> {
    const tooLate = new AbortController()
    const cancel = this.#parts.clock.after(CONNECT_TIMEOUT_MS, () => tooLate.abort(new LatchError('UNREACHABLE')))
    try {
      await node.connect(peerId, addresses, AbortSignal.any([signal, tooLate.signal]))
    } finally {
      cancel()
    }
  }

  #receive(node: LinkNode, { peerId, secret }: LinkInvitation, label: string, mailKey: Uint8Array, signal: AbortSignal): Promise<Received> {
    const { clock, log, random } = this.#parts
    const link = createLinkProtocol({ streams: node.streams, me: node.peerId, clock, log, random, offence: () => {} })
    return link.join(
      peerId,
      {
        secret,
        label,
        mailKey,
        onWords: (words) => this.#set({ state: 'asking', words: [...words] }),
        onReceiving: () => this.#set({ state: 'receiving' }),
      },
      signal,
    )
  }

  async #arrive(node: LinkNode, received: Received, seeds: DeviceSeeds, signal: AbortSignal): Promise<void> {
    try {
      const { entropy, name, createdMs, phrase, deviceList, carried } = unpackAccount(received.account)
      this.#set({ name })
      await this.#parts.arrive({
        name,
        createdMs,
        phrase,
        seeds: { ...seeds, entropy },
        deviceList,
        furnish: async (path, key) => {
          const database = openDatabase(path, key)
          try {
            new DeviceStore(database).putArrived(carried)
          } finally {
            database.close()
          }
          // The last moment to turn back: the keys are written next.
          signal.throwIfAborted()
        },
        written: async () => {
          await received.whole()
          // The household that starts next has the same key.
          await node.stop()
        },
      })
    } catch (error) {
      received.abandon(error instanceof Error ? error : new Error(String(error)))
      throw error
    }
  }

  #set(change: Partial<JoiningState>): void {
    this.#state = { ...this.#state, ...change }
    this.#feed.publish({ event: 'joining-changed', joining: this.#state })
  }
}

/** This person stopped it. */
class Cancelled extends Error {
  override readonly name = 'Cancelled'
}

const SENTENCES: Record<LinkStatus, string> = {
  none: 'The other device shows no such code any more. Make a new one there.',
  used: 'Another device came with this code before. If that was none of yours, decline it there; then make a new code.',
  wrong: 'The code was not right. Read it again from the other screen.',
  ended: 'The code was tried in vain too often, and counts no more. Make a new one there.',
  expired: 'The code is older than ten minutes. Make a new one there.',
  declined: 'The other device was told not to give the account.',
  cancelled: 'The linking was cancelled on the other device.',
  version: 'The two devices run versions of Latch that do not understand each other. Update both.',
  malformed: 'The other device did not understand this one. Update both, and try again.',
  failed: 'Something did not work on the other device. Its log says what.',
}

/** A sentence for the person; null where there is nothing to say. */
function whyOf(error: unknown): string | null {
  if (error instanceof Cancelled) return null
  if (error instanceof LinkRefusedError) return SENTENCES[error.status]
  if (error instanceof LinkProtocolError || error instanceof DecodeError) {
    return 'What answered is not the device that shows the code, or runs another Latch. Nothing was taken from it.'
  }
  if (error instanceof LatchError && error.code === 'UNREACHABLE') {
    return 'The other device cannot be reached. Have both in one network, or look there whether it is connected.'
  }
  if (error instanceof LatchError) return error.message
  return 'The connection to the other device broke off. Nothing is here; make a new code there and begin again.'
}
