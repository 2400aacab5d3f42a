import type { Asked, Completion, Tab } from '../../../src/shared/model/browse.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { bookmark, download, offered, shield, siteName, tab, visited } from '../browse-parts.ts'
import { browseScene, type BrowseScene } from '../browse.ts'
import { copyOf, siteCidOf } from '../copies.ts'
import { exitOf } from '../exit.ts'
import { accountOf, knockIdOf, peerIdOf } from '../ids.ts'
import { knock, me, now, person } from '../people.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene, type Step } from './scene.ts'

export const people = [
  person('Bea', { trust: 'verified', names: ['bea.peer'] }),
  person('Tomasz', { names: ['tomasz.peer'] }),
  person('Ines Carvalho', { petname: 'Ines', claimedName: 'Ines Carvalho', names: ['ines.peer'] }),
]

/** The window in Browse, over what is open there. */
export function browsing(
  browse: Partial<BrowseScene>,
  world: Partial<Scene> = {},
  steps: readonly Step[] = [],
  path: string = paths.browse,
): GalleryScene {
  return scene(path, { people, browse: browseScene(browse), ...world }, steps)
}

const bea = shield('bea.peer', 'Bea')
export const shown = tab('bea', { shield: bea, title: 'Slipway notes', canBack: true })
export const ofTomasz = tab('tomasz', {
  shield: shield('tomasz.peer', 'Tomasz', { source: { kind: 'live', peerId: peerIdOf('Tomasz'), route: 'relayed', rttMs: 138 } }),
  title: 'Rowing, every Thursday',
})
const start = tab('start')

const ask = (kind: Asked['kind'], what: string, outcome: Asked['outcome'], count = 1, agoMs = 2 * MINUTE): Asked => ({
  kind,
  what,
  outcome,
  count,
  lastMs: now() - agoMs,
  knock: outcome === 'waiting' ? knockIdOf(what) : null,
})
const denied: Asked[] = [
  ask('site', 'pictures.tomasz.peer', 'allowed', 12, 30 * SECOND),
  ask('outside', 'fonts.example.com', 'denied', 4, MINUTE),
  ask('outside', 'metrics.example.net', 'denied', 131, MINUTE),
  ask('local', '192.168.1.1', 'denied', 2),
  ask('permission', 'geolocation', 'denied'),
  ask('window', 'https://ads.example.com/', 'denied', 3),
  ask('fullscreen', 'bea.peer', 'denied', 1, HOUR),
]
const asking = tab('bea', {
  shield: { ...bea, asked: denied, allowedCount: 12, deniedCount: 142 },
  title: 'Slipway notes',
  canBack: true,
})
const copied = tab('copy', {
  shield: shield('ines.peer', 'Ines Carvalho', {
    source: { kind: 'copy', cid: siteCidOf('ines'), keptHere: false, holders: 3, signedMs: now() - 4 * DAY },
  }),
  title: 'Letters from Setúbal',
})
const stranger = tab('stranger', {
  shield: shield('harbour-master.peer', 'nobody you know', { ownerCalled: null, isContact: false }),
  title: 'Tides and warnings',
})
const mine = tab('mine', {
  shield: shield('noor.peer', 'me', { owner: me.account, ownerCalled: me.name, isContact: false, isMine: true, source: { kind: 'here' } }),
  title: 'Noor’s desk',
})
const exitTab = tab('exit', {
  kind: 'exit',
  url: 'https://weather.example.com/today?place=setubal',
  title: 'Weather for today',
  state: 'shown',
  canBack: true,
  exit: { peerId: peerIdOf('Bea'), account: accountOf('Bea'), called: 'Bea', bytes: 1_310_000 },
})
const opening = (step: NonNullable<Tab['step']>['step']): Tab =>
  tab('opening', {
    kind: 'site',
    site: siteName('bea.peer'),
    url: 'peer://bea.peer/notes/winter.html',
    state: 'opening',
    step: { step, sinceMs: now() - SECOND },
  })

const longName = `${'a-very-long-label-that-somebody-chose.'.repeat(3)}pay.bea.peer`
const long = tab('long', {
  shield: shield(longName, 'Bea'),
  url: `peer://${longName}/a/path/that/goes/on?and=on&and=on&and=on&and=on&and=on&and=on#and-on`,
  title: 'bank.example.com – Sign in to your account, this is the real one, really, you can trust this title',
})
const many = Array.from({ length: 24 }, (_, index) => {
  const who = ['Bea', 'Tomasz', 'Ines Carvalho', 'northwind'][index % 4] ?? 'Bea'
  const name = `${['notes', 'pictures', 'wiki', 'shop', 'blog', 'files'][index % 6]}${index}.${who.split(' ')[0]?.toLowerCase()}.peer`
  return tab(`many ${index}`, { shield: shield(name, who), title: `Page ${index + 1} of many` })
})
const bookmarks = [bookmark('bea.peer', 'Slipway notes'), bookmark('ines.peer', 'Letters from Setúbal', '/letters/'), bookmark('tomasz.peer', '')]
const recent = [
  visited('bea.peer', 'Slipway notes', 12 * MINUTE),
  visited('bea.peer', 'Winter storage', 15 * MINUTE, '/notes/winter.html'),
  visited('harbour-master.peer', 'Tides and warnings', 3 * HOUR),
  visited('ines.peer', 'Letters from Setúbal', DAY + HOUR),
  visited('tomasz.peer', '', 6 * DAY),
]
const sites = [offered('bea.peer', 'Bea'), offered('tomasz.peer', 'Tomasz'), offered('ines.peer', 'Ines'), offered('noor.peer', 'Noor', true)]
const some = { tabs: [start], sites, recent: recent.slice(0, 3), bookmarks: bookmarks.slice(0, 2) }
const completions: Completion[] = [
  { url: 'peer://bea.peer/', kind: 'contact', text: 'Bea', tab: null },
  { url: 'peer://bea.peer/', kind: 'tab', text: 'Slipway notes', tab: shown.id },
  { url: 'peer://bea.peer/notes/winter.html', kind: 'history', text: 'Winter storage', tab: null },
  { url: 'peer://beach.tomasz.peer/', kind: 'bookmark', text: 'Where we swim', tab: null },
  { url: 'peer://be.peer/', kind: 'address', text: '', tab: null },
]
const ownGateway = { state: 'on', port: 5_380, why: null, requests: 12 } as const

export const browseScenes: Readonly<Record<string, GalleryScene>> = {
  'browse-start-empty': browsing({ tabs: [start] }, { people: [person('Hello', { demo: true, names: ['hello.peer'] })] }),
  'browse-start-some': browsing(some),
  'browse-start-many': browsing({
    tabs: [start],
    sites: Array.from({ length: 60 }, (_, index) => offered(`site-${index + 1}.peer`, `Contact ${index + 1}`)),
    recent,
    bookmarks: Array.from({ length: 20 }, (_, index) => bookmark(`kept-${index + 1}.peer`, `A page worth keeping, number ${index + 1}`)),
  }),
  'browse-start-failed': browsing({ tabs: [start] }, { failing: { 'browse.start': 'INTERNAL' } }),
  'browse-opening': browsing({ tabs: [opening('connect'), ofTomasz] }, {}, [{ waitMs: 400 }]),
  'browse-opening-door': browsing({ tabs: [opening('door')] }, {}, [{ waitMs: 400 }]),
  'browse-loading': browsing({ tabs: [{ ...shown, state: 'loading' }, ofTomasz] }, {}, [{ waitMs: 400 }]),
  'browse-page': browsing({ tabs: [shown, ofTomasz, start], bookmarks }),
  'browse-compact': browsing({ tabs: [shown, ofTomasz], bookmarks }, { settings: { ...scene('', {}).world.settings, density: 'compact' } }),
  'browse-menu': browsing({ tabs: [{ ...shown, zoom: 1.25 }, ofTomasz] }, {}, [{ click: 'More of Browse' }, { waitMs: 250 }]),
  'browse-address': browsing({ tabs: [shown, ofTomasz], completions }, {}, [
    { type: 'be', into: 'Address' },
    { waitMs: 100 },
    { press: 'ArrowDown' },
    { press: 'ArrowDown' },
    { press: 'ArrowDown' },
  ]),
  'browse-address-wrong': browsing({ tabs: [shown], completions: [] }, { failing: { 'browse.open': 'CONFLICT' } }, [
    { type: 'be', into: 'Address' },
    { press: 'Enter' },
    { waitMs: 150 },
  ]),
  'browse-find': browsing({ tabs: [shown] }, {}, [{ press: 'Control+f' }, { type: 'slipway', into: 'Find on this page' }, { waitMs: 100 }]),
  'browse-shield': browsing({ tabs: [shown, ofTomasz] }, {}, [{ clickPart: 'Whose page this is' }]),
  'browse-shield-denied': browsing({ tabs: [asking, ofTomasz] }, {}, [{ clickPart: 'Whose page this is' }]),
  'browse-shield-copy': browsing({ tabs: [copied] }, { copies: { copies: [copyOf(siteName('ines.peer'))], diskBytes: 0, look: {}, changes: {} } }, [
    { clickPart: 'Whose page this is' },
  ]),
  'browse-shield-stranger': browsing({ tabs: [stranger] }, {}, [{ clickPart: 'Whose page this is' }]),
  'browse-shield-mine': browsing({ tabs: [mine] }, {}, [{ clickPart: 'Whose page this is' }, { clickPart: 'Clear what' }]),
  'browse-tabs-many': browsing({ tabs: many, active: many[11]?.id ?? null }),
  'browse-long': browsing({ tabs: [long, ofTomasz, start] }, {}, [{ clickPart: 'Whose page this is' }]),
  'browse-outside': browsing(
    { tabs: [{ ...shown, outside: { url: 'https://example.com/paper.pdf', host: 'example.com' } }] },
    { exit: { offered: false, exits: [exitOf('Bea')], uses: [] } },
  ),
  'browse-hung': browsing({ tabs: [{ ...shown, isHung: true }, ofTomasz] }),
  'browse-load': browsing({
    tabs: [tab('bea', { shield: { ...bea, asked: [ask('site', 'pictures.tomasz.peer', 'waiting', 1, SECOND), ask('site', 'fonts.ines.peer', 'waiting', 2, 2 * SECOND)] }, title: 'Slipway notes' })],
  }),
  'browse-knock': browsing({ tabs: [shown] }, { knocks: [knock('northwind'), knock('Tomasz', { capability: 'file' })] }),
  'browse-download-asking': browsing({ tabs: [shown], downloads: [download('slipway-plan-2026.pdf', 'bea.peer', { state: 'asking' })] }),
  'browse-download-running': browsing({
    tabs: [shown],
    downloads: [
      download('slipway-plan-2026.pdf', 'bea.peer', { doneBytes: 1_400_000 }),
      download('winter.tar.gz', 'bea.peer', { bytes: null, doneBytes: 9_400_000 }),
    ],
  }),
  'browse-downloads': browsing(
    {
      tabs: [shown],
      downloads: [
        download('slipway-plan-2026.pdf', 'bea.peer', { doneBytes: 1_400_000 }),
        download('regatta (1).ics', 'tomasz.peer', { state: 'asking', bytes: 2_100 }),
        download('winter.tar.gz', 'bea.peer', { state: 'done', path: '/home/noor/Downloads/winter.tar.gz', startedMs: now() - 2 * HOUR }),
        download('film.mkv', 'ines.peer', { state: 'failed', why: 'The connection broke off.', startedMs: now() - 5 * HOUR }),
        download('setup.exe', 'harbour-master.peer', { state: 'denied', startedMs: now() - DAY }),
      ],
    },
    {},
    [],
    paths.browseView('downloads'),
  ),
  'browse-downloads-empty': browsing({ tabs: [shown] }, {}, [], paths.browseView('downloads')),
  'browse-history': browsing({ tabs: [shown], recent }, {}, [{ click: 'Forget everything' }], paths.browseView('history')),
  'browse-history-empty': browsing({ tabs: [start] }, {}, [], paths.browseView('history')),
  'browse-bookmarks': browsing({ tabs: [shown], bookmarks }, {}, [], paths.browseView('bookmarks')),
  'browse-exit': browsing({ tabs: [exitTab, shown] }),
  'browse-gateway-off': browsing({ shows: 'gateway', sites, bookmarks }, {}),
  'browse-gateway-failed': browsing({ shows: 'gateway', sites, gateway: { state: 'failed', port: 5_380, why: 'Port 5380 is taken by another program.', requests: 0 } }),
  'browse-gateway-on': browsing({ shows: 'gateway', sites, bookmarks, gateway: ownGateway }),
  'browse-palette': browsing({ tabs: [shown, ofTomasz], bookmarks }, {}, [{ press: 'Control+k' }, { type: 'bea', into: 'Command palette' }, { waitMs: 250 }]),
}
