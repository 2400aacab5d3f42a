import { statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LatchError } from '../../../shared/errors.ts'
import type { SiteCid, SiteName } from '../../../shared/model/sites.ts'
import { Feed } from '../../platform/feed.ts'
import { createCopyProtocol } from '../../protocols/copy/index.ts'
import { idOfCid, type BlockId } from './dag/block-id.ts'
import { changesOf } from './dag/changes.ts'
import { survey } from './dag/survey.ts'
import { Swarms } from './fetch/swarms.ts'
import { Keeper } from './keep/keeper.ts'
import { Turns } from './keep/turns.ts'
import { inWords } from './keep/words.ts'
import { Making } from './making.ts'
import { migrations } from './migrations.ts'
import { Reading } from './reading.ts'
import { Announcer } from './serve/announcer.ts'
import { createGiving } from './serve/giving.ts'
import { Providers } from './serve/providers.ts'
import { BlockCache } from './store/block-cache.ts'
import { BlockStore } from './store/block-store.ts'
import { CopyRows } from './store/copy-rows.ts'
import { Room } from './store/room.ts'
import type { CopiesEvent, CopiesFeature, CopiesParts, ZonedSite } from './types.ts'

/** Copies of sites: kept, shown while the owner is away, given on, checked. */
export function createCopies(parts: CopiesParts): CopiesFeature {
  const { clock, log, database } = parts
  database.migrate('copies', migrations)
  const feed = new Feed<CopiesEvent>((error) => log.error({ error }, 'a listener to copies failed'))
  const stopped = new AbortController()
  const rows = new CopyRows(database, log)
  const trees = new Turns(1)
  const onBytes = throttled(() => feed.publish({ event: 'disk-changed', diskBytes: store.bytes }))
  const store = new BlockStore({ database, clock, log, folder: join(parts.folder, 'blocks'), signal: stopped.signal, onBytes })
  const freeBytes = parts.freeBytes ?? ((): Promise<number | null> => freeAt(parts.folder))
  const room = new Room(freeBytes)
  const cache = new BlockCache(join(parts.folder, 'cache'), room)
  const protocol = createCopyProtocol(parts)
  const swarms = new Swarms({ ...parts, protocol })
  const reading = new Reading({ store, cache, swarms, stopped: stopped.signal })
  const providers = new Providers(clock)
  const announcer = new Announcer({ ...parts, protocol, roots: () => [...served.values()].flatMap((roots) => [...roots]) })
  const keeper: Keeper = new Keeper({
    ...parts,
    rows,
    store,
    cache,
    swarms,
    room,
    freeBytes,
    sweep,
    unswept,
    onChanged: (copy) => feed.publish({ event: 'copy-changed', copy }),
    onGone: (site) => feed.publish({ event: 'copy-gone', site }),
    onServed,
  })
  const making = new Making({ clock, log, store, rows, room, freeBytes, sweep, unswept, onServed, stopped: stopped.signal })
  /** Roots that are given on, by their sites. */
  let served = servedNow()

  function throttled(run: () => void): () => void {
    let isDue = false
    return () => {
      if (isDue) return
      isDue = true
      clock.after(250, () => {
        isDue = false
        run()
      })
    }
  }

  function servedNow(): Map<SiteName, Set<BlockId>> {
    const roots = new Map<SiteName, Set<BlockId>>()
    const add = (site: SiteName, cid: SiteCid): void => {
      const root = idOfCid(cid)
      if (root !== null) roots.set(site, (roots.get(site) ?? new Set()).add(root))
    }
    for (const { site, here, isServed } of keeper.rowsAll()) if (here !== null && isServed) add(site, here.cid)
    for (const { site, cid } of rows.made()) add(site, cid)
    return roots
  }

  function onServed(): void {
    if (stopped.signal.aborted) return
    served = servedNow()
    announcer.look()
  }

  async function unswept<T>(run: () => Promise<T>): Promise<T> {
    const giveBack = await trees.take(new AbortController().signal)
    try {
      return await run()
    } finally {
      giveBack()
    }
  }

  /** Removes trees that nobody needs: whether one is, is looked up while nobody else can begin to need it. */
  function sweep(): Promise<number> {
    return unswept(async () => {
      let freed = 0
      if (stopped.signal.aborted) return freed
      const needed = neededNow()
      for (const { id, cid } of store.trees()) {
        if (Making.isBeingMade(cid) || needed.has(cid) || neededNow().has(cid)) continue
        freed += await store.remove(id)
      }
      return freed
    })
  }

  function neededNow(): Set<string> {
    const kept = keeper.rowsAll().flatMap(({ here, next }) => [here, next])
    return new Set([...kept, ...rows.made()].flatMap((one) => one?.cid ?? []))
  }

  const signalOf = (signal?: AbortSignal): AbortSignal =>
    signal === undefined ? stopped.signal : AbortSignal.any([signal, stopped.signal])

  async function looked(asked: SiteName, signal: AbortSignal): Promise<ZonedSite & { site: SiteName; cid: SiteCid; root: BlockId }> {
    const zoned = await parts.zoned(asked, signal)
    const root = zoned.cid === null ? null : idOfCid(zoned.cid)
    const site = zoned.shownAs ?? asked
    keeper.zoneHeard(site, zoned)
    if (zoned.cid !== null && root !== null) return { ...zoned, site, cid: zoned.cid, root }
    throw new LatchError('CONFLICT', 'The owner of this site publishes no copy of it.')
  }

  async function worded<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      throw inWords(error)
    }
  }

  return {
    async start() {
      // What a crash left: trees that were being made, and files that nobody knows.
      const unmade = store.trees().filter(({ cid }) => Making.isBeingMade(cid))
      const cleaned = async (): Promise<void> => {
        for (const { id } of unmade) await store.remove(id)
        await sweep()
        await store.tidy()
      }
      cleaned().catch((error: unknown) => log.warn({ error }, 'the folder of copies could not be tidied'))
      cache.load().catch((error: unknown) => log.warn({ error }, 'the cache of copies could not be read'))
      await protocol.serve({
        blocks: createGiving({
          store,
          admits: parts.admits,
          isContact: parts.isContact,
          servedTree: (site, root) => (served.get(site)?.has(root) === true ? store.treeOfRoot(root) : null),
          onGiven: (site, bytes) => keeper.given(site, bytes),
        }),
        provide: ({ peerId }, root) => providers.told(peerId, root),
        who: ({ peerId }, root) => providers.who(peerId, root),
      })
      keeper.start()
      announcer.look()
    },
    async stop() {
      stopped.abort(new Error('stopping'))
      announcer.stop()
      await keeper.stop()
      swarms.close(new Error('stopping'))
      // Whoever removes something now is done with it.
      await unswept(() => Promise.resolve())
      store.flush()
    },

    list: () => keeper.list(),
    look: (asked, given) =>
      worded(async () => {
        const signal = signalOf(given)
        const { site, cid, owner, root, devices } = await looked(asked, signal)
        const source = reading.source(site, root, devices)
        const known = source.swarm.discover(signal)
        const { files, fileBytes } = await survey(root, source.get, signal)
        await known
        const hereBytes = await reading.hereBytes(files, source, signal)
        return { site, owner, cid, files: files.length, bytes: fileBytes, holders: source.swarm.holders, hereBytes, freeBytes: await freeBytes() }
      }),
    keep: (site) =>
      worded(async () => {
        const zoned = await parts.zoned(site, stopped.signal)
        return keeper.keep(zoned.shownAs ?? site, zoned, stopped.signal)
      }),
    cancel: (site) => keeper.cancel(site),
    changes: (site, given) =>
      worded(async () => {
        const signal = signalOf(given)
        const here = keeper.row(site)?.here
        if (here == null) throw new LatchError('NOT_FOUND', 'No whole copy of this site is kept on this device.')
        const { owner, cid, root, devices } = await looked(site, signal)
        keeper.checkOwner(site, owner)
        const from = idOfCid(here.cid)
        if (from === null) throw new LatchError('DAMAGED', 'The copy of this site is not one that Latch can read.')
        const source = reading.source(site, root, devices)
        const before = await survey(from, reading.source(site, from, devices).get, signal)
        const after = await survey(root, source.get, signal)
        const { fresh, ...changes } = await changesOf(before, after)
        const bytes = freshBytes(fresh)
        return { site, from: here.cid, to: cid, ...changes, fetchBytes: bytes - (await reading.hereBytes(fresh, source, signal)) }
      }),
    serve: (site, isServed) => keeper.serve(site, isServed),
    drop: (site) => keeper.drop(site),
    open: async (site, zoned, signal) => {
      const row = keeper.row(site)
      const isHere = (cid: SiteCid | null): boolean =>
        cid !== null && (row?.here?.cid === cid || rows.made().some((made) => made.site === site && made.cid === cid))
      try {
        return await reading.open(site, zoned, isHere(zoned.cid), signal)
      } catch (error) {
        // An older version that is here is better than nothing, and says which it is.
        const here = row?.here
        const isOlder = here != null && here.cid !== zoned.cid && row?.owner === zoned.owner
        if (!isOlder || !(error instanceof LatchError) || error.code !== 'UNREACHABLE') throw error
        return reading.open(site, { ...zoned, cid: here.cid }, true, signal)
      }
    },
    maker: { make: making.make, unmake: making.unmake },
    zoneHeard: (site, zoned) => keeper.zoneHeard(site, zoned),
    isGiven: (site) => served.has(site),
    disconnected: (peerId) => swarms.disconnected(peerId),
    watch: (signal) => feed.watch(() => ({ copies: keeper.list(), diskBytes: store.bytes }), signal),
  }
}

/** Each file once, however many paths it has. */
function freshBytes(files: readonly { readonly id: BlockId; readonly bytes: number }[]): number {
  const once = new Map(files.map(({ id, bytes }) => [id, bytes]))
  let sum = 0
  for (const bytes of once.values()) sum += bytes
  return sum
}

/** Of the disk that a folder is on, or will be. Null where the system does not say. */
async function freeAt(folder: string): Promise<number | null> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path)
      return bavail * bsize
    } catch {
      if (dirname(path) === path) return null
    }
  }
}
