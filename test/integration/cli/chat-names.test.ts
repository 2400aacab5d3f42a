import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accountOf } from '../../gallery/ids.ts'
import { conversation, person } from '../../gallery/people.ts'
import { found, owned } from '../../unit/cli/names-scene.ts'
import { serveNames, type ServedNames } from './served-names.ts'

let served: ServedNames
beforeEach(async () => {
  served = await serveNames()
})
afterEach(() => served.close())

const [bea, mal] = [accountOf('Bea'), accountOf('Mal')]
const moved = { to: mal, wordsBefore: ['one', 'two'], wordsNow: ['three', 'four'], noticedMs: 0 }

describe('a conversation by a name', () => {
  it('is with whoever owns it, is bound to it, and is opened once', async () => {
    served.scene.lookups['alice.peer'] = found()
    served.scene.onLedger = [owned({ owner: bea })]
    for (const who of ['@alice.peer', '@alice', 'alice.peer'])
      expect((await served.run('chat', 'send', who, 'hi')).out).toBe('Stored here; it goes to alice.peer as soon as it can.\n')
    expect(served.scene.conversations).toMatchObject([{ with: bea, pin: { fullName: 'alice.peer' } }])
    expect((await served.run('chat')).out).toMatch(/\nk51\S{5} \(alice\.peer\) +/)
  })

  it('is not with whom a name only looks like, and says why there is none', async () => {
    served.scene.people = [person('Mal', { petname: null, claimedName: 'alice.peer' })]
    served.scene.lookups['alice.peer'] = found({ outcome: { outcome: 'nobody', why: 'Nobody has alice.peer.' }, zone: null })
    for (const who of ['alice.peer', '@alice.peer'])
      expect(await served.run('chat', 'send', who, 'hi')).toEqual({ code: 5, out: '', err: 'latch: Nobody has alice.peer.\n' })
    expect((await served.run('chat', 'send', '@ALICE', 'hi')).code).toBe(2)
    expect(served.scene.conversations).toEqual([])
  })

  it('is with a contact whom you call so, unless the name is meant', async () => {
    served.scene.people = [person('Cyd', { petname: 'alice.peer' })]
    served.scene.lookups['alice.peer'] = found()
    await served.run('chat', 'send', 'alice.peer', 'hi')
    await served.run('chat', 'send', '@alice.peer', 'hi')
    expect(served.scene.conversations.map((one) => one.with)).toEqual([accountOf('Cyd'), bea])
  })

  it('is not with whoever has the same name in another network, nor silently with whoever has got it since', async () => {
    const pin = { fullName: 'alice.peer', sinceMs: 0, moved: null, lapsed: false }
    const known = { ...conversation('Bea', []), pin }
    served.scene.conversations = [known]
    served.scene.lookups['alice.peer'] = found({ outcome: { outcome: 'nobody', why: 'Nobody has alice.peer.' }, zone: null })
    expect((await served.run('chat', 'send', '@alice.peer', 'hi')).err).toBe('latch: Nobody has alice.peer.\n')
    served.scene.lookups['alice.peer'] = found({ outcome: { outcome: 'no-zone', owner: mal }, zone: null })
    served.scene.onLedger = [owned({ owner: mal })]
    expect((await served.run('chat', 'send', '@alice.peer', 'hi', '--json')).code).toBe(0)
    expect(served.scene.conversations.map((one) => one.with)).toEqual([bea, mal])
    // It moved between two questions: the conversation freezes when the other one is opened.
    served.scene.conversations = [known]
    served.scene.opened = () => void (served.scene.conversations = served.scene.conversations.map((one) => (one === known ? { ...known, pin: { ...pin, moved } } : one)))
    expect((await served.run('chat', 'send', '@alice.peer', 'hi')).err).toContain('belongs to another account now; nothing was sent.')
    // Nobody has it now: they are who they were.
    served.scene.onLedger = []
    served.scene.conversations = [{ ...known, pin: { ...pin, lapsed: true } }]
    expect((await served.run('chat', 'send', '@alice.peer', 'hi')).code).toBe(0)
    expect(served.scene.conversations).toHaveLength(1)
  })

  it('sends nothing when the name has moved, shows both accounts, and goes on with the one that is meant', async () => {
    served.scene.people = [person('Bea')]
    const pin = { fullName: 'alice.peer', sinceMs: 0, moved, lapsed: false }
    served.scene.conversations = [{ ...conversation('Bea', []), pin }]
    expect(await served.run('chat', 'send', 'alice.peer', 'hi')).toEqual({
      code: 1,
      out: '',
      err: 'latch: alice.peer belongs to another account now; nothing was sent. Say whom you mean: latch chat decide alice.peer\n',
    })
    const { out } = await served.run('chat', 'decide', 'alice.peer')
    expect(out).toMatch(/\nKnown before +Bea \(k51[^]*\nWords +one two\nHas it now +k51[^]*\nWords +three four\n/)
    expect((await served.run('chat', 'decide', '@alice.peer', 'keep')).out).toMatch(/^You go on with the account that you know; /)
    expect((await served.run('chat', 'decide', 'alice.peer', 'follow')).out).toBe(`You go on with ${mal}, which has alice.peer now.\n`)
    expect((await served.run('chat', 'decide', 'alice.peer', 'both')).err).toBe('latch: Say keep or follow.\n')
    expect(served.scene.asked.decided).toEqual(['keep', 'follow'])
    served.scene.onLedger = [owned({ owner: bea })]
    served.scene.conversations = [{ ...conversation('Bea', []), pin: { ...pin, moved: null } }]
    expect((await served.run('chat', 'decide', 'alice.peer')).err).toBe('latch: alice.peer has not moved: there is nothing to decide.\n')
  })
})
