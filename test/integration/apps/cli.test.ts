import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AppId } from '../../../src/shared/model/apps.ts'
import { MiB } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { Listening } from '../../unit/apps/two-desks.ts'
import { openHome, type Home } from '../cli/two-households.ts'

const notes = AppId.parse('notes')
let ada: Home
let bea: Home
let folder: string
let program: Listening | null

beforeEach(async () => {
  ada = await openHome('Ada')
  bea = await openHome('Bea')
  folder = await mkdtemp(join(tmpdir(), 'latch-test-'))
  program = null
  const { link } = (await bea.json('invite')) as { link: string }
  await ada.run('knock', link)
  await eventually('both are contacts', () => bea.contacts.isContact(ada.me.account) && ada.contacts.isContact(bea.me.account))
})
afterEach(async () => {
  program?.leave()
  await ada.close()
  await bea.close()
  await rm(folder, { recursive: true, force: true })
})

/** Bea's program, and a rule that lets Ada ask it. */
async function serving(onRequest: ConstructorParameters<typeof Listening>[2]): Promise<void> {
  await bea.run('app', 'add', 'notes', '--title', 'Sticky notes')
  await bea.run('door', 'rule', 'add', 'allow', 'contact', 'app:notes')
  program = new Listening(bea.apps, notes, onRequest)
  await eventually('it is connected', () => program?.isConnected)
}

const json = (value: unknown) => ({ content: { as: 'json', bytes: Buffer.from(JSON.stringify(value)) } }) as const

describe('programs of one’s own', () => {
  test('are added, listed, given another token, and removed', async () => {
    expect((await ada.run('app')).out).toBe('No programs yet. Register one with: latch app add <id>\n')
    const added = await ada.run('app', 'add', 'notes', '--title', 'Sticky notes')
    const [, token = ''] = /^LATCH_URL +http:\/\/127\.0\.0\.1:\d+\nLATCH_TOKEN +([\w-]{43})\n/.exec(added.out) ?? []
    expect(ada.apps.opens(token)?.app).toBe('notes')
    expect((await ada.run('app', 'list')).out).toMatch(/^ID +TITLE +STATE +REGISTERED\nnotes +Sticky notes +never seen +\d\d:\d\d\n$/)
    const renewed = (await ada.json('app', 'renew', 'notes')) as { token: string; app: object }
    expect(renewed.app).toMatchObject({ id: 'notes', title: 'Sticky notes' })
    expect([ada.apps.opens(token), ada.apps.opens(renewed.token)?.app]).toEqual([null, 'notes'])
    expect((await ada.run('app', 'remove', 'notes')).out).toMatch(/^Removed notes\./)
    expect(await ada.run('app', 'remove', 'notes')).toMatchObject({ code: 1, err: expect.stringMatching(/^latch: There is no program notes/) })
  })

  test.each([
    [['app', 'add', 'No such!'], /^latch: "No such!" is no id of a program/],
    [['app', 'call', 'Bea', 'notes', '../up'], /^latch: A method is words between slashes/],
    [['app', 'call', 'Bea', 'notes', 'x', '{half'], /^latch: That value is no JSON/],
    [['app', 'call', 'Bea', 'notes', 'x', '--deadline', 'soon'], /^latch: --deadline takes a time/],
    [['app', 'call', 'Bea', 'notes', 'x', '--deadline', '2d'], /^latch: --deadline takes at most 1h/],
    [['app', 'call', 'Bea', 'notes', 'x', '1', '--file', '/x'], /^latch: Give a value or --file/],
  ])('%j says which argument is wrong', async (args, said) => {
    expect(await ada.run(...args)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(said) })
  })
})

describe('latch app call', () => {
  test('asks, waits at the door, and prints the answer', async () => {
    await bea.run('app', 'add', 'notes')
    program = new Listening(bea.apps, notes, ({ id }) => void bea.apps.reply(notes, id, 'ok', json({ stuck: 1 })))
    const calling = ada.begin(['app', 'call', 'Bea', 'notes', 'stick', '{"text":"Lunch?"}'])
    await eventually('Bea is asked', async () => (await bea.run('door')).out.includes('Ada'))
    await bea.run('door', 'allow', 'Ada', '--always')
    expect(await calling.done).toEqual({ code: 0, out: '{\n  "stuck": 1\n}\n', err: '' })
    expect(JSON.parse(Buffer.from(program.requests[0]?.content?.bytes ?? []).toString())).toEqual({ text: 'Lunch?' })
  })

  test('reads its value from standard input, and tells programs all of the answer', async () => {
    await serving(({ id, content }) => void bea.apps.reply(notes, id, 'ok', { content }))
    const calling = ada.begin(['--json', 'app', 'call', 'Bea', 'notes', 'echo', '-'], { input: '[1, 2]\n' })
    const { code, out } = await calling.done
    expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ status: 'ok', json: [1, 2], more: false, call: null })])
  })

  test('prints text as text, and nothing as done', async () => {
    await serving(({ id, method }) => {
      const content = method === 'text' ? { as: 'bytes' as const, bytes: Buffer.from('one\ntwo\n') } : undefined
      void bea.apps.reply(notes, id, 'ok', { content })
    })
    expect(await ada.run('app', 'call', 'Bea', 'notes', 'text')).toEqual({ code: 0, out: 'one\ntwo\n', err: '' })
    expect(await ada.run('app', 'call', 'Bea', 'notes', 'nothing')).toEqual({ code: 0, out: 'Done.\n', err: '' })
  })

  test('sends a file in pieces, and keeps the answer in another', async () => {
    const sent = Buffer.alloc(3 * MiB, 'latch')
    await writeFile(join(folder, 'sent'), sent)
    await serving(({ id, bytes, content }) => {
      if (content !== undefined) return void bea.apps.reply(notes, id, 'ok', { content })
      void (async () => {
        for (let done = false, hasReplied = false; !done; hasReplied = true) {
          const piece = await bea.apps.read(notes, id)
          if (!hasReplied) await bea.apps.reply(notes, id, 'ok', { bytes })
          await bea.apps.write(notes, id, piece.chunk, piece.done)
          done = piece.done
        }
      })()
    })
    const [from, to] = [join(folder, 'sent'), join(folder, 'got')]
    const { code, out, err } = await ada.run('app', 'call', 'Bea', 'notes', 'echo', '--file', from, '--out', to)
    expect({ code, out, err }).toEqual({ code: 0, out: `${3 * MiB} bytes in ${to}.\n`, err: '' })
    expect(sent.equals(await readFile(to))).toBe(true)
    expect(await ada.run('app', 'call', 'Bea', 'notes', 'echo', '1', '--out', to)).toMatchObject({ code: 1, err: expect.stringContaining('is there already') })
  })

  test('says the truth, with the exit code of a no', async () => {
    await serving(({ id, method }) => {
      if (method !== 'wait') void bea.apps.reply(notes, id, 'failed', json('no paper left'))
    })
    expect(await ada.run('app', 'call', 'Bea', 'notes', 'stick')).toMatchObject({ code: 1, out: "Bea's notes could not do it.\nno paper left\n" })
    expect(await ada.run('app', 'call', 'Bea', 'notes', 'wait', '--deadline', '1s')).toMatchObject({ code: 4, out: 'There was no answer in time.\n' })
    expect(await ada.run('app', 'call', 'Bea', 'chess', 'move', '--no-knock')).toMatchObject({ code: 4, out: expect.stringContaining('has not let you in') })
    await bea.run('app', 'remove', 'notes')
    expect(await ada.run('app', 'call', 'Bea', 'notes', 'stick')).toMatchObject({ code: 4, out: expect.stringContaining('No program notes runs') })
  })

  test('can be stopped, and is taken back', async () => {
    await serving(() => {})
    const calling = ada.begin(['app', 'call', 'Bea', 'notes', 'wait'])
    await eventually('it is heard', () => program?.requests.length === 1)
    calling.interrupt()
    expect(await calling.done).toMatchObject({ code: 130, err: 'latch: Stopped waiting, and took the request back.\n' })
    await eventually('the program is told', () => program?.cancelled.length === 1)
  })
})
