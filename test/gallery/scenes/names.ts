import type { AccountId } from '../../../src/shared/ids.ts'
import type { MyName, ZoneRecord } from '../../../src/shared/model/names.ts'
import { KiB } from '../../../src/shared/units.ts'
import { accountOf } from '../ids.ts'
import { entryIdOf } from '../ledger-parts.ts'
import { namesScene, type NamesScene } from '../names.ts'
import { at, label, myName, nameLabel, onLedger, published, zoneOf } from '../names-parts.ts'
import { ownNetwork } from '../networks.ts'
import { me, peer, person } from '../people.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene, type Step } from './scene.ts'

const people = [
  person('Bea', { trust: 'verified', names: ['bea.peer'] }),
  person('Tomasz'),
  person('Ines Carvalho', { petname: 'Ines' }),
]
const base: Partial<Scene> = { people, peers: [peer('Bea'), peer('Tomasz')], networks: [ownNetwork()] }
const bea: AccountId = accountOf('Bea')

export const fullZone: ZoneRecord[] = [
  { label: at, kind: 'peer', peerId: me.peerId, addresses: ['/ip4/192.0.2.10/tcp/4001', '/ip4/192.0.2.10/udp/4001/webrtc-direct'] },
  { label: at, kind: 'site', cid: null },
  { label: at, kind: 'text', text: 'Noor, at the desk by the window' },
  { label: label('www'), kind: 'address', ip: '198.51.100.7', port: 8_080 },
  { label: at, kind: 'service', service: '_http._tcp', port: 8_080, target: 'www' },
  { label: label('choir'), kind: 'delegate', account: bea },
]

const noor = myName('noor', { zone: zoneOf('noor', fullZone) })
const ending = myName('desk-by-the-window', {
  onLedger: onLedger('desk-by-the-window', 'me', 20),
  attention:
    'The term of desk-by-the-window.peer ends in 20 days: until you renew it, it can be looked up by your contacts alone.',
})
const grace = myName('old-boathouse', {
  onLedger: onLedger('old-boathouse', 'me', -3),
  attention: 'The term of old-boathouse.peer is over: renew it within 27 days, or anybody may claim it.',
})
const nowhere = myName('tide', {
  zone: null,
  publication: null,
  attention: 'tide.peer points nowhere yet: say what it points to.',
})
const given = myName('slipway', {
  onLedger: onLedger('slipway', 'me', 211, { offeredTo: accountOf('Tomasz') }),
  attention: 'You offer slipway.peer to another account, which has not taken it yet.',
})
const alone = myName('quiet-place', {
  publication: published({ held: 0, asked: 0 }),
  attention: 'No other device holds what quiet-place.peer points to, so it is found only while this one is on.',
})
const none = { onLedger: null, zone: null, publication: null, attention: null, ended: false }
const claiming = (name: string, claim: MyName['claim']): MyName => ({ name: nameLabel(name), fullName: `${name}.peer`, ...none, claim })
const claims: MyName[] = [
  claiming('harbour-office', { step: 'working', what: 'registration', bits: 22 }),
  claiming('lighthouse', { step: 'ripening', blocks: 3 }),
  claiming('mole', { step: 'waiting', what: 'commitment', entry: entryIdOf('claim mole') }),
  claiming('no0r', {
    step: 'refused',
    why: 'no0r looks like noor, which somebody has: names that a glance takes for the same are not given to two.',
  }),
]
const offer: MyName = {
  ...myName('choir'),
  onLedger: onLedger('choir', 'Bea', 120, { offeredTo: me.account }),
  zone: null,
  publication: null,
  attention: 'choir.peer is offered to you: take it, or leave it.',
}
const many: MyName[] = Array.from({ length: 40 }, (_, index) =>
  myName(`name-${String(index + 1).padStart(2, '0')}-of-forty`, {
    publication: published({ held: (index * 7) % 17 }),
    attention: index % 9 === 4 ? `name-${index + 1} needs something.` : null,
  }),
)
const longest = 'a-name-that-is-as-long-as-the-ledger-lets-one-be-and-then-a-day'
const crowd: ZoneRecord[] = Array.from({ length: 128 }, (_, index): ZoneRecord =>
  index % 2 === 0
    ? { label: label(`host-${index + 1}`), kind: 'address', ip: `198.51.100.${index + 1}`, port: null }
    : { label: label(`host-${index}`), kind: 'text', text: `Line ${index} of what somebody wrote down` },
)

const of = (changes: Partial<NamesScene>, more: Partial<Scene> = {}): Partial<Scene> => ({
  ...base,
  ...more,
  names: namesScene({ held: { zones: 214, bytes: 312 * KiB }, ...changes }),
})
const some = of({ mine: [noor, ending, nowhere, given, alone], others: [onLedger('bea', 'Bea'), onLedger('tide-mill', 'Tomasz', -4)] })
const page = paths.yourName(nameLabel('noor'))
const wait: Step = { waitMs: 300 }
const claim = (text: string): Step[] => [{ type: text, into: 'Name' }, { waitMs: 700 }]

/** Names of one's own, and everything that can be true of one. */
export const nameScenes: Record<string, GalleryScene> = {
  'names-empty': scene(paths.yourNames, of({ held: { zones: 0, bytes: 0 } })),
  'names-list': scene(paths.names, some),
  'names-loading': scene(paths.names, { ...some, failing: { 'names.watch': 'never' } }, [{ waitMs: 400 }]),
  'names-yours': scene(paths.yourNames, of({ mine: [noor, ending, grace, nowhere, ...claims, offer] })),
  'names-many': scene(paths.names, of({ mine: many })),
  'names-claim-free': scene(paths.yourNames, some, claim('lighthouse')),
  'names-claim-taken': scene(paths.yourNames, some, claim('bea')),
  'names-claim-grace': scene(paths.yourNames, some, claim('tide-mill.peer')),
  'names-claim-wrong': scene(paths.yourNames, some, claim('noór')),
  'names-claim-busy': scene(paths.yourNames, { ...some, failing: { 'names.claim': 'BUSY' } }, [
    ...claim('lighthouse'),
    { click: 'Claim' },
    wait,
  ]),
  'names-claim-done': scene(paths.yourNames, of({ claimSteps: [{ step: 'yours', height: 1_207 }] }), [
    ...claim('lighthouse'),
    { click: 'Claim' },
    wait,
  ]),
  'names-claims': scene(paths.yourNames, of({ mine: claims })),
  'names-offers': scene(paths.yourNames, of({ mine: [noor, offer] })),
  'names-page': scene(page, some),
  'names-page-foot': scene(page, some, [{ scrollTo: 'Term' }]),
  'names-page-dirty': scene(page, some, [
    { type: 'Noor, at the desk', into: 'Text' },
    { scrollTo: 'Where it points' },
  ]),
  'names-page-faults': scene(page, some, [
    { type: 'WWW..x', into: 'Label' },
    { type: '198.51.100', into: 'IP address' },
    { type: '80 or so', into: 'Port, if any' },
    { click: 'Sign and publish' },
    wait,
  ]),
  'names-page-refused': scene(
    page,
    of({
      mine: [noor],
      zoneSet: { outcome: 'refused', why: 'Record 2: There is one site at each label, and @ has another.', record: 1 },
    }),
    [{ type: 'Noor', into: 'Text' }, { click: 'Sign and publish' }, wait, { scrollTo: 'Where it points' }],
  ),
  'names-page-saved': scene(page, some, [{ type: 'Noor', into: 'Text' }, { click: 'Sign and publish' }, wait]),
  'names-page-save-failed': scene(page, { ...some, failing: { 'names.setZone': 'BUSY' } }, [
    { type: 'Noor', into: 'Text' },
    { click: 'Sign and publish' },
    wait,
  ]),
  'names-page-conflict': scene(page, some, [
    { type: 'Noor', into: 'Text' },
    { tellName: { ...noor, zone: zoneOf('noor', fullZone.slice(0, 3), { seq: 9 }) } },
    wait,
    { scrollTo: 'Where it points' },
  ]),
  'names-page-add': scene(page, some, [{ click: 'Add a record' }, wait]),
  'names-page-nowhere': scene(paths.yourName(nameLabel('tide')), some),
  'names-page-ending': scene(paths.yourName(nameLabel('desk-by-the-window')), some, [{ scrollTo: 'Term' }]),
  'names-page-grace': scene(paths.yourName(nameLabel('old-boathouse')), of({ mine: [grace] }), [{ scrollTo: 'Term' }]),
  'names-page-renewing': scene(page, some, [{ click: 'Renew' }, wait, { scrollTo: 'Term' }]),
  'names-page-renew-refused': scene(
    page,
    of({ mine: [noor], submitted: { outcome: 'refused', code: 'term', why: 'Its term was begun anew less than a day ago.' } }),
    [{ click: 'Renew' }, wait, { scrollTo: 'Term' }],
  ),
  'names-page-offered': scene(paths.yourName(nameLabel('slipway')), some, [{ scrollTo: 'Give it on' }]),
  'names-page-alone': scene(paths.yourName(nameLabel('quiet-place')), some, [{ scrollTo: 'Who holds it' }]),
  'names-page-long': scene(paths.yourName(nameLabel(longest)), of({ mine: [myName(longest)] })),
  'names-page-crowd': scene(page, of({ mine: [{ ...noor, zone: zoneOf('noor', crowd) }] })),
  'names-page-gone': scene(paths.yourName(nameLabel('somebody-elses')), some),
  'names-offer': scene(page, some, [{ click: 'Offer to…' }, wait]),
  'names-offer-sure': scene(page, some, [{ click: 'Offer to…' }, { press: 'Enter' }, wait]),
  'names-release': scene(page, some, [{ clickPart: 'Give it back' }, wait]),
  'names-revoke': scene(paths.revocation, some),
  'names-revoke-made': scene(paths.revocation, of({ mine: [noor], revocation: { entry: 'pGRr'.repeat(80), names: ['noor.peer'] } }), [
    { click: 'Make a revocation file' },
    wait,
  ]),
  'names-revoke-sure': scene(paths.revocation, some, [{ clickPart: 'Revoke this account now' }, wait]),
  'names-reminder': scene(paths.chats, some, [
    {
      remind: {
        name: nameLabel('desk-by-the-window'),
        fullName: 'desk-by-the-window.peer',
        sentence: ending.attention ?? '',
        daysLeft: 20,
      },
    },
    wait,
  ]),
  'names-address': scene(paths.chats, some, [{ press: 'Control+l' }, { type: 'bea', into: 'Go to a name' }, wait]),
  'names-address-empty': scene(paths.chats, some, [{ press: 'Control+l' }, wait]),
  'names-palette': scene(paths.chats, some, [
    { press: 'Control+k' },
    { type: '@bea.peer', into: 'Command palette' },
    wait,
  ]),
}

export const namesBase = base
