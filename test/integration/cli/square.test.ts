import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { short } from '../../../src/cli/short-id.ts'
import { PostId, RoomName, type Post } from '../../../src/shared/model/square.ts'
import { accountOf, peerIdOf } from '../../gallery/ids.ts'
import { person } from '../../gallery/people.ts'
import { eventually } from '../../helpers/eventually.ts'
import { room, serveLedger, type ServedLedger } from './served-ledger.ts'

const post = (author: string, text: string, changes: Partial<Post> = {}): Post => ({
  id: PostId.parse(createHash('sha256').update(`${author} ${text}`).digest('hex')),
  room: RoomName.parse('garden'),
  author: accountOf(author),
  claimedName: author,
  safetyWords: ['harbor', 'violin'],
  text,
  sentAtMs: Date.now(),
  receivedMs: Date.now(),
  mine: false,
  path: { hops: 3, from: peerIdOf('Cem'), delayMs: 84, copies: 2 },
  ...changes,
})

let served: ServedLedger
beforeEach(async () => {
  served = await serveLedger()
  served.scene.people = [person('Bea')]
  served.scene.posts = [post('Bea', 'second\nline'), post('Mal', 'I am Bea\u001b[2J', { claimedName: 'Bea' })]
})
afterEach(() => served.close())

describe('latch square', () => {
  it('says what to do where there is no room, and lists those that there are', async () => {
    expect((await served.run('square')).out).toBe('You are in no room. Enter one by its name: latch square enter <room>\n')
    expect((await served.run('square', 'enter', 'garden')).out).toBe('You are in garden; 2 devices beside you in it.\n')
    served.scene.rooms = [room('garden', { last: { author: accountOf('Bea'), text: 'a\nb', sentAtMs: Date.now() } })]
    expect((await served.run('square', 'rooms')).out).toMatch(/\ngarden +1 +2 +Bea: a b +\d\d:\d\d\n$/)
  })

  it('shows what was said, oldest first, a stranger with the beginning of their account, and marks it read', async () => {
    served.scene.rooms = [room('garden')]
    const { out } = await served.run('square', 'read', 'garden', '--keep-unread')
    const [first, second, third] = out.split('\n')
    expect(first).toMatch(new RegExp(`^\\d\\d:\\d\\d  "Bea" ${short(accountOf('Mal'))}  I am Bea$`))
    expect(second).toMatch(/^\d\d:\d\d {2}Bea {2}second$/)
    expect(third).toMatch(/^ {12}line$/)
    expect(served.scene.rooms[0]?.unread).toBe(1)
    await served.run('square', 'read', 'garden')
    expect(served.scene.rooms[0]?.unread).toBe(0)
  })

  it('says how many may have heard it', async () => {
    served.scene.rooms = [room('garden')]
    expect((await served.run('square', 'post', 'garden', 'hello')).out).toMatch(/^Said in garden as \w{8}, to 2 devices beside you /)
    served.scene.rooms = [room('garden', { peers: 0 })]
    expect((await served.start(['square', 'post', 'garden', '-'], { input: 'hello\n' }).done).out).toContain('nobody beside you')
  })

  it('tells of the way of a message, with the words of its author', async () => {
    served.scene.rooms = [room('garden')]
    const { out } = await served.run('square', 'trace', short(post('Bea', 'second\nline').id))
    expect(out).toMatch(/\nWords +harbor violin /)
    expect(out).toMatch(/\nCame +\d\d:\d\d, 84 ms by both clocks, from 12D3…\S{8}, over 3 hops\n/)
    expect((await served.run('square', 'trace', 'ffff')).err).toBe('latch: There is no message of the name or id "ffff".\n')
  })

  it('follows one room, each message once, without those of whom it hides', async () => {
    served.scene.rooms = [room('garden'), room('barn')]
    served.scene.muted = [accountOf('Mal')]
    expect((await served.run('square', 'follow', 'attic')).err).toBe(
      'latch: You are not in attic. Enter it with: latch square enter attic\n',
    )
    const following = served.start(['square', 'follow', 'garden'])
    const all = served.start(['square', 'follow', '--json'])
    const tell = (one: Post): void => served.scene.square.tell({ event: 'post-changed', post: one })
    let told = 0
    await eventually('both follow', () => {
      tell(post('Bea', `is anybody there ${(told += 1)}`))
      return following.out() !== '' && all.out() !== ''
    })
    const late = Date.now() + 1_000
    const once = post('Bea', 'once', { receivedMs: late })
    for (const one of [once, { ...once, path: { ...once.path, copies: 3 } }]) tell(one)
    tell(post('Mal', 'hidden', { receivedMs: late }))
    tell(post('Bea', 'long ago', { receivedMs: 1 }))
    tell(post('Bea', 'elsewhere', { room: RoomName.parse('barn'), receivedMs: late }))
    tell(post('Bea', 'the end', { receivedMs: late }))
    await eventually('all was told', () => following.out().includes('the end') && all.out().includes('the end'))
    following.interrupt()
    all.interrupt()
    const { code, out } = await following.done
    expect(code).toBe(0)
    expect(out.match(/ {2}once$/gm)).toHaveLength(1)
    expect(out).not.toMatch(/hidden|long ago|elsewhere/)
    const json = (await all.done).out
    expect(json).toContain('elsewhere')
    expect(json).not.toMatch(/hidden|long ago/)
  })

  it('mutes a contact by name, and somebody else who wrote by the beginning of their account', async () => {
    served.scene.rooms = [room('garden')]
    expect((await served.run('square', 'mute', 'Bea')).out).toMatch(/^Bea is not shown in rooms any more\. /)
    expect((await served.run('square', 'mute', short(accountOf('Mal')))).out).toMatch(/^"Bea" k51\S+ is not shown/)
    expect(served.scene.muted).toEqual([accountOf('Bea'), accountOf('Mal')])
    expect((await served.run('square', 'muted')).out).toContain(accountOf('Mal'))
    expect((await served.run('square', 'unmute', 'bea')).code).toBe(0)
    expect((await served.run('square', 'unmute', short(accountOf('Mal')))).code).toBe(0)
    expect((await served.run('square', 'muted')).out).toBe('Nobody is muted.\n')
    expect((await served.run('square', 'unmute', 'Bea')).err).toBe('latch: There is no muted person of the name or id "Bea".\n')
    expect((await served.run('square', 'mute', 'Nobody')).err).toBe('latch: There is no person of the name or id "Nobody".\n')
  })
})
