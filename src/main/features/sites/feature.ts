import { stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { LatchError } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { SiteDraft, type Site, type SiteAudience, type SiteName, type SiteSource } from '../../../shared/model/sites.ts'
import { Feed } from '../../platform/feed.ts'
import type { Admission, RemotePeer } from '../../platform/streams.ts'
import { createSiteProtocol, type Visit } from '../../protocols/site/index.ts'
import { Asking } from './ask/asking.ts'
import { MAX_SITES, MAX_STREAMS, MAX_STREAMS_OF_PEER } from './limits.ts'
import { defaultFor } from './policy.ts'
import { Published } from './published.ts'
import { Places } from './room.ts'
import { SiteStore, type StoredSite } from './store.ts'
import type { SitesEvent, SitesFeature, SitesParts } from './types.ts'
import { Visitors } from './visitors.ts'

/** Sites of this person, served to whom the door lets in, and what is asked of those of others. */
export function createSites(parts: SitesParts): SitesFeature {
  const { clock, log } = parts
  const store = new SiteStore(parts.database)
  const feed = new Feed<SitesEvent>((error) => log.error({ error }, 'a listener to sites failed'))
  const visitors = new Visitors(clock, (event) => feed.publish(event))
  const protocol = createSiteProtocol(parts)
  const asking = new Asking({ protocol, clock })
  const published = new Map<SiteName, Published>()
  const all = new Places<'all'>(MAX_STREAMS)
  const ofPeer = new Places<PeerId>(MAX_STREAMS_OF_PEER)
  let isServing = false
  const stopped = new AbortController()

  function admits(site: SiteName, peer: RemotePeer, path: string | null, signal: AbortSignal): Promise<Admission> {
    const otherwise = ({ isContact }: { isContact: boolean }): ReturnType<typeof defaultFor> =>
      defaultFor(published.get(site)?.stored.audience ?? null, isContact)
    return parts.admits(peer, { site, path }, otherwise, signal)
  }

  async function visit(came: Visit): Promise<void> {
    const { peer, opening } = came
    const { site, path } = opening
    const giveBackAll = all.take('all')
    const giveBackPeer = giveBackAll === null ? null : ofPeer.take(peer.peerId)
    const giveBack = (): void => {
      giveBackAll?.()
      giveBackPeer?.()
    }
    if (giveBackPeer === null) {
      giveBack()
      return came.refuse('busy')
    }
    let isOpen = false
    try {
      const admission = await admits(site, peer, path, came.gone)
      if (came.gone.aborted) return
      if (admission.verdict === 'refuse') {
        if (admission.code === 'silent') return came.drop(new Error('the door gives no answer'))
        return await came.refuse(admission.code === 'version' ? 'denied' : admission.code)
      }
      const here = published.get(site)
      if (here === undefined || !isServing) return await came.refuse('no-site')
      const stream = came.open()
      isOpen = true
      stream.once('close', giveBack)
      const guest = parts.who(peer.peerId)
      visitors.came(site, peer, guest, stream)
      here.took(stream)
      here.server.take(stream, { site, peerId: peer.peerId, account: guest?.account ?? null }, path)
    } finally {
      if (!isOpen) giveBack()
    }
  }

  function open(stored: StoredSite): Published {
    const site = new Published(stored, {
      clock,
      log,
      platform: parts.platform,
      admits: (guest, stream, path) =>
        stream.peer === null
          ? Promise.resolve({ verdict: 'refuse', code: 'busy', why: 'the stream is gone' })
          : admits(guest.site, stream.peer, path, stopped.signal),
      onRequest: (guest, path) => visitors.asked(guest.site, guest.peerId, path),
      onChanged: (name) => changed(name),
    })
    published.set(stored.name, site)
    return site
  }

  function shut(name: SiteName): void {
    published.get(name)?.server.close()
    published.delete(name)
    visitors.clear(name)
  }

  function shown({ stored, state, requests, sentBytes }: Published): Site {
    return { ...stored, copies: { kind: 'off' }, pointed: { kind: 'pointing' }, state, requests, sentBytes, visitors: visitors.of(stored.name).length }
  }

  function changed(name: SiteName): void {
    const site = published.get(name)
    if (site !== undefined) feed.publish({ event: 'site-changed', site: shown(site) })
  }

  function known(name: SiteName): Published {
    const site = published.get(name)
    if (site === undefined) throw new LatchError('NOT_FOUND', 'No site of this device is published under that name.')
    return site
  }

  const list = (): Site[] => [...published.values()].map(shown).toSorted((a, b) => (a.name < b.name ? -1 : 1))

  return {
    async start() {
      for (const stored of store.all()) open(stored)
      isServing = true
      await protocol.serve(visit)
    },
    stop() {
      isServing = false
      stopped.abort(new Error('stopping'))
      for (const site of published.values()) site.server.close()
      visitors.clear()
      asking.close()
      return Promise.resolve()
    },
    list,
    async publish(given) {
      const { name, source, audience } = SiteDraft.parse(given)
      const refusal = parts.refusesName(name)
      if (refusal !== null) throw new LatchError('NOT_ALLOWED', refusal)
      await checkSource(source, parts.ownPorts())
      if (!published.has(name) && published.size >= MAX_SITES) {
        throw new LatchError('BUSY', `One device has at most ${MAX_SITES} sites; take one down first.`)
      }
      const stored: StoredSite = { name, source, audience, publishedMs: clock.nowMs() }
      store.put(stored)
      shut(name)
      const site = shown(open(stored))
      feed.publish({ event: 'site-changed', site })
      return site
    },
    setAudience(name, audience: SiteAudience) {
      const site = known(name)
      site.stored = { ...site.stored, audience }
      store.put(site.stored)
      // Whoever may still come is back at once; the others are not.
      site.server.leave()
      const now = shown(site)
      feed.publish({ event: 'site-changed', site: now })
      return now
    },
    look: () => Promise.reject(new LatchError('INTERNAL')),
    refresh: () => Promise.reject(new LatchError('INTERNAL')),
    isHere: (name) => published.has(name),
    fetchHere: () => Promise.reject(new LatchError('INTERNAL')),
    connectHere: () => Promise.reject(new LatchError('INTERNAL')),
    async unpublish(name) {
      known(name)
      store.remove(name)
      shut(name)
      feed.publish({ event: 'site-gone', name })
    },
    visitors: () => visitors.list(),
    fetchFrom: (peerId, site, request, signal) => asking.fetchFrom(peerId, site, request, signal),
    connectTo: (peerId, site, request, signal) => asking.connectTo(peerId, site, request, signal),
    watch: (signal) => feed.watch(() => ({ sites: list(), visitors: visitors.list() }), signal),
    disconnected: (peerId) => asking.forget(peerId),
  }
}

/** Errors: LatchError BAD_INPUT. */
async function checkSource(source: SiteSource, ownPorts: readonly number[]): Promise<void> {
  if (source.kind === 'port') {
    if (ownPorts.includes(source.port)) throw new LatchError('BAD_INPUT', 'Latch itself listens at this port; nobody is to visit it there.')
    return
  }
  if (!isAbsolute(source.path)) throw new LatchError('BAD_INPUT', 'The folder of a site is given from the root of the disk on.')
  const stats = await stat(source.path).catch(() => null)
  if (stats === null) throw new LatchError('BAD_INPUT', 'This folder is not there, or Latch may not read it.')
  if (!stats.isDirectory()) throw new LatchError('BAD_INPUT', 'This is a file; choose the folder that it lies in.')
}
