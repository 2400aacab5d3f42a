import type { Scene } from '../world.ts'
import { DAY, HOUR, MINUTE } from '../../../src/shared/units.ts'
import { accountOf } from '../ids.ts'
import { namesScene } from '../names.ts'
import { found, peerRecord, step, told, zoneOf } from '../names-parts.ts'
import { conversation, messages, movedTo, now, peer, person, pinOf, type Said } from '../people.ts'
import { paths, scene, type GalleryScene, type Step } from './scene.ts'

const said: Said[] = [
  ['them', DAY, 'I have the name now: @bea.peer. Tell Tomasz, he still writes to the old address.'],
  ['me', DAY - MINUTE, 'Told him. Is the list on @lists.bea.peer too, or only at @harbour.peer? Write to bea@bea.peer otherwise.'],
  ['them', 5 * HOUR, 'Both.'],
]
const draft: Said[] = [...said, ['me', 22 * MINUTE, 'Can you send me the key of the shed? The number is enough.', 'queued']]

const bea = person('Bea', { trust: 'verified', claimedName: 'Bea Lindqvist', names: ['bea.peer', 'harbour.peer'] })
const people = [
  bea,
  person('Tomasz', { names: ['tomasz-from-the-workshop.peer'] }),
  person('Ines Carvalho', { names: ['ines.peer'] }),
  person('Jo'),
]
const others = ['Tomasz', 'Ines Carvalho', 'Jo'].map((name, index) =>
  conversation(name, messages(name, [['them', (index + 2) * DAY, `The last thing ${name} said.`]])),
)
const withBea = paths.chatWith(accountOf('Bea'))

function world(changes: Parameters<typeof conversation>[2], lines = said, rest: Partial<Scene> = {}): Partial<Scene> {
  return {
    people,
    peers: [peer('Bea')],
    conversations: [conversation('Bea', messages('Bea', lines), changes), ...others],
    messages: messages('Bea', lines),
    ...rest,
  }
}

const moved = { ...pinOf('bea.peer'), moved: movedTo('Mallory', bea.safetyWords) }
const held = { waiting: 1, waitingFor: 'name', waitingWhy: 'bea.peer now belongs to another account.' } as const
const without = { people: [{ ...bea, names: ['harbour.peer'] }, ...people.slice(1)] }

const steps = [
  step(0, 0.1, 'read', 'found', 'Read as the name bea of this network.'),
  step(0.1, 0.1, 'ledger', 'found', 'The ledger says whose it is, as of block 1,204.'),
  step(0.2, 0.1, 'cache', 'nothing', 'Nothing is kept of it.'),
  step(0.4, 41, 'ask', 'found', 'Asked a device that holds zones.', 'Ines Carvalho', 1),
]
const theirs = (name: string, who: string) => found(zoneOf(name, [peerRecord(who)], {}, who), [peerRecord(who)], { steps, tookMs: 42 })

function lookups(lookup: Parameters<typeof told>[0], hangs = false): Partial<Scene> {
  return { names: namesScene({ lookups: { '*': told(lookup) }, lookupHangs: hangs }) }
}

const nothing = { ...theirs('bea', 'Bea'), zone: null, steps: steps.slice(0, 2) }
const type = (text: string): Step[] => [
  { press: 'Control+n' },
  { type: text, into: 'Start a chat' },
  { waitMs: 200 },
  { press: 'Enter' },
  { waitMs: 500 },
]

function start(text: string, rest: Partial<Scene>, more: Step[] = []): GalleryScene {
  return scene(paths.chats, world({}, said, rest), [...type(text), ...more])
}

/** Conversations by names of the ledger. */
export const chatNameScenes: Record<string, GalleryScene> = {
  'chat-name-header': scene(withBea, world({ pin: pinOf('bea.peer') })),
  'chat-name-pin': scene(withBea, world({ pin: pinOf('bea.peer') }), [{ click: 'Pinned to bea.peer' }, { waitMs: 300 }]),
  'chat-name-menu': scene(withBea, world({ pin: pinOf('bea.peer') }), [{ click: 'More about Bea' }, { waitMs: 300 }]),
  'chat-frozen': scene(withBea, world({ pin: moved, ...held }, draft, without), [{ waitMs: 900 }]),
  'chat-frozen-known': scene(
    withBea,
    world({ pin: { ...moved, moved: movedTo('Tomasz', bea.safetyWords) } }, said, without),
    [{ waitMs: 900 }],
  ),
  'chat-frozen-lapsed': scene(withBea, world({ pin: { ...moved, lapsed: true }, ...held }, draft, without), [{ waitMs: 900 }]),
  'chat-name-lapsed': scene(withBea, world({ pin: pinOf('bea.peer', { lapsed: true }) }, said, without)),
  'chat-name-left': scene(
    withBea,
    world({ ...held, left: { fullName: 'bea.peer', to: accountOf('Mallory'), atMs: now() - HOUR } }, draft, without),
  ),
  'chat-by-name-offered': scene(paths.chats, world({}), [
    { press: 'Control+n' },
    { type: '@ines.peer', into: 'Start a chat' },
    { waitMs: 300 },
  ]),
  'chat-by-name-looking': start('marisol.peer', { names: namesScene({ lookups: { '*': told({ ...nothing, steps }).slice(0, -1) }, lookupHangs: true }) }),
  'chat-by-name-found': start('ines.peer', lookups(theirs('ines', 'Ines Carvalho'))),
  'chat-by-name-stranger': start('marisol.peer', lookups(theirs('marisol', 'Marisol'))),
  'chat-by-name-away': start(
    'marisol.peer',
    lookups(theirs('marisol', 'Marisol')),
    [{ press: 'Enter' }, { waitMs: 400 }],
  ),
  'chat-by-name-nobody': start('marisol.peer', lookups({
    ...nothing,
    fullName: 'marisol.peer',
    outcome: { outcome: 'nobody', why: 'The ledger has no such name as of block 1,204.' },
  })),
  'chat-by-name-behind': start('marisol.peer', lookups({ ...nothing, outcome: { outcome: 'catching-up', blocksLeft: 312 } })),
  'chat-by-name-refused': start('@Marisol..peer', lookups({
    ...nothing,
    outcome: { outcome: 'refused', why: 'A name has no two dots in a row: did you mean marisol.peer?' },
  })),
  'chat-by-name-no-zone': start('ines.peer', lookups({ ...nothing, fullName: 'ines.peer', outcome: { outcome: 'no-zone', owner: accountOf('Ines Carvalho') } })),
  'chat-mention-card': scene(withBea, world({ pin: pinOf('bea.peer') }, said, lookups(theirs('bea', 'Bea'))), [
    { click: '@bea.peer' },
    { waitMs: 500 },
  ]),
  'chat-mention-unknown': scene(withBea, world({}, said, lookups({
    ...nothing,
    fullName: 'harbour.peer',
    outcome: { outcome: 'nobody', why: 'The ledger has no such name as of block 1,204.' },
  })), [{ click: '@harbour.peer' }, { waitMs: 500 }]),
}

