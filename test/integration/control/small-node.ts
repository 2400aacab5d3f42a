import { mkdtemp, rm } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serveHttp, type HttpDoor, type HttpLimits } from '../../../src/main/control/index.ts'
import type { Household, PeerNode } from '../../../src/main/node/types.ts'
import { systemClock, type Clock } from '../../../src/main/platform/clock.ts'
import { createRestoring } from '../../../src/main/features/backup/index.ts'
import { createJoining } from '../../../src/main/features/devices/index.ts'
import { Feed } from '../../../src/main/platform/feed.ts'
import type { Log } from '../../../src/main/platform/log.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'
import type { Identity, Me } from '../../../src/shared/model/identity.ts'
import { defaultSettings, type Settings } from '../../../src/shared/model/settings.ts'

export const account = AccountId.parse(`k51${'q'.repeat(59)}`)
export const peerId = PeerId.parse(`12D3KooW${'A'.repeat(44)}`)

/**
 * As much of a node as the transport's tests need: an identity that can be made, settings that can be changed and
 * watched, and failures on demand. What it does not have fails as a defect would.
 */
export class SmallNode implements PeerNode {
  readonly settingsFeed = new Feed<{ event: 'settings-changed'; settings: Settings }>((error) => {
    throw error
  })
  readonly #identityFeed = new Feed<{ event: 'identity-changed'; identity: Identity }>((error) => {
    throw error
  })
  readonly #dataFolder: string
  readonly #stop = Promise.withResolvers<void>()
  readonly stopped = this.#stop.promise
  readonly ownPorts = new Set<number>()
  readonly joining = createJoining({
    clock: systemClock,
    log: new HeldLog(),
    random: (bytes) => randomBytes(bytes),
    isFresh: () => this.#identity.state === 'none',
    newDevice: () => Promise.reject(new Error('this node has no network')),
    arrive: (arrival) => this.identity.arrive(arrival),
  })
  readonly restoring = createRestoring({
    clock: systemClock,
    log: new HeldLog(),
    isFresh: () => this.#identity.state === 'none',
    newSeeds: () => ({ device: randomBytes(32), mail: randomBytes(32), database: randomBytes(32) }),
    arrive: (arrival) => this.identity.arrive(arrival),
  })
  #identity: Identity = { state: 'none' }
  settings: Settings = defaultSettings
  /** Streams that somebody reads now. */
  watching = 0

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder
  }

  readonly identity: PeerNode['identity'] = {
    current: () => this.#identity,
    keyring: () => null,
    me: () => this.#me(),
    create: (name) => {
      if (this.#identity.state === 'ready') return Promise.reject(new LatchError('ACCOUNT_EXISTS'))
      return Promise.resolve(this.#become(name))
    },
    restore: (name) => Promise.resolve(this.#become(name)),
    arrive: ({ name }) => Promise.resolve(this.#become(name)),
    rename: (name) => Promise.resolve(this.#become(name)),
    phrase: () => {
      throw new TypeError('the secret cause of a failure')
    },
    confirmPhrase: () => Promise.resolve(this.#me()),
    watch: (signal) => this.#identityFeed.watch(() => this.#identity, signal),
  }

  household(): Household {
    this.#me()
    const settings: Household['settings'] = {
      get: () => this.settings,
      set: (change) => this.#change(change),
      subscribe: (listener) => this.settingsFeed.subscribe(({ settings }) => listener(settings)),
      watch: (signal) => this.#counted(this.settingsFeed.watch(() => this.settings, signal)),
    }
    // No programs here, whose tokens are looked at with each that is nobody else's.
    const apps = { opens: () => null }
    return new Proxy({ settings, apps } as unknown as Household, {
      get(parts, name) {
        if (name === 'settings' || name === 'apps') return parts[name]
        throw new Error(`the small node has no ${String(name)}`)
      },
    })
  }

  status(): ReturnType<PeerNode['status']> {
    return {
      version: '0.1.0',
      phase: this.#identity.state === 'ready' ? 'running' : 'no-account',
      host: 'headless',
      dataFolder: this.#dataFolder,
      startedMs: 1,
      peerId: null,
      listening: [],
      connections: 0,
      rssBytes: 1,
      loopDelayP99Ms: 0,
      noise: 'native',
      warnings: [],
    }
  }

  stop(): Promise<void> {
    this.#stop.resolve()
    return this.stopped
  }

  async *#counted<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item, void, void> {
    this.watching += 1
    try {
      yield* items
    } finally {
      this.watching -= 1
    }
  }

  #me(): Me {
    if (this.#identity.state !== 'ready') throw new LatchError('NO_ACCOUNT')
    return this.#identity.me
  }

  #become(name: string): Me {
    const me: Me = {
      account,
      name,
      peerId,
      deviceLabel: 'test',
      createdMs: 1,
      phrase: 'offered',
      keyProtection: 'key-file',
    }
    this.#identity = { state: 'ready', me }
    this.#identityFeed.publish({ event: 'identity-changed', identity: this.#identity })
    return me
  }

  #change(change: Parameters<Household['settings']['set']>[0]): Settings {
    const named = Object.entries(change).filter(([, value]) => value !== undefined)
    this.settings = { ...this.settings, ...Object.fromEntries(named) }
    this.settingsFeed.publish({ event: 'settings-changed', settings: this.settings })
    return this.settings
  }
}

/** What was logged, for a look at what was not said aloud. */
export class HeldLog implements Log {
  readonly lines: { level: string; fields: object; message: string }[] = []
  debug = this.#at('debug')
  info = this.#at('info')
  warn = this.#at('warn')
  error = this.#at('error')
  child = (): Log => this

  #at(level: string): (fields: object, message: string) => void {
    return (fields, message) => void this.lines.push({ level, fields, message })
  }
}

/** For tests that are not about waiting: what should wait does not. */
export const hurried: Clock = { ...systemClock, after: (_, run) => systemClock.after(0, run) }

export interface Served {
  readonly door: HttpDoor
  readonly node: SmallNode
  readonly log: HeldLog
  readonly dataFolder: string
  readonly close: () => Promise<void>
}

export async function serveSmallNode(
  options: { clock?: Clock; staticFolder?: string; limits?: Partial<HttpLimits> } = {},
): Promise<Served> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'latch-control-'))
  const node = new SmallNode(dataFolder)
  const log = new HeldLog()
  const door = await serveHttp({
    node,
    log,
    clock: options.clock ?? systemClock,
    random: (bytes) => randomBytes(bytes),
    port: 0,
    staticFolder: options.staticFolder ?? join(dataFolder, 'no-window'),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  })
  const close = async (): Promise<void> => {
    await door.close()
    await rm(dataFolder, { recursive: true, force: true })
  }
  return { door, node, log, dataFolder, close }
}
