import { CID } from 'multiformats/cid'
import { beforeAll, describe, expect, test } from 'vitest'
import { judge, type LogHead, type Surroundings } from '../../../src/main/features/chat/validator.ts'
import {
  conversationIdOf,
  membersOf,
  signEntry,
  type Entry,
  type SignedEntry,
} from '../../../src/main/protocols/chat/index.ts'
import { makeDevice, People, type Device } from './people.ts'
import { Pen } from './entries.ts'

const people = new People()
let mine: Device
let theirs: Device
let first: SignedEntry
let second: SignedEntry

beforeAll(async () => {
  mine = await people.person()
  theirs = await people.person()
  const pen = new Pen(theirs, mine.account)
  first = await pen.say('one')
  second = await pen.say('two')
})

function around(stored: SignedEntry[] = [], change: Partial<Surroundings> = {}): Surroundings {
  const members = membersOf(mine.account, theirs.account)
  const last = stored.at(-1)
  const head: LogHead | null = last === undefined ? null : { ...last.entry, id: last.id }
  return {
    aboutOf: (id) => (id === conversationIdOf(members) ? { kind: 'two', members } : null),
    isKnownIn: () => false,
    devicesOf: (account) => people.devicesOf(account),
    head: (_conversation, device) => (device === theirs.peerId ? head : null),
    idAt: (_conversation, _device, seq) => stored.find(({ entry }) => entry.seq === seq)?.id ?? null,
    clockOf: () => head?.clock ?? 0,
    ...change,
  }
}

async function changed(from: SignedEntry, change: Partial<Entry>, key = theirs.deviceKey): Promise<SignedEntry> {
  return signEntry({ ...from.entry, ...change }, key)
}

describe('an entry is stored', () => {
  test('when it begins a log', () => {
    expect(judge(first, around())).toEqual({ verdict: 'store' })
  })

  test('when it follows the head', () => {
    expect(judge(second, around([first]))).toEqual({ verdict: 'store' })
  })

  test('when its kind is not known here', async () => {
    const reaction = await changed(second, { body: { kind: 'reaction', to: first.id, with: '👍' } })
    expect(judge(reaction, around([first]))).toEqual({ verdict: 'store' })
  })

  test('whatever its author says of the time', async () => {
    expect(judge(await changed(first, { sentAtMs: 0 }), around())).toEqual({ verdict: 'store' })
  })
})

test('an entry that is here already is known, not an offence', () => {
  expect(judge(first, around([first, second]))).toEqual({ verdict: 'known' })
})

describe('an entry is refused', () => {
  const refused = (status: string, culprit = 'carrier') =>
    expect.objectContaining({ verdict: 'refuse', status, culprit })

  test('when it is of a conversation that the stream is not about', () => {
    expect(judge(first, around([], { aboutOf: () => null }))).toEqual(refused('wrong-conversation'))
  })

  test('when its account is not in the conversation', async () => {
    const stranger = await people.person()
    const entry = await changed(first, { account: stranger.account, device: stranger.peerId }, stranger.deviceKey)
    expect(judge(entry, around())).toEqual(refused('wrong-account'))
  })

  test('when it is signed by another key than that of its device', async () => {
    expect(judge(await changed(first, {}, mine.deviceKey), around())).toEqual(refused('bad-signature'))
  })

  test('when it speaks in our name without our key', async () => {
    const forged = await changed(first, { account: mine.account, device: mine.peerId })
    expect(judge(forged, around())).toEqual(refused('bad-signature'))
  })

  test('when its device is not in the list of its account', async () => {
    const unlisted = await makeDevice(theirs.account)
    const entry = await changed(first, { device: unlisted.peerId }, unlisted.deviceKey)
    expect(judge(entry, around())).toEqual(refused('unknown-device'))
  })

  test('when its device is of the other account of the conversation', async () => {
    const entry = await changed(first, { account: mine.account })
    expect(judge(entry, around())).toEqual(refused('unknown-device'))
  })

  test('when an entry before it is missing', () => {
    expect(judge(second, around())).toEqual(refused('gap'))
  })

  test('when another entry has its place', async () => {
    expect(judge(await changed(first, { clock: 7 }), around([first]))).toEqual(refused('fork', 'author'))
  })

  test('when it follows another entry than the one stored', async () => {
    const other = await changed(first, { clock: 7 })
    const following = await changed(second, { prev: CID.parse(other.id) })
    expect(judge(following, around([first]))).toEqual(refused('fork', 'author'))
  })

  test('when it begins a log a second time', async () => {
    expect(judge(await changed(second, { prev: null }), around([first]))).toEqual(refused('fork', 'author'))
    expect(judge(await changed(first, { prev: CID.parse(second.id) }), around())).toEqual(refused('fork', 'author'))
  })

  test('when one device writes for two accounts', () => {
    const head = { account: mine.account, seq: 1, id: first.id, clock: 1 }
    expect(judge(second, around([first], { head: () => head }))).toEqual(refused('fork', 'author'))
  })

  test('when its clock does not grow', async () => {
    const standing = await changed(second, { clock: first.entry.clock })
    expect(judge(standing, around([first]))).toEqual(refused('bad-clock', 'author'))
  })

  test('when its clock would use up the numbers of everybody', async () => {
    const ahead = await changed(second, { clock: Number.MAX_SAFE_INTEGER })
    expect(judge(ahead, around([first]))).toEqual(refused('bad-clock', 'author'))
  })

  test('when its device is not a key at all', async () => {
    const entry = await changed(first, { device: `Qm${'1'.repeat(44)}` as Device['peerId'] })
    expect(judge(entry, around())).toEqual(refused('bad-signature'))
  })
})
