import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Message } from '../../../src/shared/model/chat.ts'
import type { Transfer } from '../../../src/shared/model/files.ts'
import type { Mailbox } from '../../../src/shared/model/mailbox.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHome, type Home } from './two-households.ts'

/** Ada, Bea who owns bea.peer in Ada's network, and Cleo. */
let ada: Home
let bea: Home
let cleo: Home
let folder: string
beforeAll(async () => {
  const services = { gossip: true, dht: true }
  ;[ada, bea, cleo] = await Promise.all([openHome('Ada', services), openHome('Bea', services), openHome('Cleo', services)])
  folder = await mkdtemp(join(tmpdir(), 'latch-talk-'))
  for (const guest of [bea, cleo]) {
    const invited = (await ada.run('invite')).out.split(/\s/).find((word) => word.startsWith('latch://'))
    await guest.run('connect', invited ?? '')
  }
  await eventually('they are contacts', async () => /Bea[^]*Cleo/.test((await ada.run('contacts')).out))
})
afterAll(async () => {
  await Promise.all([ada.close(), bea.close(), cleo.close()])
  await rm(folder, { recursive: true, force: true })
})

const messages = async (home: Home, name: string): Promise<Message[]> => ((await home.json('chat', 'read', name, '--keep-unread')) as { messages: Message[] }).messages
const heard = (home: Home, from: string, text: string): Promise<unknown> =>
  eventually(`${home.me.name} hears “${text}”`, async () => (await messages(home, from)).some((message) => message.text === text))

it('a message is sent, read, answered, edited, reacted to, pinned and taken back', async () => {
  expect((await ada.run('chat')).out).toMatch(/^No conversations yet\./)
  expect(await ada.run('chat', 'send', 'Bea', 'Bring the ladder.', '--wait', '--timeout', '20')).toMatchObject({ code: 0, err: '' })
  await heard(bea, 'Ada', 'Bring the ladder.')
  expect((await bea.run('chat', 'list')).out).toMatch(/\nAda +1 +Bring the ladder\. +/)
  expect((await bea.run('chat', 'read', 'Ada')).out).toMatch(/Ada.*Bring the ladder\./)
  expect((await bea.run('chat')).out).toMatch(/\nAda +0 +/)
  await bea.run('chat', 'send', 'Ada', 'Which one?', '--reply', 'last')
  await heard(ada, 'Bea', 'Which one?')
  expect((await messages(ada, 'Bea')).at(-1)?.reply).toMatchObject({ text: 'Bring the ladder.' })
  await bea.run('chat', 'edit', 'Ada', 'last', 'Which ladder?')
  await heard(ada, 'Bea', 'Which ladder?')
  expect((await ada.run('chat', 'react', 'Bea', 'last', '👍')).code).toBe(0)
  await eventually('the reaction', async () => ((await messages(bea, 'Ada')).at(-1)?.reactions.length ?? 0) > 0)
  expect((await ada.run('chat', 'pin', 'Bea', 'last')).code).toBe(0)
  expect((await ada.run('chat', 'trace', 'Bea')).out).toMatch(/^WHEN +STEP +ROUTE +DETAIL\n[^]*delivered/)
  await bea.run('chat', 'delete', 'Ada', 'last')
  await eventually('it is taken back', async () => (await messages(ada, 'Bea')).at(-1)?.text !== 'Which ladder?')
})

it('a log is piped to whoever owns a name, and comes as messages, or as a file where it is none', async () => {
  expect((await bea.run('name', 'claim', 'bea')).code).toBe(0)
  await eventually('Ada knows whose the name is', async () => /bea\.peer/.test((await ada.run('query', 'bea.peer')).out))
  for (const name of ['@bea.peer', 'bea.peer']) {
    expect(await ada.piped(`line one of ${name}\nline two\n`, 'chat', 'send', name, '-')).toMatchObject({ code: 0, err: '' })
    await heard(bea, 'Ada', `line one of ${name}\nline two`)
  }
  expect(await ada.piped('', 'chat', 'send', 'bea.peer', '-')).toMatchObject({ code: 2, out: '', err: 'latch: There is nothing to send.\n' })
  expect(await ada.piped(Uint8Array.of(0, 255, 254, 1), 'chat', 'send', 'bea.peer', '-')).toMatchObject({ code: 0 })
  await eventually('a file is offered', async () => (await bea.run('files')).out.includes('data.bin'))
  const before = (await messages(ada, 'Bea')).length
  expect((await ada.piped(`${'x'.repeat(99)}\n`.repeat(400), 'chat', 'send', 'Bea', '-')).code).toBe(0)
  expect((await messages(ada, 'Bea')).length - before).toBe(3)
})

it('who nobody knows, and names that nobody has, are refused with a sentence and an exit code', async () => {
  expect(await ada.run('chat', 'send', 'nobody', 'x')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^latch: .*nobody/) as string })
  expect(await ada.run('chat', 'send', '@nobody-has-it.peer', 'x')).toMatchObject({ code: 5, out: '' })
  expect(await ada.run('chat', 'send', 'Bea', '')).toMatchObject({ code: 2, out: '' })
  expect(await ada.run('chat', 'send', 'Bea')).toMatchObject({ code: 2, out: '' })
  expect(await ada.run('chat', 'send', 'Bea', 'x', '--timeout', '3')).toMatchObject({ code: 2, out: '' })
  expect(await ada.run('chat', 'read', 'Bea', '--limit', '0')).toMatchObject({ code: 2, out: '' })
  expect(await ada.run('chat', 'edit', 'Bea', 'ffffffff', 'x')).toMatchObject({ code: 1, out: '' })
  expect(await ada.run('chat', 'disappear', 'Bea', 'soon')).toMatchObject({ code: 2, out: '' })
})

it('what is said is followed as it comes, from one person or from all', async () => {
  const all = ada.begin(['chat', 'follow'])
  const ofCleo = ada.begin(['chat', 'follow', 'Cleo', '--json'])
  await bea.run('chat', 'send', 'Ada', 'first')
  await cleo.run('chat', 'send', 'Ada', 'second')
  await eventually('both are printed', () => all.out().includes('first') && all.out().includes('second'))
  await eventually('hers is printed', () => ofCleo.out().includes('second'))
  all.interrupt()
  ofCleo.interrupt()
  expect((await all.done).code).toBe(0)
  expect(ofCleo.out()).not.toContain('first')
  for (const line of ofCleo.out().trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ text: 'second' })
  await ofCleo.done
})

it('messages are found by their words, in a conversation, from somebody, of a kind, with marks', async () => {
  const found = await eventually('it is found', async () => {
    const { out } = await ada.run('chat', 'search', 'ladder')
    return out.includes('[ladder]') ? out : null
  })
  expect(found).toMatch(/ {2}Bea {2}\S+ {2}you: Bring the \[ladder\]\.\n/)
  expect((await ada.run('chat', 'search', 'ladder', '--in', 'Cleo')).out).toBe('Nothing was found.\n')
  expect((await ada.run('chat', 'search', 'second', '--from', 'Cleo')).out).toContain('Cleo: [second]')
  expect((await ada.run('chat', 'search', 'ladder', '--until', '2020-01-01')).out).toBe('Nothing was found.\n')
  expect((await ada.json('chat', 'search', 'ladder', '--kind', 'text')) as object).toMatchObject({ hits: [{ marks: [{ start: 10, end: 16 }] }] })
  for (const wrong of [['--kind', 'songs'], ['--limit', 'many'], ['--since', 'yesterdayish']]) expect(await ada.run('chat', 'search', 'x', ...wrong)).toMatchObject({ code: 2, out: '' })
})

it('a conversation is written out as a page and as JSON, and never over another file', async () => {
  const page = join(folder, 'bea.html')
  expect((await ada.run('chat', 'export', 'Bea', page)).out).toMatch(/^Wrote \d+ messages to \S+bea\.html \([\d.]+ KiB\)\. It is not encrypted\.\n$/)
  expect(await readFile(page, 'utf8')).toContain('Bring the ladder.')
  expect(await ada.run('chat', 'export', 'Bea', page)).toMatchObject({ code: 1, out: '' })
  expect(await ada.run('chat', 'export', 'Bea', join(folder, 'bea.txt'))).toMatchObject({ code: 2, out: '' })
  await ada.run('chat', 'export', 'Bea', join(folder, 'bea.json'))
  expect(JSON.parse(await readFile(join(folder, 'bea.json'), 'utf8'))).toHaveProperty('messages')
})

it('a file is offered, accepted, and here with what was in it; another is refused', async () => {
  await writeFile(join(folder, 'notes.txt'), 'the notes\n')
  await mkdir(join(folder, 'pictures'))
  await writeFile(join(folder, 'pictures', 'one.txt'), 'a picture of words')
  expect(await ada.run('chat', 'send-file', 'Bea', join(folder, 'nothing.txt'))).toMatchObject({ code: 1, out: '' })
  expect((await ada.run('chat', 'send-file', 'Bea', join(folder, 'notes.txt'), join(folder, 'pictures'), '--text', 'Here')).code).toBe(0)
  const offered = async (name: string): Promise<Transfer | undefined> => ((await bea.json('files')) as Transfer[]).find(({ offer }) => offer.name === name)
  // So small, the door takes them without asking.
  for (const name of ['notes.txt', 'pictures']) await eventually(`${name} is here`, async () => (await offered(name))?.state === 'done')
  expect(await readFile((await offered('notes.txt'))?.path ?? '', 'utf8')).toBe('the notes\n')
  expect(await readFile(join((await offered('pictures'))?.path ?? '', 'one.txt'), 'utf8')).toBe('a picture of words')
  expect((await bea.run('files', 'follow', 'notes.txt')).out).toMatch(/It is here: \S+notes\.txt\n$/)
  expect(await bea.run('files', 'accept', 'notes.txt')).toMatchObject({ code: 1, out: '', err: 'latch: It is here already.\n' })
  expect(await bea.run('files', 'accept', 'nothing.txt')).toMatchObject({ code: 1, out: '' })
  expect((await bea.run('files')).out).toMatch(/notes\.txt/)

  await bea.run('door', 'rule', 'add', 'ask', 'Ada', 'file')
  const into = join(folder, 'taken')
  await mkdir(into)
  await writeFile(join(folder, 'more.txt'), 'more of it\n')
  await writeFile(join(folder, 'unwanted.txt'), 'not this\n')
  await ada.run('chat', 'send-file', 'Bea', join(folder, 'more.txt'), join(folder, 'unwanted.txt'))
  for (const name of ['more.txt', 'unwanted.txt']) await eventually(`${name} waits for an answer`, async () => (await offered(name))?.state === 'asked')
  expect(await bea.run('files', 'accept', 'more.txt', '--folder', bea.dataFolder)).toMatchObject({ code: 2, out: '', err: 'latch: That is not a folder that files can go to.\n' })
  expect(await bea.run('files', 'accept', 'more.txt', '--folder', into, '--wait')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/It is here: \S+more\.txt\n$/) as string })
  expect(await readFile(join(into, 'more.txt'), 'utf8')).toBe('more of it\n')
  expect((await bea.run('files', 'refuse', 'unwanted.txt')).out).toBe('unwanted.txt is not fetched.\n')
})

it('a group is made, joined, talked in, set, and left', async () => {
  expect((await ada.run('group')).out).toMatch(/^No groups\./)
  const made = await ada.run('group', 'create', 'Hikers', 'Bea', 'Cleo')
  expect(made).toMatchObject({ code: 0, err: '' })
  for (const home of [bea, cleo]) {
    await eventually(`${home.me.name} is invited`, async () => (await home.run('group')).out.includes('invited'))
    expect((await home.run('group', 'join', 'Hikers')).code).toBe(0)
  }
  await bea.run('chat', 'send', '#Hikers', 'At the bridge')
  await heard(cleo, '#Hikers', 'At the bridge')
  expect((await ada.run('group', 'show', 'Hikers')).out).toMatch(/Group +#Hikers\n[^]*\nBea +member +joined/)
  expect((await ada.run('group', 'role', 'Hikers', 'Bea', 'moderator')).out).toBe('Done: moderator.\n')
  expect((await ada.run('group', 'set', 'Hikers', '--title', 'Walkers')).out).toBe('Set: #Walkers.\n')
  expect(await ada.run('group', 'set', 'Walkers')).toMatchObject({ code: 2, out: '' })
  expect(await ada.run('group', 'role', 'Walkers', 'Bea', 'king')).toMatchObject({ code: 2, out: '' })
  expect((await ada.run('group', 'remove', 'Walkers', 'Cleo')).out).toBe('Removed.\n')
  await eventually('Cleo hears of it', async () => (await cleo.run('group')).out.includes('removed'))
  await eventually('Bea hears the name', async () => (await bea.run('group')).out.includes('#Walkers'))
  expect(await bea.run('group', 'leave', 'Walkers')).toMatchObject({ code: 2, out: '' })
  expect((await bea.run('group', 'leave', 'Walkers', '--yes')).out).toBe('You left #Walkers.\n')
  expect(await ada.run('group', 'show', 'nothing')).toMatchObject({ code: 1, out: '' })
})

it('a contact is asked to hold mail, says so at the door, and is left again', async () => {
  expect((await ada.run('mailbox')).out).toBe('Nobody holds mail for you. Ask somebody: latch mailbox ask <who>\n\nYou hold mail for nobody.\n')
  expect(await ada.run('mailbox', 'ask', 'nobody')).toMatchObject({ code: 1, out: '' })
  expect((await ada.run('mailbox', 'ask', 'Cleo')).out).toMatch(/^HOLDER +STATE +USED +OF +CHECKED\nCleo \(\S+\) +\w+/)
  await eventually('Cleo is asked', async () => (await cleo.run('door')).out.includes('hold-mail'))
  expect(await cleo.run('door', 'allow', 'Ada', '--always')).toMatchObject({ code: 0, err: '' })
  await eventually('she holds', async () => ((await ada.json('mailbox')) as Mailbox).holders.some(({ state }) => state === 'held'))
  expect((await ada.run('mailbox', 'collect')).out).toBe('Nothing was held.\n')
  expect((await ada.run('mailbox', 'leave', 'Cleo')).out).toMatch(/^Nobody holds mail for you\./)
  expect(await cleo.run('mailbox', 'drop', 'Ada')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^latch: .+\.\n$/) as string })
})

it('a conversation is muted, put away, given a draft, cleared; notes are one’s own', async () => {
  expect((await ada.run('chat', 'mute', 'Cleo', '--for', '8h')).code).toBe(0)
  expect((await ada.run('chat', 'draft', 'Cleo', 'not yet')).code).toBe(0)
  expect((await ada.run('chat', 'archive', 'Cleo')).code).toBe(0)
  expect((await ada.run('chat')).out).not.toContain('Cleo')
  expect((await ada.run('chat', 'list')).out).toMatch(/\nCleo \(archived, muted, draft\)/)
  expect((await ada.run('chat', 'disappear', 'Cleo', '1h')).code).toBe(0)
  expect(await ada.run('chat', 'clear', 'Cleo')).toMatchObject({ code: 2, out: '' })
  expect((await ada.run('chat', 'clear', 'Cleo', '--yes')).code).toBe(0)
  expect((await ada.run('chat', 'send', 'notes', 'buy milk')).code).toBe(0)
  expect((await ada.run('chat', 'notes')).out).toContain('buy milk')
})
