import type { Transfer } from '../../../src/shared/model/files.ts'
import type { Member } from '../../../src/shared/model/groups.ts'
import { DAY, GiB, HOUR, KiB, MiB, MINUTE } from '../../../src/shared/units.ts'
import { noFiles, offerOf, transferOf } from '../files.ts'
import { groupConversation, groupIdOf, groupOf, member } from '../groups.ts'
import { accountOf, conversationOf } from '../ids.ts'
import { conversation, me, messages, now, person, type Said } from '../people.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene, type Step } from './scene.ts'

const long = 'Dr. Maximiliane von Hohenstaufen-Schwarzburg'
const crowd = Array.from({ length: 50 }, (_, index) => `Rower ${index + 1}`)
const names = ['Bea', 'Tomasz', 'Ana', 'Ines', long]
const people = [...names.map((name) => person(name, name === 'Bea' ? { trust: 'verified' } : {})), person('Yusuf', { petname: null })]

const rowers = (mine: Partial<Member> = { role: 'owner' }): Member[] => [
  member('me', mine),
  member('Bea', { role: 'moderator' }),
  member('Tomasz', { sinceMs: now() - 3 * DAY }),
  member(long, { role: 'moderator', sinceMs: now() - HOUR }),
  member('Yusuf'),
  member('Ana', { state: 'invited', by: accountOf('Bea'), sinceMs: now() - 20 * MINUTE }),
  member('Ines', { state: 'removed', by: accountOf('Bea'), sinceMs: now() - DAY }),
]
const title = 'Rowing club'
const clubOf = (members: Member[], changes = {}): Partial<Scene> => ({
  people: [...people, ...crowd.map((name) => person(name))],
  conversations: [groupConversation(groupOf(title, members, { by: accountOf('Bea'), ...changes }))],
})
const club = clubOf(rowers())
const about = paths.group(groupIdOf(title))
const invited = clubOf([
  member('me', { state: 'invited', by: accountOf('Bea') }),
  ...rowers({}).slice(1),
  ...crowd.slice(0, 9).map((name) => member(name)),
])
const newGroup: Step[] = [{ press: 'Control+k' }, { type: 'New group', into: 'Command palette' }, { press: 'Enter' }]

const said: Said[] = [
  ['them', 9 * DAY, 'The boat house is locked on Thursdays. The key hangs behind the boat with the red stern.'],
  ['me', 9 * DAY - HOUR, 'Thank you. I will look behind the boat.'],
  ['them', DAY, 'Who takes the small boat out on Saturday? peer://rowing.peer/calendar'],
  ['me', 2 * HOUR, 'I do. The boat is in the water by nine.'],
]
const withBea = messages('Bea', said)
const withTomasz = messages('Tomasz', [
  ['them', 30 * DAY, `A boatload of words: ${'over and over the same long sentence about the boat and the water, '.repeat(6)}`],
  ['them', 3 * DAY, 'Nothing about what floats.'],
])
const offered = withBea.map((message, index) =>
  index === 2 ? { ...message, kind: 'files' as const, files: [offerOf('boats of the club.pdf')] } : message,
)
const talks: Partial<Scene> = {
  people,
  messages: [...offered, ...withTomasz],
  conversations: [conversation('Bea', offered), conversation('Tomasz', withTomasz)],
}
const find = (text: string): Step[] => [{ type: text, into: 'Search messages' }, { waitMs: 400 }]

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkqP9fDwAEAQGAxwQ5WQAAAABJRU5ErkJggg=='
const waiting: Partial<Transfer> = { endedMs: null, path: null }
const transfers = [
  transferOf('Bea', offerOf('Photographs of the regatta', { kind: 'folder', files: 214, bytes: Math.round(1.6 * GiB) }), {
    ...waiting,
    state: 'running',
    doneBytes: 700 * MiB,
    bytesPerSecond: Math.round(3.4 * MiB),
    routes: ['direct'],
  }),
  transferOf('Tomasz', offerOf('minutes of the meeting that took four hours and decided that there will be another meeting.pdf', { bytes: 840 * KiB }), {
    ...waiting,
    state: 'waiting',
    doneBytes: 120 * KiB,
    why: 'No device that has it can be reached.',
  }),
  transferOf('Bea', offerOf('slipway.jpg', { kind: 'picture', thumbnail: pixel }), { ...waiting, state: 'asked', doneBytes: 0 }),
  transferOf('Bea', offerOf('song.opus', { kind: 'voice', bytes: 90 * KiB }), { ...waiting, state: 'paused', doneBytes: 30 * KiB }),
  transferOf('Bea', offerOf('rota.ods', { bytes: 22 * KiB })),
  transferOf('Tomasz', offerOf('film.mkv', { kind: 'video', bytes: 4 * GiB }), { state: 'failed', doneBytes: GiB, why: 'What came is not what was offered.', path: null }),
  transferOf('Tomasz', offerOf('old.zip', { bytes: 9 * MiB }), { state: 'gone', path: null }),
  transferOf('Bea', offerOf('my drawing.png', { kind: 'picture', bytes: 2 * MiB }), {
    direction: 'out',
    from: me.account,
    state: 'offered',
    takenBy: [accountOf('Bea')],
    endedMs: null,
  }),
]
const withFiles: Partial<Scene> = { ...talks, files: { ...noFiles, transfers } }
const manyFiles: Partial<Scene> = {
  ...talks,
  files: { ...noFiles, transfers: Array.from({ length: 300 }, (_, index) => transferOf('Bea', offerOf(`picture ${index + 1}.jpg`, { kind: 'picture' }))) },
}

/** Groups, search, files, and how sure it is who somebody is. */
export const roomScenes: Readonly<Record<string, GalleryScene>> = {
  'rooms-group-new': scene('/chats', { people }, [...newGroup, { type: 'Rowing club', into: 'Name' }, { waitMs: 200 }]),
  'rooms-group-new-nobody': scene('/chats', {}, newGroup),
  'rooms-group': scene(about, club),
  'rooms-group-member': scene(about, clubOf(rowers({}))),
  'rooms-group-many': scene(about, clubOf([...rowers(), ...crowd.slice(0, 44).map((name) => member(name))], { title })),
  'rooms-group-menu': scene(about, club, [{ click: 'More about Bea' }]),
  'rooms-group-remove': scene(about, club, [{ click: 'More about Tomasz' }, { click: 'Remove from the group' }]),
  'rooms-group-hand-on': scene(about, club, [{ click: 'More about Bea' }, { click: 'Hand the group on to them They own it then, and you are a moderator.' }]),
  'rooms-group-leave-owner': scene(about, club, [{ click: 'Leave the group' }]),
  'rooms-group-leave': scene(about, clubOf(rowers({})), [{ click: 'Leave the group' }]),
  'rooms-group-add': scene(about, club, [{ click: 'Invite people' }]),
  'rooms-group-edit': scene(about, club, [{ click: 'Change name and picture' }]),
  'rooms-group-gone': scene(paths.group(conversationOf('none')), club),
  'rooms-group-invited': scene(paths.conversation(groupIdOf(title)), invited),
  'rooms-group-removed': scene(paths.conversation(groupIdOf(title)), clubOf(rowers({ state: 'removed', by: accountOf('Bea') }))),
  'rooms-verify': scene(paths.chatWith(accountOf('Bea')), talks, [{ click: 'More about Bea' }, { click: 'Verify them' }]),
  'rooms-verify-code': scene(paths.chatWith(accountOf('Tomasz')), talks, [
    { click: 'More about Tomasz' },
    { click: 'Verify them' },
    { choose: 'By camera' },
  ]),
  'rooms-verify-differ': scene(paths.chatWith(accountOf('Tomasz')), talks, [
    { click: 'More about Tomasz' },
    { click: 'Verify them' },
    { click: 'They are different' },
  ]),
  'rooms-remove-messages': scene(paths.chatWith(accountOf('Tomasz')), talks, [
    { click: 'More about Tomasz' },
    { click: 'Remove what they wrote From all of your devices.' },
  ]),
  'rooms-search': scene(paths.search, talks),
  'rooms-search-hits': scene(paths.search, talks, [...find('boat'), { press: 'ArrowDown' }]),
  'rooms-search-short': scene(paths.search, talks, find('b')),
  'rooms-search-none': scene(paths.search, talks, find('submarine')),
  'rooms-search-narrowed': scene(paths.search, talks, [...find('boat'), { select: 'Files', in: 'What' }, { waitMs: 300 }]),
  'rooms-search-failed': scene(paths.search, { ...talks, failing: { 'search.find': 'INTERNAL' } }, find('boat')),
  'rooms-search-loading': scene(paths.search, { ...talks, failing: { 'search.find': 'never' } }, [...find('boat'), { waitMs: 200 }]),
  'rooms-files': scene(paths.transfers, withFiles),
  'rooms-files-waiting': scene(paths.transfers, withFiles, [{ choose: 'Waiting' }]),
  'rooms-files-menu': scene(paths.transfers, withFiles, [{ click: 'More about Photographs of the regatta' }]),
  'rooms-files-none': scene(paths.transfers, talks),
  'rooms-files-many': scene(paths.transfers, manyFiles),
  'rooms-files-loading': scene(paths.transfers, { ...talks, failing: { 'files.watch': 'never' } }, [{ waitMs: 300 }]),
}
