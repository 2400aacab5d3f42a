import { hostname } from 'node:os'
import { LatchError } from '../../shared/errors.ts'
import type { NodeStatus } from '../../shared/model/node.ts'
import { SECOND } from '../../shared/units.ts'
import { createIdentity } from '../features/identity/index.ts'
import type { RestoringFeature } from '../features/backup/index.ts'
import type { JoiningFeature } from '../features/devices/index.ts'
import type { OwnIdentity } from '../features/identity/types.ts'
import { deadline, type Clock } from '../platform/clock.ts'
import { openDataFolder, type DataFolder } from '../platform/data-folder.ts'
import type { Log } from '../platform/log.ts'
import { measureLoopDelay, type LoopDelay } from '../platform/loop-delay.ts'
import { loadNoiseCrypto, type NoiseCrypto } from '../platform/noise-crypto.ts'
import { openHouse, type House } from './house.ts'
import { HousedIdentity } from './housed-identity.ts'
import { createRestoringRoom } from './backup-room.ts'
import { createJoiningRoom } from './joining-room.ts'
import type { Household, NodeConfig, PeerNode } from './types.ts'
import { version } from './version.ts'

export interface PeerNodeParts {
  readonly clock: Clock
  readonly log: Log
  /** So many bytes fit for keys. */
  readonly random: (bytes: number) => Uint8Array
}

/** What stops is given this long; then the next is stopped all the same. */
const STOP_TIMEOUT_MS = 5 * SECOND

/**
 * Opens the data folder and, if there is an account, its household: resolves when the first peer can connect. Without
 * an account it waits for one to be created or restored, and starts the household then.
 * Errors: LatchError CONFLICT (another process has the folder), DAMAGED, LOCKED (the database; a node whose keys are
 * locked opens and says so).
 */
export async function openPeerNode(config: NodeConfig, parts: PeerNodeParts): Promise<PeerNode> {
  const { clock, log, random } = parts
  const noise = loadNoiseCrypto(log)
  const folder = await openDataFolder(config.dataFolder)
  try {
    const { keys, database } = folder.files
    const deviceLabel = hostname().replace(/\..*/, '')
    const { vault } = config
    const identity = await createIdentity({ ...parts, files: { keys, database }, vault, deviceLabel })
    const node = new OpenPeerNode({ config, clock, log, random, folder, identity, noise: await noise })
    await node.open()
    return node
  } catch (error) {
    await folder.close()
    throw error
  }
}

interface Parts extends PeerNodeParts {
  readonly config: NodeConfig
  readonly folder: DataFolder
  readonly identity: OwnIdentity
  readonly noise: NoiseCrypto
}

class OpenPeerNode implements PeerNode {
  readonly identity: HousedIdentity
  readonly joining: JoiningFeature
  readonly restoring: RestoringFeature
  readonly ownPorts = new Set<number>()
  readonly stopped: Promise<void>
  readonly #parts: Parts
  readonly #startedMs: number
  /** The keys were on the disk before this start, so there should be a database beside them. */
  readonly #hadAccount: boolean
  readonly #loopDelay: LoopDelay
  readonly #stopping = new AbortController()
  readonly #resolveStopped: () => void
  #house: House | null = null
  #opening: Promise<void> | null = null
  #stop: Promise<void> | null = null

  constructor(parts: Parts) {
    this.#parts = parts
    this.#startedMs = parts.clock.nowMs()
    this.#hadAccount = parts.identity.keyring() !== null
    this.#loopDelay = measureLoopDelay(parts.clock)
    this.identity = new HousedIdentity(parts.identity, () => this.#openHouse(), parts.log)
    this.joining = createJoiningRoom({ ...parts, identity: this.identity, noiseCrypto: parts.noise.crypto })
    this.restoring = createRestoringRoom({ ...parts, identity: this.identity })
    const { promise, resolve } = Promise.withResolvers<void>()
    this.stopped = promise
    this.#resolveStopped = resolve
  }

  async open(): Promise<void> {
    try {
      await this.identity.open(this.#stopping.signal)
    } catch (error) {
      this.#loopDelay.stop()
      throw error
    }
  }

  household(): Household {
    if (this.#house !== null) return this.#house.household
    const identity = this.identity.current()
    if (identity.state === 'locked') throw new LatchError('LOCKED', identity.why)
    throw this.#opening === null ? new LatchError('NO_ACCOUNT') : new LatchError('BUSY', 'Latch is still starting.')
  }

  status(): NodeStatus {
    const { config, folder, noise } = this.#parts
    const house = this.#house
    const identity = this.identity.current()
    return {
      version,
      phase: this.#phase(),
      host: config.host,
      dataFolder: folder.path,
      startedMs: this.#startedMs,
      peerId: identity.state === 'ready' ? identity.me.peerId : null,
      listening: house?.libp2p.network.listening() ?? [],
      connections: house?.libp2p.network.connections().length ?? 0,
      rssBytes: process.memoryUsage.rss(),
      loopDelayP99Ms: this.#loopDelay.p99Ms(),
      noise: noise.noise,
      warnings: house?.warnings() ?? [],
    }
  }

  stop(): Promise<void> {
    this.#stop ??= this.#close()
    return this.#stop
  }

  #phase(): NodeStatus['phase'] {
    if (this.#stop !== null) return 'stopping'
    if (this.#house !== null) return 'running'
    if (this.identity.current().state === 'locked') return 'locked'
    return this.#opening === null ? 'no-account' : 'starting'
  }

  #openHouse(): Promise<void> {
    const { config, folder, identity, noise, clock, log, random } = this.#parts
    const keyring = identity.keyring()
    if (keyring === null) throw new LatchError('NO_ACCOUNT')
    if (this.#stop !== null) throw new LatchError('CONFLICT', 'Latch is stopping.')
    const opening = openHouse({
      config,
      files: folder.files,
      ownPorts: this.ownPorts,
      hadAccount: this.#hadAccount,
      identity,
      keyring,
      noise,
      clock,
      log,
      random,
    })
    this.#opening = opening.then((house) => void (this.#house = house))
    return this.#opening
  }

  async #close(): Promise<void> {
    const { clock, folder, log } = this.#parts
    this.#stopping.abort()
    this.#loopDelay.stop()
    this.restoring.cancel()
    await this.joining.stop().catch((error: unknown) => log.error({ error }, 'a linking did not stop as it should'))
    // A household that failed to open closed what it had opened.
    await this.#opening?.catch(() => {})
    for (const { what, stop } of this.#house?.closing() ?? []) {
      const limit = deadline(clock, STOP_TIMEOUT_MS, `stopping ${what}`)
      const late = new Promise((_, reject) => limit.signal.addEventListener('abort', () => reject(limit.signal.reason)))
      const stopped = Promise.race([stop(), late])
      await stopped.catch((error: unknown) => log.error({ what, error }, 'did not stop as it should'))
      limit.release()
    }
    await folder.close()
    log.info({}, 'stopped')
    this.#resolveStopped()
  }
}
