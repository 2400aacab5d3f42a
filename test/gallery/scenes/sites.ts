import type { Site, SiteVisitor } from '../../../src/shared/model/sites.ts'
import { DAY, HOUR, KiB, MiB, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { browseScene } from '../browse.ts'
import { siteName } from '../browse-parts.ts'
import { siteCidOf } from '../copies.ts'
import { accountOf, peerIdOf } from '../ids.ts'
import { myName, onLedger } from '../names-parts.ts'
import { namesScene } from '../names.ts'
import { now, peer, person } from '../people.ts'
import { noSites, siteOf, type SitesScene } from '../sites.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene, type Step } from './scene.ts'

const folder = (path: string, fallback = false): Site['source'] => ({ kind: 'folder', path, fallback })

function site(name: string, changes: Partial<Site> = {}): Site {
  return siteOf(
    { name: siteName(name), source: folder('/home/noor/sites/river'), audience: 'ask', copies: false },
    { publishedMs: now() - 3 * DAY, requests: 128, sentBytes: Math.round(4.2 * MiB), ...changes },
  )
}

function visitor(site: string, who: string, changes: Partial<SiteVisitor> = {}): SiteVisitor {
  return {
    site: siteName(site),
    peerId: peerIdOf(who),
    account: accountOf(who),
    called: who,
    route: 'direct',
    sinceMs: now() - 12 * MINUTE,
    lastMs: now() - 20 * SECOND,
    requests: 34,
    sentBytes: Math.round(1.3 * MiB),
    path: '/',
    ...changes,
  }
}

const made = { kind: 'made', cid: siteCidOf('noor.peer'), files: 212, bytes: Math.round(4.1 * MiB), madeMs: now() - 40 * MINUTE } as const
const long = 'the-choir-of-the-street-behind-the-harbour.noor.peer'
const longPath = '/home/noor/Documents/Projects/2026/the choir of the street behind the harbour/site/build/output/public'

const visited: SitesScene = {
  ...noSites,
  sites: [
    site('noor.peer', { audience: 'anyone', copies: made, visitors: 3 }),
    site('app.noor.peer', { source: { kind: 'port', port: 3_000 }, audience: 'contacts', requests: 9, sentBytes: 310 * KiB }),
  ],
  visitors: [
    visitor('noor.peer', 'Bea', { path: '/minutes/2026-11.html' }),
    visitor('noor.peer', 'Tomasz', { route: 'relayed', sinceMs: now() - 3 * MINUTE, path: '/photos/workshop/IMG_2041.jpg', requests: 61, sentBytes: 22 * MiB }),
    visitor('noor.peer', 'somebody', { account: null, called: '', route: 'direct', sinceMs: now() - 30 * SECOND, requests: 1, sentBytes: 8 * KiB }),
  ],
}

const crowd = Array.from({ length: 64 }, (_, index) => `Visitor ${index + 1}`)
const many: SitesScene = {
  ...noSites,
  sites: [
    site('noor.peer', { audience: 'anyone', copies: made, visitors: crowd.length, requests: 91_204, sentBytes: 3_100 * MiB }),
    site(long, { source: folder(longPath, true), audience: 'anyone' }),
    ...Array.from({ length: 12 }, (_, index) =>
      site(`page-${index + 1}.noor.peer`, { audience: index % 2 === 0 ? 'contacts' : 'ask', requests: index === 3 ? 0 : index * 7, sentBytes: index * 90 * KiB }),
    ),
  ],
  visitors: crowd.map((who, index) => visitor('noor.peer', who, { sinceMs: now() - index * 4 * MINUTE, path: `/page-${index}` })),
}

const failing: SitesScene = {
  ...noSites,
  sites: [
    site('noor.peer', {
      audience: 'anyone',
      state: { kind: 'failing', why: 'The folder /home/noor/sites/river is not there any more.' },
      copies: { kind: 'failed', why: 'The file photos/harbour.tif could not be read.' },
    }),
    site('app.noor.peer', {
      source: { kind: 'port', port: 3_000 },
      state: { kind: 'failing', why: 'Nothing answers at port 3000 of this device.' },
      requests: 0,
      sentBytes: 0,
    }),
    site('docs.noor.peer', { pointed: { kind: 'failed', why: 'The keys of this account cannot be opened now.' } }),
    site('new.noor.peer', { pointed: { kind: 'pointing' }, requests: 0, sentBytes: 0 }),
  ],
}

const behind: SitesScene = {
  ...noSites,
  sites: [
    site('noor.peer', { audience: 'anyone', copies: { ...made, kind: 'behind' } }),
    site('photos.noor.peer', { audience: 'anyone', copies: { kind: 'making', doneBytes: 310 * MiB, bytes: 1_240 * MiB } }),
    site('talk.noor.peer', { audience: 'anyone', copies: { kind: 'making', doneBytes: 3 * MiB, bytes: null } }),
  ],
}

const people = [
  person('Bea', { trust: 'verified', names: ['bea.peer'] }),
  person('Tomasz'),
]
const base: Partial<Scene> = {
  people,
  peers: [peer('Bea'), peer('Tomasz', { route: 'relayed' })],
  names: namesScene({ mine: [myName('noor'), myName('desk-by-the-window')] }),
}
const at = (sites: SitesScene, more: Partial<Scene> = {}, steps: readonly Step[] = []): GalleryScene =>
  scene(paths.yourSites, { ...base, sites, ...more }, steps)

const wait: Step = { waitMs: 300 }
const looked: Step = { waitMs: 800 }
const begin: Step = { clickPart: 'Publish a site' }
const typed = (path: string): Step[] => [begin, { type: path, into: 'Folder' }, looked]
const look = (changes: SitesScene['look']): SitesScene => ({ ...noSites, look: changes })
const gatewayOn = { browse: browseScene({ gateway: { state: 'on', port: 5_380, why: null, requests: 3 } }) }
const hidden = [
  { path: '.git', why: 'Its name begins with a dot.' },
  { path: '.env', why: 'Its name begins with a dot.' },
  { path: 'photos/all', why: 'It leads out of the folder.' },
]

/** Sites of this device, and how one is published. */
export const siteScenes: Record<string, GalleryScene> = {
  'sites-empty': at(noSites),
  'sites-loading': at(noSites, { failing: { 'sites.watch': 'never' } }, [{ waitMs: 400 }]),
  'sites-some': at(visited),
  'sites-compact': at(visited, { settings: { ...scene('', {}).world.settings, density: 'compact' } }),
  'sites-many': at(many),
  'sites-many-all': at(many, {}, [{ clickPart: 'Show all 64' }, wait]),
  'sites-failing': at(failing),
  'sites-behind': at(behind),
  'sites-refresh-failed': at(behind, { failing: { 'sites.refresh': 'BUSY' } }, [{ clickPart: 'Publish the changes' }, wait]),
  'sites-menu': at(visited, gatewayOn, [{ click: 'More about noor.peer' }, wait]),
  'sites-audience': at(visited, {}, [
    { click: 'More about noor.peer' },
    { click: 'Change who may visit' },
    { choose: 'You are asked about each visitor' },
    wait,
  ]),
  'sites-unpublish': at(visited, {}, [{ click: 'More about noor.peer' }, { click: 'Unpublish' }, wait]),
  'sites-publish': at(noSites, {}, [begin, wait]),
  'sites-publish-no-name': at(noSites, { names: namesScene() }, [begin, wait]),
  'sites-publish-folder': at(look({ hidden: [{ path: '.DS_Store', why: 'Its name begins with a dot.' }], hiddenFiles: 1 }), {}, typed('/home/noor/sites/river')),
  'sites-publish-no-index': at(look({ hasIndex: false }), {}, typed('/home/noor/sites/photos')),
  'sites-publish-keys': at(look({ files: 412, bytes: 96 * MiB, hidden, hiddenFiles: 57 }), {}, typed('/home/noor/work/river')),
  'sites-publish-home': at(look({ hasIndex: false, isMore: true, files: 100_000, bytes: 61_000 * MiB, hidden, hiddenFiles: 8_214 }), {}, [
    ...typed('/home/noor'),
    { focusFirst: 'dialog details summary, [role=dialog] details summary' },
    { press: 'Enter' },
    wait,
  ]),
  'sites-publish-missing': at(noSites, { failing: { 'sites.look': 'INTERNAL' } }, [...typed('/home/noor/nowhere'), { click: 'Next' }, wait]),
  'sites-publish-wrong': at(noSites, {}, [
    begin,
    { type: 'sites/river', into: 'Folder' },
    { type: 'My App', into: 'Label' },
    { click: 'Next' },
    looked,
  ]),
  'sites-publish-port': at(noSites, {}, [begin, { choose: 'A local port' }, { type: '3000', into: 'Port' }, { type: 'app', into: 'Label' }, wait]),
  'sites-publish-takes': at(visited, {}, [begin, { type: '/home/noor/sites/new', into: 'Folder' }, looked]),
  'sites-publish-who': at(noSites, {}, [...typed('/home/noor/sites/river'), { click: 'Next' }, wait]),
  'sites-publish-anyone': at(noSites, {}, [...typed('/home/noor/sites/river'), { click: 'Next' }, { choose: 'Anyone may visit' }, { switch: 'Let others keep copies' }, wait]),
  'sites-publish-refused': at(noSites, { failing: { 'sites.publish': 'BUSY' } }, [
    ...typed('/home/noor/sites/river'),
    { click: 'Next' },
    { click: 'Publish' },
    wait,
  ]),
  'sites-published': at(noSites, gatewayOn, [...typed('/home/noor/sites/river'), { click: 'Next' }, { choose: 'Anyone may visit' }, { click: 'Publish' }, wait]),
  'sites-change': at(visited, {}, [{ click: 'More about noor.peer' }, { click: 'Change what is shown' }, looked]),
  'sites-stale': at(visited, {}, [{ drop: true }, { waitMs: 400 }]),
  'sites-one-hour': at({ ...visited, visitors: [visitor('noor.peer', 'Bea', { sinceMs: now() - 5 * HOUR })] }, { names: namesScene({ mine: [myName('noor')], others: [onLedger('bea', 'Bea')] }) }),
}
