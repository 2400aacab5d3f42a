import { LatchError } from '../../../shared/errors.ts'
import { SiteDraft, type Site, type SiteName } from '../../../shared/model/sites.ts'
import { Feed } from '../../platform/feed.ts'
import type { Admission, RemotePeer } from '../../platform/streams.ts'
import { createSiteProtocol, type Visit } from '../../protocols/site/index.ts'
import { Asking } from './ask/asking.ts'
import { StreamPace } from './ask/pace.ts'
import { CopyMaking } from './copying/copy-making.ts'
import { checkCopies, checkSource, keptOf } from './draft.ts'
import { lookAt } from './folder/look.ts'
import { OwnPages } from './here/own-pages.ts'
import { MAX_SITES } from './limits.ts'
import { OwnSite } from './own-site.ts'
import { Leaving } from './pointing/leaving.ts'
import { defaultFor } from './policy.ts'
import { Seats } from './seats.ts'
import type { Guest } from './serve/handler.ts'
import { SiteStore, type StoredSite } from './store.ts'
import type { SitesEvent, SitesFeature, SitesParts } from './types.ts'
import { Visitors } from './visitors.ts'

/** Sites of this person, served to whom the door lets in, and what is asked of those of others. */
export function createSites(parts: SitesParts): SitesFeature {
  const { clock, log, me, platform, refusesName, zones } = parts
  const store = new SiteStore(parts.database)
  const feed = new Feed<SitesEvent>((error) => log.error({ error }, 'a listener to sites failed'))
  const visitors = new Visitors(clock, (event) => feed.publish(event))
  const protocol = createSiteProtocol(parts)
  const asking = new Asking({ protocol, clock, pace: new StreamPace() })
  const sites = new Map<SiteName, OwnSite>()
  /** Sites that are being shut. */
  const ending = new Map<SiteName, Promise<void>>()
  const making = new CopyMaking(parts.maker, log)
  const isElsewhere = ({ network }: Pick<StoredSite, 'network'>): boolean => network !== null && network !== parts.network()
  const leaving = new Leaving({ store, zones, clock, log, isElsewhere, refusesName })
  const ownPages = new OwnPages({ clock, me, serverOf: (name) => shownNow(name)?.serving.server ?? null })
  const seats = new Seats()
  let isServing = false
  let unsubscribe = (): void => {}
  const stopped = new AbortController()

  /** A name is one of a network's: in another one it may be anybody's. */
  function shownNow(name: SiteName): OwnSite | undefined {
    const site = sites.get(name)
    return site === undefined || isElsewhere(site.stored) ? undefined : site
  }

  function admits(site: SiteName, peer: RemotePeer, path: string | null, signal: AbortSignal): Promise<Admission> {
    const otherwise = ({ isContact }: { isContact: boolean }): ReturnType<typeof defaultFor> =>
      defaultFor(shownNow(site)?.stored.audience ?? null, isContact)
    return parts.admits(peer, { site, path }, otherwise, signal)
  }

  async function visit(came: Visit): Promise<void> {
    const { peer, opening } = came
    const { site, path } = opening
    const giveBack = seats.take(peer.peerId, parts.who(peer.peerId)?.isContact === true)
    if (giveBack === null) return came.refuse('busy')
    let isOpen = false
    try {
      // Before the door is asked: what it says holds from then on, and nothing may come between.
      const isThere = (await shownNow(site)?.serving.isThere()) ?? false
      const admission = await admits(site, peer, path, came.gone)
      if (came.gone.aborted) return
      if (admission.verdict === 'refuse') {
        if (admission.code === 'silent') return came.drop(new Error('the door gives no answer'))
        return await came.refuse(admission.code === 'version' ? 'denied' : admission.code)
      }
      const here = shownNow(site)?.serving
      if (here === undefined || !isThere || !isServing) return await came.refuse('no-site')
      const stream = came.open()
      isOpen = true
      stream.once('close', giveBack)
      const guest = parts.who(peer.peerId)
      visitors.came(site, peer, guest, stream)
      here.took(stream)
      here.server.take(stream, { site, peerId: peer.peerId, account: guest?.account ?? null, isOwner: false }, path)
    } finally {
      if (!isOpen) giveBack()
    }
  }

  async function admitsRequest(guest: Guest, peer: RemotePeer | null, path: string | null): Promise<Admission> {
    if (guest.isOwner) return { verdict: 'allow', why: 'it is their own site' }
    if (peer === null) return { verdict: 'refuse', code: 'busy', why: 'the stream is gone' }
    return admits(guest.site, peer, path, stopped.signal)
  }

  function open(stored: StoredSite, before?: Promise<void>): OwnSite {
    const site: OwnSite = new OwnSite(stored, {
      clock,
      log,
      platform,
      zones,
      making,
      ownPorts: parts.ownPorts,
      isElsewhere: () => isElsewhere(site.stored),
      refusesName,
      admits: (guest, stream, path) => admitsRequest(guest, stream.peer, path),
      onRequest: (guest, path, isPage) => visitors.asked(guest.site, guest.peerId, isPage ? path : null),
      onChanged: (changed) => {
        if (sites.get(changed.name) === changed) tell(changed)
      },
      onStored: (changed) => {
        if (sites.get(changed.name) === changed) store.put(changed.stored)
      },
    })
    sites.set(stored.name, site)
    void site.start(before)
    return site
  }

  /** Whoever is there leaves. Resolves when its zone is not being changed any more. */
  function shut(site: OwnSite): Promise<void> {
    sites.delete(site.name)
    visitors.clear(site.name)
    const over: Promise<void> = site.shut().finally(() => {
      if (ending.get(site.name) === over) ending.delete(site.name)
    })
    ending.set(site.name, over)
    return over
  }

  function shown(site: OwnSite): Site {
    return { ...site.shown, visitors: visitors.of(site.name).length }
  }

  function tell(site: OwnSite): void {
    feed.publish({ event: 'site-changed', site: shown(site) })
  }

  function known(name: SiteName): OwnSite {
    const site = sites.get(name)
    if (site === undefined) throw new LatchError('NOT_FOUND', 'No site of this device is published under that name.')
    return site
  }

  async function mayPublish({ name, source }: Pick<SiteDraft, 'name' | 'source'>): Promise<void> {
    const refusal = refusesName(name)
    if (refusal !== null) throw new LatchError('NOT_ALLOWED', refusal)
    await checkSource(source, parts)
  }

  const list = (): Site[] => [...sites.values()].map(shown).toSorted((a, b) => (a.name < b.name ? -1 : 1))

  return {
    async start() {
      for (const stored of store.all()) {
        const known = stored.network === null ? { ...stored, network: parts.network() } : stored
        if (known !== stored) store.put(known)
        open(known)
      }
      leaving.start()
      unsubscribe = zones.onChanged(() => {
        for (const site of sites.values()) if (isElsewhere(site.stored)) site.serving.server.leave()
      })
      isServing = true
      await protocol.serve(visit)
    },
    stop() {
      isServing = false
      stopped.abort(new Error('stopping'))
      unsubscribe()
      visitors.clear()
      asking.close()
      ownPages.close()
      // Nobody waits for a zone that is just being changed: at the next start it is looked at again.
      leaving.stop()
      for (const site of sites.values()) void site.shut()
      sites.clear()
      return Promise.resolve()
    },
    list,
    async look(path, signal) {
      await checkSource({ kind: 'folder', path, fallback: false }, parts)
      return lookAt(path, { platform }, signal)
    },
    async publish(given) {
      const draft = SiteDraft.parse(given)
      checkCopies(draft)
      await mayPublish(draft)
      const { name, copies } = draft
      if (!sites.has(name) && sites.size >= MAX_SITES) {
        throw new LatchError('BUSY', `One device has at most ${MAX_SITES} sites; take one down first.`)
      }
      const before = sites.get(name)
      if (before !== undefined) void shut(before)
      const over = Promise.all([leaving.forget(name), ending.get(name)]).then(() => {})
      if (before?.stored.copies === true && !copies) void making.unmake(name)
      const stored = { ...draft, network: parts.network(), copy: copies ? keptOf(before, draft) : null, pointed: null, publishedMs: clock.nowMs() }
      store.put(stored)
      const site = open(stored, over)
      if (stored.copy !== null) site.refresh()
      tell(site)
      return shown(site)
    },
    async refresh(name) {
      const site = known(name)
      if (isElsewhere(site.stored)) throw new LatchError('CONFLICT', 'This site was published in another network than the one that Latch is in now.')
      if (!site.stored.copies) throw new LatchError('CONFLICT', 'No copies are made of this site.')
      await mayPublish(site.stored)
      if (!site.refresh()) throw new LatchError('CONFLICT', 'No copies are made of this site any more.')
      return shown(site)
    },
    setAudience(name, audience) {
      const site = known(name)
      site.change({ audience })
      if (audience !== 'anyone') site.withoutCopies()
      // Whoever may still come is back at once; the others are not.
      site.serving.server.leave()
      tell(site)
      return shown(site)
    },
    async unpublish(name) {
      const site = known(name)
      store.leave(site.stored)
      const over = shut(site)
      feed.publish({ event: 'site-gone', name })
      if (site.stored.copies) void making.unmake(name)
      await over
      // It may have been published again meanwhile.
      if (!sites.has(name)) await leaving.take(site.stored)
    },
    isHere: (name) => shownNow(name) !== undefined,
    fetchHere: (site, request, signal) => ownPages.fetch(site, request, signal),
    connectHere: (site, request, signal) => ownPages.connect(site, request, signal),
    visitors: () => visitors.list(),
    fetchFrom: (peerId, site, request, signal) => asking.fetchFrom(peerId, site, request, signal),
    connectTo: (peerId, site, request, signal) => asking.connectTo(peerId, site, request, signal),
    watch: (signal) => feed.watch(() => ({ sites: list(), visitors: visitors.list() }), signal),
    disconnected: (peerId) => asking.forget(peerId),
  }
}
