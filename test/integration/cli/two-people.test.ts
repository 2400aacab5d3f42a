import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SentKnock } from '../../../src/shared/model/door.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHome, type Home } from './two-households.ts'

let ada: Home
let bea: Home
beforeEach(async () => {
  ada = await openHome('Ada')
  bea = await openHome('Bea')
})
afterEach(async () => {
  await ada.close()
  await bea.close()
})

const printed = (lines: string): unknown[] =>
  lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)

async function knocksAt(home: Home): Promise<string> {
  return eventually('somebody at the door', async () => {
    const { out } = await home.run('door')
    return out.includes('asks for contact') ? out : null
  })
}

/** Ada knocks, Bea allows: both are contacts of each other. */
async function makeFriends(): Promise<void> {
  const knocking = ada.begin(['knock', bea.address])
  await knocksAt(bea)
  await bea.run('door', 'allow', 'Ada', '--always')
  expect((await knocking.done).code).toBe(0)
  await eventually('both are contacts', async () => {
    const [one, two] = await Promise.all([ada.run('contacts'), bea.run('contacts')])
    return one.out.includes('Bea') && two.out.includes('Ada')
  })
}

describe('a knock from the command line', () => {
  it('waits, says the truth meanwhile, and ends well when it is allowed', async () => {
    const knocking = ada.begin(['knock', bea.address, '--greeting', 'it is me'])
    const seen = await knocksAt(bea)
    expect(seen).toMatch(/^[a-z2-7]{8} {2}"Ada" \(not a contact\) asks for contact; \d+ s left$/m)
    expect(seen).toMatch(/^ {2}says +"it is me"$/m)
    expect(seen).toMatch(/^ {2}words +(\S+ ){5}\S+$/m)
    await eventually('the truth', () => /^"Bea" is being asked, \d+ s left\.$/m.test(knocking.out()))
    const allowed = await bea.run('door', 'allow', 'ada', '--session')
    expect(allowed.out).toMatch(
      /^"?Ada"? may write to you until this node stops\. `latch door undo [a-z2-7]{8}` within \d+ s takes it back\.\n$/,
    )
    const { code, out } = await knocking.done
    expect(code).toBe(0)
    expect(out).toMatch(/"?Bea"? let you in\.[^\n]*\n$/)
  })

  it('ends with exit code 4 when it is denied', async () => {
    const knocking = ada.begin(['knock', bea.address])
    const [, id = ''] = /^([a-z2-7]{8}) /m.exec(await knocksAt(bea)) ?? []
    expect((await bea.run('door', 'deny', id)).code).toBe(0)
    const { code, out } = await knocking.done
    expect(code).toBe(4)
    expect(out).toMatch(/"Bea" said no\.[^\n]*\n$/)
  })

  it('tells programs each state on a line of JSON', async () => {
    const knocking = ada.begin(['knock', bea.address, '--json'])
    await knocksAt(bea)
    await bea.run('door', 'allow', 'Ada')
    const { code, out } = await knocking.done
    expect(code).toBe(0)
    const states = (printed(out) as SentKnock[]).map(({ state }) => state)
    expect(states.at(-1)).toBe('allowed')
    expect(states).toContain('asked')
  })

  it('counts down in place on a terminal', async () => {
    const knocking = ada.begin(['knock', bea.address], { isTerminal: true })
    await eventually('two different times', () => new Set(knocking.out().match(/\d+ s left/g)).size >= 2)
    expect(knocking.out()).not.toContain('left.\n')
    await bea.run('door', 'deny', 'Ada')
    expect((await knocking.done).out).toContain('\r\u001b[2K"Bea" said no.')
  })

  it('can be left to itself, and taken back', async () => {
    const knocking = ada.begin(['knock', bea.address])
    await knocksAt(bea)
    await eventually('it is being asked', () => knocking.out().includes('is being asked'))
    knocking.interrupt()
    const { code, err } = await knocking.done
    expect(code).toBe(130)
    const [, id = ''] = /^latch: Stopped waiting.*latch door cancel ([a-z2-7]{8})\n$/.exec(err) ?? []
    expect((await ada.run('door', 'sent')).out).toContain(id)
    expect((await ada.run('door', 'cancel', id)).out).toBe('Cancelled.\n')
    expect((await ada.run('door', 'sent')).out).toContain('You stopped waiting')
  })

  it('does not wait where it is told not to', async () => {
    const { code, out } = await ada.run('knock', bea.address, '--no-wait')
    expect(code).toBe(0)
    expect(out).toMatch(/"Bea"/)
  })

  it('says when nobody answers at that address', async () => {
    const { code, err } = await ada.run('knock', '/ip4/127.0.0.1/tcp/1')
    expect(code).toBe(1)
    expect(err).toMatch(/^latch: [^\n]+\n$/)
  })

  it('is let in at once with an invitation', async () => {
    const invitation = (await bea.json('invite')) as { link: string }
    expect((await ada.run('invite', 'read', invitation.link)).out).toMatch(/^From +"Bea"$/m)
    const { code, out } = await ada.run('knock', invitation.link)
    expect(code).toBe(0)
    expect(out).toContain('let you in')
    expect((await bea.run('door')).out).toBe('Nobody is at the door.\n')
  })
})

describe('the door from the command line', () => {
  it('takes an answer back', async () => {
    const knocking = ada.begin(['knock', bea.address])
    await knocksAt(bea)
    await bea.run('door', 'deny', 'Ada')
    expect((await bea.run('door', 'undo')).out).toMatch(/^Taken back\. They are at the door again, \d+ s left\.\n$/)
    await bea.run('door', 'allow', 'Ada')
    await knocking.done
    expect((await bea.run('door', 'undo', 'zzzz')).code).toBe(1)
  })

  it('lists what was asked, and what it decided, in a log that is whole', async () => {
    await makeFriends()
    expect((await bea.run('door', 'recent')).out).toMatch(/Ada +contact +allowed/)
    expect((await bea.run('door', 'log')).out).toMatch(/^NO +WHEN +WHO +FOR +ROUTE +VERDICT +BY +RULE +WHY\n/)
    expect((await bea.run('door', 'log', '--verify')).out).toMatch(/^The log is whole: \d+ decisions?, head /)
  })

  it('has rules added, switched and removed', async () => {
    const added = (await bea.json(
      'door',
      'rule',
      'add',
      'deny',
      'unknown',
      'file',
      '--until',
      '12h',
      '--note',
      'no files',
    )) as {
      id: string
    }
    expect((await bea.run('door', 'rules')).out).toMatch(/on +deny +unknown +file +- +12 h left +0 +person +0 +never +- +no files$/m)
    await bea.run('door', 'rule', 'disable', added.id.slice(0, 6))
    expect((await bea.run('door', 'rules')).out).toMatch(/off +deny +unknown/)
    await bea.run('door', 'rule', 'remove', added.id)
    expect((await bea.run('door', 'rules')).out).not.toContain('no files')
  })

  it.each([
    [
      ['door', 'rule', 'add', 'perhaps', 'anyone', 'file'],
      'latch: "perhaps" is no verdict: allow, allow-and-tell, ask, deny, ignore.\n',
    ],
    [['door', 'rule', 'add', 'deny', 'anyone', 'everything'], /^latch: "everything" is no capability: /],
    [['door', 'rule', 'add', 'deny', 'anyone', 'file', '--until', 'later'], /^latch: --until takes /],
    [['door', 'rule', 'add', 'deny', 'anyone', 'file', '--priority', '1000'], /^latch: --priority takes /],
    [['knock', 'Bea', '--for', 'everything'], /^latch: "everything" is nothing to knock for: /],
    [['door', 'log', '--limit', '0'], /^latch: --limit takes /],
  ])('says which argument is wrong: %j', async (args, said) => {
    const { code, err } = await bea.run(...args)
    expect(code).toBe(2)
    expect(err).toMatch(said)
  })

  it('blocks and unblocks', async () => {
    await makeFriends()
    expect((await bea.run('door', 'block', 'Ada')).out).toBe('Blocked Ada: nothing of theirs reaches you.\n')
    expect((await bea.run('contacts')).out).toMatch(/Ada +blocked/)
    expect((await bea.run('door', 'unblock', 'Ada')).out).toBe('Unblocked Ada.\n')
  })

  it('says that nobody of that name is there', async () => {
    expect(await bea.run('door', 'allow', 'Cyd')).toEqual({
      code: 1,
      out: '',
      err: 'latch: There is no knock of the name or id "Cyd".\n',
    })
  })

  it('can be followed', async () => {
    const following = bea.begin(['door', 'follow', '--json'])
    await eventually('the snapshot', () => following.out().includes('"snapshot"'))
    const knocking = ada.begin(['knock', bea.address])
    await eventually('the knock', () => following.out().includes('"knock-changed"'))
    await bea.run('door', 'deny', 'Ada')
    await knocking.done
    following.interrupt()
    const { code, out } = await following.done
    expect(code).toBe(0)
    expect(printed(out).map((item) => (item as { seq: number }).seq)).toEqual(printed(out).map((_, at) => at))
  })
})

describe('a chat from the command line', () => {
  beforeEach(makeFriends)

  it('sends, waits for delivery, and is read on the other side', async () => {
    expect(await ada.run('chat', 'send', 'Bea', 'hello', '--wait')).toEqual({
      code: 0,
      out: 'Delivered to Bea.\n',
      err: '',
    })
    expect((await bea.run('status')).out).toMatch(/^Unread +1 message: see latch chat$/m)
    expect((await bea.run('chat')).out).toMatch(/^Ada +1 +hello +/m)
    expect((await bea.run('chat', 'Ada', '--keep-unread')).out).toMatch(/^\d\d:\d\d {2}Ada {2}hello\n$/)
    expect((await bea.run('chat')).out).toMatch(/^Ada +1 +/m)
    await bea.run('chat', 'read', 'ada')
    expect((await bea.run('chat')).out).toMatch(/^Ada +0 +/m)
    await eventually('it is marked read', async () => (await ada.run('chat', 'Bea')).out.includes('you (read)  hello'))
    expect((await ada.run('chat', 'trace', 'Bea')).out).toMatch(/delivered/)
  })

  it('takes a message from standard input', async () => {
    const sending = ada.begin(['chat', 'send', 'Bea', '-', '--wait'], { input: 'two\nlines\n' })
    expect((await sending.done).code).toBe(0)
    expect((await bea.run('chat', 'Ada')).out).toMatch(/^(\d\d:\d\d {2}Ada {2})two\n {12}lines\n$/)
  })

  it('takes more than one call carries from standard input, as a file', async () => {
    const input = Uint8Array.from({ length: 3 * 1_024 ** 2 + 7 }, (_, at) => (at * 31) % 256)
    const sending = ada.begin(['chat', 'send', 'Bea', '-', '--name', 'noise.bin', '--wait'], { input })
    expect(await sending.done).toMatchObject({ code: 0, err: '' })
    expect((await bea.run('files')).out).toMatch(/noise\.bin/)
  })

  it('shows nothing of a message that the terminal would act on', async () => {
    const text = 'hi\u001b[2J\u001b]0;owned\u0007\r12:00  you  yes\u202e'
    await ada.run('chat', 'send', 'Bea', text, '--wait')
    const { out } = await bea.run('chat', 'Ada', '--keep-unread')
    expect(out).toMatch(/^\d\d:\d\d {2}Ada {2}hi\n {12}12:00 {2}you {2}yes\n$/)
    const page = (await bea.json('chat', 'Ada', '--keep-unread')) as { messages: { text: string }[] }
    expect(page.messages[0]?.text).toBe(text)
    expect((await bea.run('chat', 'Ada', '--json')).out).not.toMatch(/(?!\n)\p{Cc}|\u202e/u)
  })

  it('follows what is said, from one person or from all', async () => {
    const following = bea.begin(['chat', 'follow', 'Ada', '--json'])
    const all = bea.begin(['chat', 'follow'])
    // A stream has no sign of its own that it has begun: sent until it is seen.
    await eventually('both follow', async () => {
      await ada.run('chat', 'send', 'Bea', 'again', '--wait')
      return following.out().includes('again') && all.out().includes('again')
    })
    following.interrupt()
    all.interrupt()
    const [one, two] = await Promise.all([following.done, all.done])
    expect([one.code, two.code]).toEqual([0, 0])
    expect(printed(one.out)[0]).toMatchObject({ text: 'again', mine: false })
    expect(two.out).toMatch(/^\d\d:\d\d {2}Ada {2}again\n/)
  })

  it('that cannot be delivered in time says so with exit code 4, and is kept', async () => {
    await bea.close()
    const { code, out } = await ada.run('chat', 'send', 'Bea', 'later', '--wait', '--timeout', '0.2')
    expect(code).toBe(4)
    expect(out).toBe('Stored here; it goes to Bea as soon as it can.\n')
    expect((await ada.run('chat', 'Bea')).out).toContain('you (queued)  later')
  })

  it('is with nobody of an unknown name', async () => {
    expect(await ada.run('chat', 'send', 'Cyd', 'hi')).toMatchObject({
      code: 1,
      err: 'latch: There is no person of the name or id "Cyd".\n',
    })
  })
})

describe('people and peers from the command line', () => {
  beforeEach(makeFriends)

  it('are listed, named, compared and forgotten', async () => {
    expect((await ada.run('peers')).out).toMatch(/^connected +Bea +local, tcp +/m)
    const [one, two] = await Promise.all([ada.run('contacts', 'show', 'Bea'), bea.run('contacts', 'show', 'Ada')])
    const words = /^Safety words +(.*)$/m
    expect(words.exec(one.out)?.[1]).toBe(words.exec(two.out)?.[1])
    expect((await ada.run('contacts', 'rename', 'Bea', 'Beatrice')).out).toMatch(/^Name +Beatrice\nThey say +"Bea"\n/)
    expect((await ada.run('contacts', 'verify', 'beatrice')).out).toMatch(/^Trust +verified$/m)
    expect((await ada.run('contacts', 'verify', 'beatrice', '--undo')).out).toMatch(/^Trust +unverified$/m)
    expect((await ada.run('peers', 'disconnect', 'Beatrice')).out).toMatch(/^Disconnected from 12D3…/)
    expect((await ada.run('contacts', 'forget', 'Beatrice')).out).toBe('Forgot Beatrice. Messages stay.\n')
    expect((await ada.run('contacts')).out).toContain('No contacts yet.')
  })

  it('can be connected again by name', async () => {
    await ada.run('peers', 'disconnect', 'Bea')
    expect((await ada.run('connect', 'Bea')).out).toMatch(/^Connected to +Bea\n/)
  })
})
