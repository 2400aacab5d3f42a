import type { SentKnock } from '../../../src/shared/model/door.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { accountOf } from '../ids.ts'
import { conversation, knock, me, messages, now, peer, person, sentKnock, type Said } from '../people.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene } from './scene.ts'

const bea: Said[] = [
  ['them', 3 * DAY + 40 * MINUTE, 'Hello, it is really you. The words matched on the phone, so I marked you as verified.'],
  ['me', 3 * DAY + 38 * MINUTE, 'Same here. That was quicker than I thought.'],
  ['me', 3 * DAY + 37 * MINUTE, 'I put the photos of the workshop in one folder. Shall I send them over tonight?'],
  ['them', 3 * DAY + 12 * MINUTE, 'Yes please.'],
  ['them', DAY + 6 * HOUR, 'One more thing: the harbour office wants the list of names by Friday. I have seven, you said nine?'],
  ['me', DAY + 5 * HOUR, 'Nine. Two confirmed this morning:\n\n– Ines\n– Tomasz, with his brother\n\nThat should be everybody.'],
  ['them', 26 * MINUTE, 'Perfect, then I send it off.'],
  ['them', 25 * MINUTE, 'And bring the long ladder.'],
  ['me', 4 * MINUTE, 'Will do. See you at nine.', 'delivered'],
]

const longName = 'Dr. Maximiliane von Hohenstaufen-Schwarzburg'

const others: [name: string, said: Said[], unread: number][] = [
  ['Tomasz', [['them', 52 * MINUTE, 'My brother is coming too, is that fine?']], 2],
  ['Ines Carvalho', [['me', 5 * HOUR, 'Thanks, I will look at it in the evening.']], 0],
  ['Workshop printer', [['them', DAY + HOUR, 'Print finished: poster-a2.pdf']], 0],
  [longName, [['them', 2 * DAY, 'With regard to the minutes of the last meeting']], 120],
  ['ليلى حداد', [['them', 3 * DAY, 'شكرا جزيلا، أراك يوم الخميس']], 0],
  ['Jo', [['me', 200 * DAY, 'ok']], 0],
]

const some: Partial<Scene> = {
  people: [
    person('Bea', { trust: 'verified', claimedName: 'Bea Lindqvist' }),
    ...others.map(([name]) => person(name, { trust: name === 'Tomasz' ? 'verified' : 'unverified' })),
    person('Anders', { petname: 'Anders' }),
    person('hello', { claimedName: 'hello', petname: null, demo: true }),
    person('kitchen-tablet', { petname: null, lastSeenMs: now() - 9 * DAY }),
  ],
  peers: [
    peer('Bea'),
    peer('Anders', { route: 'lan', rttMs: 2 }),
    peer('hello', { route: 'local', rttMs: 0.4 }),
    peer('Tomasz', { route: 'relayed', rttMs: 118 }),
  ],
  conversations: [
    conversation('Bea', messages('Bea', bea)),
    ...others.map(([name, said, unread]) => conversation(name, messages(name, said), { unread })),
  ],
  messages: [...messages('Bea', bea), ...others.flatMap(([name, said]) => messages(name, said))],
  trace: [
    { atMs: now() - 4 * MINUTE, step: 'queued', route: null, detail: 'Stored on this device.', account: null },
    { atMs: now() - 4 * MINUTE + 3, step: 'tried', route: 'direct', detail: 'To 12D3KooWQ…7fkz over TCP.', account: null },
    { atMs: now() - 4 * MINUTE + 1_240, step: 'failed', route: 'direct', detail: 'The connection closed before an answer came.', account: null },
    { atMs: now() - 4 * MINUTE + 3_300, step: 'waits', route: null, detail: 'Next try in 2 s, or as soon as a device of theirs appears.', account: null },
    { atMs: now() - 4 * MINUTE + 5_312, step: 'sent', route: 'relayed', detail: 'Through a relay, 118 ms away.', account: null },
    { atMs: now() - 4 * MINUTE + 5_440, step: 'delivered', route: 'relayed', detail: 'Their device says it is stored.', account: null },
  ],
}

const withBea = paths.chatWith(accountOf('Bea'))
const withAnders = paths.chatWith(accountOf('Anders'))

function asking(state: SentKnock['state'], changes: Partial<SentKnock> = {}): GalleryScene {
  const open = state === 'asked' || state === 'working' || state === 'sending'
  const sent = sentKnock('Anders', { state, untilMs: state === 'asked' ? now() + 43 * SECOND : null, ...changes })
  return scene(withAnders, { ...some, sent: [{ ...sent, greeting: open ? 'Hi Anders, this is Noor from the workshop.' : '' }] })
}

const many = Array.from({ length: 600 }, (_, index) => `Person ${index + 1}`)
const longTalk: Said[] = Array.from({ length: 2_000 }, (_, index) => [
  index % 3 === 0 ? 'me' : 'them',
  (2_000 - index) * 7 * MINUTE,
  `Message ${index + 1}. ${'It says a little more than that. '.repeat(index % 4)}`,
])

const hard: Said[] = [
  ['them', 3 * HOUR, 'aVeryLongWordThatNeverEnds'.repeat(14)],
  ['them', 3 * HOUR - MINUTE, 'https://example.org/a/very/long/path/that/goes/on?and=on&and=on&and=on&and=on&and=on&and=on#and-on'],
  ['them', 2 * HOUR, 'شكرا جزيلا على كل شيء، أراك يوم الخميس في الساعة التاسعة صباحا أمام المكتبة.'],
  ['me', 2 * HOUR - MINUTE, 'עברית ו-English באותה שורה', 'queued'],
  ['me', HOUR, '👍', 'delivered'],
  ['them', 30 * MINUTE, '<b>not bold</b> & **not bold either** `code`'],
  ['me', 20 * MINUTE, 'A paragraph. '.repeat(60).trim(), 'read'],
  ['them', 60 * SECOND, 'k'],
]

/** The conversations and everything that can be true of one. */
export const chatScenes: Record<string, GalleryScene> = {
  'chats-empty': scene(paths.chats, {}),
  'chats-loading': scene(paths.chats, { failing: { 'chat.watch': 'never', 'contacts.watch': 'never' } }, [
    { waitMs: 400 },
  ]),
  'chats-some': scene(paths.chats, some),
  'chats-many': scene(paths.chats, {
    people: many.map((name) => person(name)),
    conversations: many.map((name, index) =>
      conversation(name, messages(name, [['them', (index + 1) * 23 * MINUTE, `The last thing ${name} said`]]), {
        unread: index % 7 === 0 ? index : 0,
      }),
    ),
  }),
  'chats-lost': scene(withBea, some, [{ waitMs: 300 }, { drop: true }, { waitMs: 400 }]),
  'chat-some': scene(withBea, some),
  'chat-loading': scene(withBea, { ...some, failing: { 'chat.messages': 'never' } }, [{ waitMs: 400 }]),
  'chat-failed': scene(withBea, { ...some, failing: { 'chat.messages': 'INTERNAL' } }),
  'chat-unsent': scene(withBea, { ...some, failing: { 'chat.send': 'INTERNAL' } }, [
    { type: 'I cannot find the ladder.', into: 'Message to Bea' },
    { press: 'Enter' },
    { waitMs: 300 },
  ]),
  'chat-trace': scene(withBea, some, [
    { click: 'Delivered: stored on their device. Show how it was delivered.' },
    { waitMs: 200 },
  ]),
  'chat-safety-words': scene(withBea, some, [{ click: 'Verified' }, { waitMs: 300 }]),
  'chat-menu': scene(withBea, some, [{ click: 'More about Bea' }, { waitMs: 300 }]),
  'chat-rename': scene(withBea, some, [
    { click: 'More about Bea' },
    { click: 'Change the name you use' },
    { waitMs: 300 },
  ]),
  'chat-limit': scene(withBea, some, [{ type: 'Nine hundred words. '.repeat(835), into: 'Message to Bea' }]),
  'chat-draft': scene(withBea, some, [
    {
      type: 'A line.\nAnother line, which goes on for a good while so that it has to be broken.\nA third.',
      into: 'Message to Bea',
    },
  ]),
  'chat-changed': scene(withBea, {
    ...some,
    people: [person('Bea', { trust: 'changed', claimedName: 'Bea Lindqvist' })],
  }),
  'chat-blocked': scene(withBea, { ...some, people: [person('Bea', { blocked: true })] }),
  'chat-long': scene(paths.chatWith(accountOf('Jo')), {
    ...some,
    conversations: [conversation('Jo', messages('Jo', longTalk).slice(-1), { unread: 9 })],
    messages: messages('Jo', longTalk),
  }),
  'chat-long-scrolled': scene(
    paths.chatWith(accountOf('Jo')),
    {
      ...some,
      conversations: [conversation('Jo', messages('Jo', longTalk).slice(-1))],
      messages: messages('Jo', longTalk),
    },
    [{ scroll: -3_000 }, { waitMs: 300 }],
  ),
  'chat-hard-text': scene(paths.chatWith(accountOf(longName)), {
    people: [
      person(longName, {
        petname: 'Dr. Maximiliane Elisabeth Charlotte von Hohenstaufen-Schwarzburg',
        claimedName: 'The Honourable Maximiliane (Institute for Applied Names)',
      }),
    ],
    conversations: [conversation(longName, messages(longName, hard))],
    messages: messages(longName, hard),
  }),
  'chat-away': scene(withBea, {
    ...some,
    peers: [],
    conversations: [
      conversation('Bea', messages('Bea', bea), {
        waiting: 2,
        waitingFor: 'peer',
        waitingWhy: 'None of their devices can be reached now.',
      }),
    ],
    messages: messages('Bea', [
      ...bea,
      ['me', 2 * MINUTE, 'Are you there?', 'queued'],
      ['me', MINUTE, 'I found it.', 'queued'],
    ]),
  }),
  'chat-revoked': scene(withBea, {
    ...some,
    people: [person('Bea', { trust: 'revoked', claimedName: 'Bea Lindqvist' })],
    conversations: [conversation('Bea', messages('Bea', bea), { waiting: 1 })],
    messages: messages('Bea', [...bea, ['me', MINUTE, 'I found it.', 'queued']]),
  }),
  'chat-revoked-oneself': scene(withBea, { ...some, identity: { state: 'ready', me: { ...me, revokedMs: now() - DAY } } }),
  'chat-door-closed': scene(withBea, {
    ...some,
    conversations: [
      conversation('Bea', messages('Bea', bea), {
        waiting: 1,
        waitingFor: 'door',
        waitingWhy: 'They have not let you in yet: knock.',
      }),
    ],
    messages: messages('Bea', [...bea, ['me', MINUTE, 'I found it.', 'queued']]),
  }),
  'ask-unasked': scene(withAnders, some),
  'ask-asked': asking('asked'),
  'ask-working': asking('working'),
  'ask-denied': asking('denied'),
  'ask-unanswered': asking('unanswered'),
  'ask-busy': asking('busy'),
  'ask-unreachable': asking('unreachable'),
  'ask-silent': asking('silent'),
  'ask-allowed': asking('allowed'),
  'start-chat': scene(paths.chats, some, [{ press: 'Control+n' }, { waitMs: 300 }]),
  'start-chat-address': scene(paths.chats, some, [
    { press: 'Control+n' },
    { type: '/ip4/192.0.2.7/tcp/4001/p2p/12D3KooWEb2Hc1xYqLqVdQkq8bPjBqv8p', into: 'Start a chat' },
    { press: 'Enter' },
    { waitMs: 300 },
  ]),
  'palette': scene(withBea, some, [{ press: 'Control+k' }, { waitMs: 300 }]),
  'palette-none': scene(withBea, some, [
    { press: 'Control+k' },
    { type: 'zzz', into: 'Command palette' },
    { waitMs: 300 },
  ]),
  'shortcuts': scene(paths.chats, some, [{ press: '?' }, { waitMs: 300 }]),
  'lamp': scene(paths.chats, some, [{ click: 'How you can be reached: Reachable directly' }, { waitMs: 300 }]),
  'knock-over-chat': scene(withBea, { ...some, knocks: [knock('Marisol')] }, [{ waitMs: 900 }]),
}
