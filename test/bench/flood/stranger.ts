import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@libp2p/yamux'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2p } from 'libp2p'
import { base32 } from 'multiformats/bases/base32'
import { createIdentity, createProofs, type Random } from '../../../src/main/features/identity/index.ts'
import { systemClock as clock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { createPeerStreams } from '../../../src/main/platform/guarded-streams.ts'
import { createKeyFileVault } from '../../../src/main/platform/key-file-vault.ts'
import { silentLog as log } from '../../../src/main/platform/log.ts'
import { createKnockProtocol, SilenceError, type KnockProtocol } from '../../../src/main/protocols/knock/index.ts'
import { KnockId, type PeerId } from '../../../src/shared/ids.ts'

export interface DoorAt {
  readonly peerId: PeerId
  readonly address: string
}

/** What became of one knock, as the one who knocked saw it. */
export type Outcome = 'allowed' | 'denied' | 'pending' | 'busy' | 'malformed' | 'silence' | 'cut'

const random: Random = (bytes) => new Uint8Array(randomBytes(bytes))

/** An account with one device, and of Latch only what it takes to knock: hello, and the knock's protocol. */
export class Stranger {
  readonly #libp2p: Libp2p
  readonly #knocks: KnockProtocol

  private constructor(libp2p: Libp2p, knocks: KnockProtocol) {
    this.#libp2p = libp2p
    this.#knocks = knocks
  }

  /** Each comes from an address of its own in 127.0.0.0/8. */
  static async make(number: number, folder: string): Promise<Stranger> {
    const own = join(folder, String(number))
    await mkdir(own, { recursive: true })
    const identity = await createIdentity({
      files: { keys: join(own, 'keys.json'), database: join(own, 'latch.db') },
      vault: createKeyFileVault(join(own, 'key')),
      clock,
      log,
      random,
      deviceLabel: 'a device',
    })
    await identity.create(`Stranger ${number}`)
    const privateKey = identity.keyring()?.deviceKey
    if (privateKey === undefined) throw new Error('there is no device key')
    const localAddress = `127.${1 + (number >> 14)}.${(number >> 7) & 127}.${1 + (number & 127)}`
    // Node takes it from here, though libp2p's types do not name it.
    const dialOpts = { localAddress, noDelay: true }
    const libp2p = await createLibp2p({
      privateKey,
      addresses: { listen: [] },
      transports: [tcp({ dialOpts })],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false },
    })
    const allow = () => ({ verdict: 'allow', why: 'a benchmark' }) as const
    const offence = (): void => {}
    const streams = createPeerStreams({ libp2p, clock, log, guards: () => allow, offence })
    const database = openMemoryDatabase()
    const proofs = createProofs({ streams, database, identity, clock, log, offence, isContact: () => false, agent: 'flood' })
    await proofs.start()
    return new Stranger(libp2p, createKnockProtocol({ streams, clock, offence }))
  }

  async knock({ peerId, address }: DoorAt): Promise<Outcome> {
    try {
      await this.#libp2p.dial(multiaddr(address))
      const id = KnockId.parse(base32.baseEncode(random(16)))
      const reply = await this.#knocks.knock(peerId, { id, capability: 'contact', greeting: 'Let me in' })
      return reply.status
    } catch (error) {
      return error instanceof SilenceError ? 'silence' : 'cut'
    }
  }

  async close(): Promise<void> {
    await this.#libp2p.stop()
  }
}
