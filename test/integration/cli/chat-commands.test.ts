import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Conversation, Message } from '../../../src/shared/model/chat.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHome, type Home } from './two-households.ts'

let ada: Home
let bea: Home
let folder = ''

/** Ada knocks, Bea allows: both are contacts of each other. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latch-cli-'))
  ada = await openHome('Ada')
  bea = await openHome('Bea')
  const knocking = ada.begin(['knock', bea.address])
  await eventually('somebody at the door', async () => (await bea.run('door')).out.includes('asks for contact'))
  await bea.run('door', 'allow', 'Ada', '--always')
  expect((await knocking.done).code).toBe(0)
  await eventually('both are contacts', async () => {
    const [one, two] = await Promise.all([ada.run('contacts'), bea.run('contacts')])
    return one.out.includes('Bea') && two.out.includes('Ada')
  })
}, 60_000)
afterAll(async () => {
  await ada.close()
  await bea.close()
  await rm(folder, { recursive: true, force: true })
})

const said = async (home: Home, name: string): Promise<string> => (await home.run('chat', 'read', name, '--keep-unread')).out

describe('a conversation from the command line', () => {
  it('has messages answered, changed, reacted to, pinned and taken back, on both sides', async () => {
    expect((await ada.run('chat', 'send', 'Bea', 'the firts', '--wait', '--timeout', '20')).code).toBe(0)
    expect((await ada.run('chat', 'edit', 'Bea', 'last', 'the first')).out).toContain('Changed')
    expect((await ada.run('chat', 'pin', 'Bea', 'last')).code).toBe(0)
    await eventually('the new words', async () => (await said(bea, 'Ada')).includes('the first'))
    expect((await bea.run('chat', 'react', 'Ada', 'last', '👍')).code).toBe(0)
    expect((await bea.run('chat', 'send', 'Ada', 'yes', '--reply', 'last')).code).toBe(0)
    const seen = await eventually('the answer', async () => {
      const out = await said(ada, 'Bea')
      return out.includes('👍 1') && out.includes('yes') ? out : null
    })
    expect(seen).toMatch(/the first\n +👍 1\n +\(edited, pinned\)/)
    expect(seen).toMatch(/> you: the first|> .*: the first/)
    await ada.run('chat', 'send', 'Bea', 'oh no')
    expect((await ada.run('chat', 'delete', 'Bea', 'last')).out).toContain('Taken back')
    await eventually('it is gone there', async () => (await said(bea, 'Ada')).includes('(taken back)'))
    const { out } = await ada.run('chat', 'read', 'Bea', '--ids')
    expect(out).toMatch(/bafy…[a-z2-7]{8} {2}you/)
  })

  it('takes what is piped in: a few messages, or a file', async () => {
    const lines = Array.from({ length: 900 }, (_, at) => `log line ${at} of a program that says much`).join('\n')
    const two = (await ada.begin(['chat', 'send', 'notes', '-', '--json'], { input: lines }).done).out
    expect((JSON.parse(two) as Message[]).map(({ text }) => text).join('\n')).toBe(lines)
    const one = (await ada.begin(['chat', 'send', 'notes', '-', '--json'], { input: lines.repeat(4) }).done).out
    expect((JSON.parse(one) as Message).files).toMatchObject([{ name: 'text.txt', bytes: Buffer.byteLength(lines.repeat(4)) }])
    expect((await ada.begin(['chat', 'send', 'notes', '-'], { input: '' }).done).code).toBe(2)
  })

  it('is searched, and written down', async () => {
    await ada.run('chat', 'send', 'notes', 'Buy a marzipan pig')
    const found = await ada.run('chat', 'search', 'marzi')
    expect(found.out).toMatch(/notes {2}bafy…[a-z2-7]{8} {2}you: Buy a \[marzipan\] pig\n$/)
    expect((await ada.run('chat', 'search', '"', 'NEAR(')).out).toBe('Nothing was found.\n')
    expect((await ada.run('chat', 'search', 'marzi', '--in', 'Bea')).out).toBe('Nothing was found.\n')
    const path = join(folder, 'notes.html')
    expect((await ada.run('chat', 'export', 'notes', path)).out).toContain('It is not encrypted.')
    expect(await readFile(path, 'utf8')).toContain('Buy a marzipan pig')
    expect((await ada.run('chat', 'export', 'notes', path)).err).toContain('is there already')
    expect((await ada.run('chat', 'export', 'notes', join(ada.dataFolder, 'x.json'))).err).toContain('Latch keeps its own')
  })

  it('is muted, put away, and has a draft', async () => {
    expect((await ada.run('chat', 'mute', 'Bea', '--for', '8h')).out).toMatch(/^Muted until /)
    expect((await ada.run('chat', 'draft', 'Bea', 'half a thought')).code).toBe(0)
    expect((await ada.run('chat', 'draft', 'Bea')).out).toBe('half a thought\n')
    await ada.run('chat', 'archive', 'Bea')
    expect((await ada.run('chat')).out).not.toContain('Bea')
    expect((await ada.run('chat', 'list')).out).toMatch(/Bea.*\(archived, muted, draft\)/)
    await ada.run('chat', 'archive', 'Bea', '--off')
    expect((await ada.run('chat', 'disappear', 'Bea', '1h')).out).toBe('Messages disappear 60 min after they were sent.\n')
    expect((await ada.run('chat', 'disappear', 'Bea', 'off')).out).toBe('Messages stay.\n')
    expect((await ada.run('chat', 'clear', 'notes')).code).toBe(2)
    expect((await ada.run('chat', 'clear', 'notes', '--yes')).code).toBe(0)
    expect((await ada.run('chat', 'search', 'marzipan')).out).toBe('Nothing was found.\n')
  })

  it('brings a file from one to the other', async () => {
    const path = join(folder, 'hello.txt')
    await writeFile(path, 'hello over there')
    expect((await ada.run('chat', 'send-file', 'Bea', path, '--text', 'for you', '--wait', '--timeout', '20')).out).toContain('Delivered')
    const [offered] = await eventually('the offer', async () => {
      const files = (await bea.json('files', 'list')) as { id: string; offer: { name: string } }[]
      return files.length > 0 ? files : null
    })
    expect(offered?.offer.name).toBe('hello.txt')
    // A contact's small file is let in by the door, and fetched by itself.
    const fetched = await bea.run('files', 'follow', 'hello.txt')
    expect(fetched).toMatchObject({ code: 0, out: expect.stringContaining('It is here: ') as string })
    expect((await ada.run('files', 'cancel', 'nothing.txt')).err).toContain('There is no file')
    const [done] = (await bea.json('files')) as { path: string }[]
    expect(await readFile(done?.path ?? '', 'utf8')).toBe('hello over there')
  })

  it('may be a group', async () => {
    expect((await ada.run('group', 'create', 'Hikers', 'Bea')).out).toContain('#Hikers')
    await eventually('the invitation', async () => (await bea.run('group')).out.includes('invited'))
    expect((await bea.run('group', 'join', 'Hikers')).out).toBe('You are in #Hikers.\n')
    await eventually('both are in', async () => ((await ada.json('group', 'show', 'Hikers')) as { members: { state: string }[] }).members.every(({ state }) => state === 'joined'))
    await ada.run('chat', 'send', '#hikers', 'who comes along')
    await eventually('it is there', async () => (await said(bea, '#Hikers')).includes('who comes along'))
    expect((await ada.run('group', 'role', 'Hikers', 'Bea', 'moderator')).code).toBe(0)
    expect((await ada.run('group', 'set', 'Hikers', '--title', 'Walkers')).out).toBe('Set: #Walkers.\n')
    const conversations = (await ada.json('chat', 'list')) as Conversation[]
    expect(conversations.some(({ group }) => group?.title === 'Walkers')).toBe(true)
  })
})
