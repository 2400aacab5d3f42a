import type { ChatEvent } from '../../../src/shared/contract/chat.ts'
import type { Conversation, Message } from '../../../src/shared/model/chat.ts'
import type { Group } from '../../../src/shared/model/groups.ts'
import { DAY, HOUR, KiB, MiB, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { fileIdOf, offerOf, transferOf } from '../files.ts'
import { accountOf, conversationOf, messageIdOf } from '../ids.ts'
import { conversation, me, messages, now, peer, person, type Said } from '../people.ts'
import { smallPicture } from '../picture.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene, type Step } from './scene.ts'

const crew = 'Harbour crew'
const group: Group = {
  id: conversationOf(crew),
  title: crew,
  picture: smallPicture,
  history: 'all',
  whoAdds: 'moderators',
  members: [
    { account: me.account, role: 'owner', state: 'joined', by: me.account, sinceMs: now() - 9 * DAY },
    { account: accountOf('Bea'), role: 'moderator', state: 'joined', by: me.account, sinceMs: now() - 9 * DAY },
    { account: accountOf('Tomasz'), role: 'member', state: 'joined', by: me.account, sinceMs: now() - 9 * DAY },
    { account: accountOf('Ines Carvalho'), role: 'member', state: 'joined', by: me.account, sinceMs: now() - 9 * DAY },
    { account: accountOf('Jo'), role: 'member', state: 'invited', by: me.account, sinceMs: now() - DAY },
  ],
  role: 'owner',
  state: 'joined',
  by: me.account,
  createdMs: now() - 9 * DAY,
}

/** Who says it, how long ago, what, and what else is true of it. */
type Line = [who: string, agoMs: number, text: string, changes?: Partial<Message>]

function talk(name: string, lines: readonly Line[]): Message[] {
  const said = messages(name, lines.map(([who, agoMs, text]): Said => [who === 'me' ? 'me' : 'them', agoMs, text]))
  return said.map((message, index) => {
    const [who = '', , , changes = {}] = lines[index] ?? []
    const from = who === 'me' ? me.account : accountOf(who)
    return { ...message, from, reach: { delivered: 3, read: 2, of: 3 }, ...changes }
  })
}

const id = (index: number): Message['id'] => messageIdOf(`${crew} ${index}`)
const notice = (what: Message['notice']): Partial<Message> => ({ kind: 'notice', notice: what })
const drawn = { kind: 'picture', type: 'image/png', thumbnail: smallPicture } as const
const picture = offerOf('slipway.webp', { ...drawn, width: 1_600, height: 1_067, bytes: 412 * KiB })
const strap = offerOf('straps.jpg', { ...drawn, width: 900, height: 1_200, file: fileIdOf('a') })
const hook = offerOf('hook.jpg', { ...drawn, width: 900, height: 900, file: fileIdOf('b') })
const plan = offerOf('berths-and-moorings-of-the-northern-basin-2026-final-really.pdf', { bytes: 18 * MiB, type: 'application/pdf' })
const folder = offerOf('charts', { kind: 'folder', files: 214, bytes: 890 * MiB })
const wave = Array.from({ length: 56 }, (_, index) => 40 + Math.round(150 * Math.abs(Math.sin(index * 0.7) * Math.cos(index * 0.23))))
const note = offerOf('Voice note.webm', { kind: 'voice', type: 'audio/webm', bytes: 96 * KiB, durationMs: 34_000, wave })

const key = 'Nine o’clock then. @Bea Lindqvist, you have the key?'
const plans = `Here is **the plan**, in three parts:

1. clear the *slipway*
2. lift the ~~old~~ engine
3. [ ] ask \`@harbour\`

> Nobody lifts alone.

More at https://harbour.example/berths or peer://harbour.peer/`
const code = '```ts\n// when the tide is in\nexport const depth = (at: number): number => 3.2 + Math.sin(at / 6)\n```'
const thumbs = [{ emoji: '👍', by: [accountOf('Bea'), me.account] }, { emoji: '😂', by: [accountOf('Ines Carvalho')] }]

const lines: Line[] = [
  ['me', 3 * DAY, '', notice({ what: 'created' })],
  ['me', 3 * DAY, '', notice({ what: 'added', whom: accountOf('Bea') })],
  ['Bea', 3 * DAY, plans, { pinned: true }],
  ['Tomasz', 2 * DAY, '| Day | Who | What |\n|---|---|---|\n| Mon | Bea | crane |\n| Tue | Ines | paint |'],
  ['Tomasz', 2 * DAY - MINUTE, code, { reactions: thumbs }],
  ['me', DAY, key, { mentions: [accountOf('Bea')], editedMs: now() - DAY, state: 'delivered' }],
  ['Bea', DAY - 2 * MINUTE, 'I have. @Noor bring the straps', { mentions: [me.account], reply: { id: id(5), from: me.account, text: key, kind: 'text' } }],
  ['Ines Carvalho', 5 * HOUR, '', { kind: 'files', files: [picture], reactions: [{ emoji: '❤️', by: [accountOf('Bea')] }] }],
  ['Ines Carvalho', 5 * HOUR - MINUTE, 'and the papers', { kind: 'files', files: [plan, folder] }],
  ['Tomasz', 4 * HOUR, '', { kind: 'deleted', deletedBy: accountOf('Bea') }],
  ['Stranger', 3 * HOUR, 'Free paint: https://example.org/paint and [our site](https://example.net)', { forwarded: true }],
  ['Stranger', 3 * HOUR, '', { kind: 'missing' }],
  ['Ines Carvalho', 40 * MINUTE, '', { kind: 'voice', files: [note], expiresMs: now() + 5 * HOUR }],
  ['me', 30 * MINUTE, '👍🎉', { state: 'held', reach: { delivered: 2, read: 1, of: 3 } }],
  ['me', 29 * MINUTE, 'Which of these?', { kind: 'files', files: [strap, hook], state: 'queued' }],
]
const said = talk(crew, lines)
const inGroup: Conversation = { ...conversation(crew, said), kind: 'group', with: null, group, pinned: [id(2), id(6)] }
const at = (index: number) => ({ conversation: inGroup.id, message: id(index) })

const notes = talk('notes', [['me', HOUR, 'Buy rope: 12 mm, 40 m'], ['me', MINUTE, '- [x] paint\n- [ ] shackles']])
const inNotes: Conversation = { ...conversation('notes', notes), kind: 'self', with: me.account, unread: 0 }

const withBea = messages('Bea', [['them', HOUR, 'Are you coming?'], ['me', 50 * MINUTE, 'In a minute.']])
const plain = conversation('Bea', withBea)
const choices = (changes: Partial<Conversation['choices']>): Partial<Conversation> => ({ choices: { ...inGroup.choices, ...changes } })
const ready = messages('Tomasz', [['them', 2 * HOUR, '**Ready** when you are: [map](https://example.org)']])

const house: Partial<Scene> = {
  people: [
    person('Bea', { trust: 'verified', claimedName: 'Bea Lindqvist' }),
    ...['Tomasz', 'Ines Carvalho', 'Jo', 'Anders'].map((name) => person(name)),
    person('Stranger', { petname: null }),
  ],
  peers: [peer('Bea'), peer('Tomasz', { route: 'relayed', rttMs: 118 })],
  conversations: [
    { ...inGroup, unread: 3, unreadMentions: 1, ...choices({ kept: true }) },
    inNotes,
    { ...plain, ...choices({ draft: 'I will bring the **ladder** and' }) },
    { ...conversation('Tomasz', ready, { unread: 12 }), ...choices({ muted: { untilMs: null } }) },
    conversation('Ines Carvalho', messages('Ines Carvalho', [['them', 3 * HOUR, 'Thanks']])),
    { ...conversation('Anders', messages('Anders', [['me', 9 * DAY, 'ok']])), ...choices({ archived: true }) },
  ],
  messages: [...said, ...notes, ...withBea],
  files: {
    folder: '/home/noor/Downloads/Latch',
    transfers: [
      transferOf('Ines Carvalho', picture, at(7)),
      transferOf('Ines Carvalho', plan, { ...at(8), state: 'running', doneBytes: 7 * MiB, bytesPerSecond: 2 * MiB, routes: ['direct'], path: null }),
      transferOf('Ines Carvalho', folder, { ...at(8), state: 'asked', doneBytes: 0, path: null }),
      transferOf('Ines Carvalho', note, at(12)),
      ...[strap, hook].map((offer) => transferOf('Noor', offer, { ...at(14), direction: 'out', state: 'offered', from: me.account })),
    ],
  },
  trace: [
    { atMs: now() - 4 * MINUTE, step: 'queued', route: null, detail: 'Stored on this device.', account: null },
    { atMs: now() - 4 * MINUTE + 900, step: 'delivered', route: 'direct', detail: 'Their device says it is stored.', account: accountOf('Bea') },
    { atMs: now() - 4 * MINUTE + 1_900, step: 'held', route: 'relayed', detail: 'Sealed in the mailbox of Introducer One, until Thursday.', account: accountOf('Tomasz') },
    { atMs: now() - 4 * MINUTE + 2_900, step: 'waits', route: null, detail: 'No device of theirs can be reached.', account: accountOf('Ines Carvalho') },
  ],
}

const noDraft: Partial<Scene> = { ...house, conversations: [plain, ...(house.conversations ?? []).filter((one) => one.id !== plain.id)] }
const invited: Conversation = { ...inGroup, pinned: [], last: null, group: { ...group, state: 'invited', by: accountOf('Bea'), role: 'member' } }
const types: ChatEvent = { event: 'typing', conversation: conversationOf('Bea'), account: accountOf('Bea'), untilMs: now() + 600 * SECOND }

const crewPath = paths.conversation(inGroup.id)
const beaPath = paths.chatWith(accountOf('Bea'))
const soon: Step = { waitMs: 300 }
const newest: Step = { focusFirst: '[data-focusable][tabindex="0"]' }

/** What is said in a conversation, and what can be done with it. */
export const chatTalkScenes: Record<string, GalleryScene> = {
  'chats-kinds': scene(paths.chats, house),
  'chats-archived': scene(paths.chats, house, [{ click: 'Show archived 1' }, soon]),
  'chats-found': scene(paths.chats, house, [{ type: 'ba', into: 'Find a conversation' }, soon]),
  'chat-group': scene(crewPath, house, [{ waitMs: 700 }]),
  'chat-group-above': scene(crewPath, house, [soon, { scroll: -700 }, { waitMs: 500 }]),
  'chat-group-top': scene(crewPath, house, [soon, { scroll: -3_000 }, { waitMs: 800 }]),
  'chat-group-details': scene(crewPath, house, [{ click: 'Details' }, soon]),
  'chat-details': scene(beaPath, house, [{ click: 'Details' }, soon]),
  'chat-group-invited': scene(crewPath, { ...house, conversations: [invited], messages: [] }),
  'chat-group-left': scene(crewPath, { ...house, conversations: [{ ...inGroup, group: { ...group, state: 'left' } }] }),
  'chat-group-trace': scene(crewPath, house, [soon, { clickPart: 'Held: a mailbox keeps it' }, soon]),
  'chat-notes': scene(paths.conversation(inNotes.id), house),
  'chat-jumped': scene(paths.chatMessage(inGroup.id, id(2)), house, [{ waitMs: 700 }]),
  'chat-edit': scene(beaPath, noDraft, [{ focusFirst: 'textarea' }, { press: 'ArrowUp' }, soon]),
  'chat-reply': scene(beaPath, house, [newest, { press: 'r' }, soon]),
  'chat-message-menu': scene(beaPath, house, [newest, { press: 'Enter' }, soon]),
  'chat-react': scene(beaPath, house, [newest, { press: 'e' }, soon]),
  'chat-emoji': scene(beaPath, house, [{ click: 'Insert an emoji' }, { waitMs: 1_500 }]),
  'chat-delete': scene(beaPath, house, [newest, { press: 'Delete' }, soon]),
  'chat-forward': scene(beaPath, house, [newest, { press: 'f' }, soon]),
  'chat-mention': scene(crewPath, house, [{ type: '@b', into: 'Message to Harbour crew' }, soon]),
  'chat-emoji-code': scene(beaPath, noDraft, [{ type: ':smil', into: 'Message to Bea' }, { waitMs: 900 }]),
  'chat-typing': scene(beaPath, house, [{ tellChat: types }, { waitMs: 1_200 }]),
  'chat-lightbox': scene(crewPath, house, [soon, { clickPart: 'Show the picture straps.jpg' }, { waitMs: 500 }]),
}
