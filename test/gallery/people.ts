import { defaultChoices, MessageOrder } from '../../src/shared/model/chat.ts'
import type { Conversation, Message, MessageState, Pin } from '../../src/shared/model/chat.ts'
import type { Person } from '../../src/shared/model/contacts.ts'
import { nothingMore, type Knock, type SentKnock } from '../../src/shared/model/door.ts'
import type { Me } from '../../src/shared/model/identity.ts'
import type { NodeStatus } from '../../src/shared/model/node.ts'
import type { Invitation, Peer } from '../../src/shared/model/peers.ts'
import { DAY, HOUR, MiB, MINUTE, SECOND } from '../../src/shared/units.ts'
import { accountOf, conversationOf, knockIdOf, messageIdOf, networkIdOf, peerIdOf } from './ids.ts'

/** The moment every picture is taken at: relative times would differ from run to run otherwise. */
export const now = (): number => Date.now()

export const me: Me = {
  account: accountOf('me'),
  name: 'Noor',
  peerId: peerIdOf('me'),
  deviceLabel: 'Desk',
  createdMs: now() - 40 * DAY,
  phrase: 'confirmed',
  keyProtection: 'os',
}

const words = ['harbor', 'violin', 'maple', 'sketch', 'orbit', 'candle', 'ribbon', 'quartz', 'meadow', 'anchor']

export function person(name: string, changes: Partial<Person> = {}): Person {
  return {
    account: accountOf(name),
    claimedName: name,
    petname: name,
    trust: 'unverified',
    blocked: false,
    groups: [],
    demo: false,
    safetyWords: Array.from({ length: 6 }, (_, index) => words[(name.length * 3 + index * 7) % words.length] ?? 'maple'),
    devices: [peerIdOf(name)],
    names: [],
    firstMetMs: now() - 20 * DAY,
    lastSeenMs: now() - 2 * MINUTE,
    ...changes,
  }
}

export function peer(name: string, changes: Partial<Peer> = {}): Peer {
  return {
    peerId: peerIdOf(name),
    account: accountOf(name),
    demo: false,
    state: 'connected',
    route: 'direct',
    transport: 'tcp',
    fuel: null,
    addresses: ['/ip4/198.51.100.7/tcp/4001'],
    foundBy: ['contact'],
    rttMs: 24,
    agent: 'latch/0.1.0',
    protocols: ['/latch/chat/1.0.0', '/latch/hello/1.0.0', '/latch/knock/1.0.0'],
    connectedMs: now() - HOUR,
    nextDialMs: null,
    lastError: null,
    standing: { score: 100, standing: 'good', lowered: [], goodAtMs: null, rates: [] },
    ...changes,
  }
}

/** What a message of words alone has beside them. */
export function plainMessage(place: number, id: Message['id'], device: Message['device']) {
  return {
    order: MessageOrder.parse(`${String(place).padStart(16, '0')}-${id}`),
    device,
    kind: 'text',
    editedMs: null,
    deletedBy: null,
    reply: null,
    forwarded: false,
    mentions: [],
    reactions: [],
    pinned: false,
    files: [],
    notice: null,
    expiresMs: null,
    reach: { delivered: 0, read: 0, of: 1 },
  } satisfies Partial<Message>
}

/** A conversation of two, of which nothing special is chosen. */
export const plainConversation = {
  kind: 'direct',
  group: null,
  unreadMentions: 0,
  disappearAfterMs: null,
  pinned: [],
  choices: defaultChoices,
} satisfies Partial<Conversation>

/** A line of a conversation: who said it, how long ago, and what. */
export type Said = [who: 'me' | 'them', agoMs: number, text: string, state?: MessageState]

export function messages(name: string, said: readonly Said[]): Message[] {
  return said.map(([who, agoMs, text, state], index) => ({
    id: messageIdOf(`${name} ${index}`),
    conversation: conversationOf(name),
    position: index + 1,
    ...plainMessage(index + 1, messageIdOf(`${name} ${index}`), peerIdOf(name)),
    from: who === 'me' ? me.account : accountOf(name),
    mine: who === 'me',
    text,
    sentMs: now() - agoMs,
    storedMs: now() - agoMs,
    state: state ?? (who === 'me' ? 'read' : 'received'),
  }))
}

export function conversation(name: string, said: readonly Message[], changes: Partial<Conversation> = {}): Conversation {
  return {
    id: conversationOf(name),
    ...plainConversation,
    with: accountOf(name),
    unread: 0,
    last: said.at(-1) ?? null,
    createdMs: now() - 20 * DAY,
    waiting: said.filter((message) => message.state === 'queued').length,
    waitingFor: 'nobody',
    waitingWhy: null,
    pin: null,
    left: null,
    ...changes,
  }
}

export function pinOf(fullName: string, changes: Partial<Pin> = {}): Pin {
  return { fullName, sinceMs: now() - 9 * DAY, moved: null, lapsed: false, ...changes }
}

/** The name is somebody else's by now. */
export function movedTo(name: string, wordsBefore: readonly string[]): Pin['moved'] {
  return { to: accountOf(name), wordsBefore: [...wordsBefore], wordsNow: person(name).safetyWords, noticedMs: now() - 20 * MINUTE }
}

export function knock(name: string, changes: Partial<Knock> = {}): Knock {
  return {
    id: knockIdOf(name),
    account: accountOf(name),
    peerId: peerIdOf(name),
    claimedName: name,
    ledgerName: null,
    capability: 'contact',
    about: nothingMore,
    page: null,
    greeting: 'Hi, we met at the reading on Thursday. May I write to you here?',
    route: 'direct',
    through: null,
    address: '/ip4/198.51.100.7/tcp/4001',
    receivedMs: now() - 17 * SECOND,
    untilMs: now() + 43 * SECOND,
    requests: 1,
    before: 0,
    quiet: false,
    state: 'pending',
    answeredMs: null,
    undoUntilMs: null,
    ...changes,
  }
}

export function sentKnock(name: string, changes: Partial<SentKnock> = {}): SentKnock {
  return {
    id: knockIdOf(`sent ${name}`),
    peerId: peerIdOf(name),
    account: accountOf(name),
    capability: 'contact',
    about: nothingMore,
    greeting: '',
    sentMs: now() - 17 * SECOND,
    state: 'asked',
    untilMs: now() + 43 * SECOND,
    quiet: false,
    workBits: null,
    why: '',
    ...changes,
  }
}

export function invitationOf(name: string): Invitation {
  return {
    account: accountOf(name),
    name,
    peerId: peerIdOf(name),
    addresses: ['/ip4/198.51.100.7/tcp/4001'],
    expiresMs: now() + 7 * DAY,
    network: { id: networkIdOf('river'), label: 'River street' },
  }
}

export function status(): NodeStatus {
  return {
    version: '0.1.0',
    phase: 'running',
    host: 'desktop',
    dataFolder: '/home/noor/.local/share/latch',
    startedMs: now() - 3 * HOUR,
    peerId: me.peerId,
    listening: ['/ip4/192.0.2.10/tcp/4001'],
    connections: 3,
    rssBytes: 142 * MiB,
    loopDelayP99Ms: 1.4,
    noise: 'native',
    warnings: ['No port could be had from the router; people outside this network reach you only if they are let in by an invitation with a relay.'],
  }
}
