import { LatchError } from '../../shared/errors.ts'
import type { Identity } from '../../shared/model/identity.ts'
import type { Joining } from '../../shared/model/devices.ts'
import type { PeerNode } from '../node/types.ts'
import { version } from '../node/version.ts'
import type { Clock } from '../platform/clock.ts'
import { Feed } from '../platform/feed.ts'

/**
 * Stands for a node that could not open (a damaged database, a folder that another process holds), so that the window
 * says why, in the words it has for an account that is locked. It touches no file.
 */
export function createLockedNode(why: string, { dataFolder, clock }: { dataFolder: string; clock: Clock }): PeerNode {
  const state: Identity = { state: 'locked', why }
  const startedMs = clock.nowMs()
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
  const refuse = (): never => {
    throw new LatchError('LOCKED', why)
  }
  const refuseLater = (): Promise<never> => Promise.reject(new LatchError('LOCKED', why))
  return {
    identity: {
      current: () => state,
      keyring: () => null,
      me: refuse,
      create: refuseLater,
      restore: refuseLater,
      arrive: refuseLater,
      rename: refuseLater,
      phrase: refuse,
      confirmPhrase: refuseLater,
      watch: (signal) => new Feed<never>(() => {}).watch(() => state, signal),
    },
    joining: nobodyJoins(refuse),
    restoring: {
      read: refuseLater,
      restore: refuseLater,
      cancel: () => ({ running: null }),
      current: () => ({ running: null }),
      watch: (signal) => new Feed<never>(() => {}).watch(() => ({ running: null }), signal),
    },
    ownPorts: new Set(),
    household: refuse,
    status: () => ({
      version,
      phase: 'locked',
      host: 'desktop',
      dataFolder,
      startedMs,
      peerId: null,
      listening: [],
      connections: 0,
      rssBytes: process.memoryUsage.rss(),
      loopDelayP99Ms: 0,
      noise: 'library',
      warnings: [why],
    }),
    stop() {
      stop()
      return stopped
    },
    stopped,
  }
}

function nobodyJoins(refuse: () => never): PeerNode['joining'] {
  const idle: Joining = { state: 'idle', words: [], name: null, why: null }
  const feed = new Feed<never>(() => {})
  return {
    current: () => idle,
    join: refuse,
    cancel: () => Promise.resolve(idle),
    stop: () => Promise.resolve(),
    watch: (signal) => feed.watch(() => idle, signal),
  }
}
