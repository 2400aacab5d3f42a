import { mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Window } from 'happy-dom'
import { Exports } from '../../../../src/main/features/chat/export/index.ts'
import { escaped } from '../../../../src/main/features/chat/export/html.ts'
import { writeNew } from '../../../../src/main/features/chat/export/new-file.ts'
import type { ChatFeature } from '../../../../src/main/features/chat/index.ts'
import type { ConversationId } from '../../../../src/shared/ids.ts'
import { FakeClock } from '../../../helpers/fake-clock.ts'
import { home, type Home } from '../household.ts'
import { People } from '../people.ts'
import { Wire } from '../wire.ts'

let folder = ''
const homes: Home[] = []
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'latch-export-')))
})
afterEach(async () => {
  for (const one of homes.splice(0)) await one.stop()
  await rm(folder, { recursive: true, force: true })
})

const nameOf = (): string => 'Bea <script>alert(1)</script>'

async function scene(): Promise<{ chat: ChatFeature; conversation: ConversationId }> {
  const people = new People()
  const [me, bea] = [await people.person(), await people.person()]
  const here = await home(me, { people, wire: new Wire() })
  homes.push(here)
  return { chat: here.chat, conversation: here.chat.open(bea.account).id }
}

/** The page as a browser that runs no scripts has it. */
function pageOf(html: string): Window['document'] {
  const window = new Window({ settings: { disableJavaScriptEvaluation: true, disableCSSFileLoading: true } })
  window.document.write(html)
  return window.document
}

describe('a conversation as a page', () => {
  it('has what was said, edited, answered, reacted to and taken back', async () => {
    const { chat, conversation } = await scene()
    const first = await chat.send(conversation, { text: 'the first of them' })
    await chat.edit(first.id, 'the first, edited', [])
    await chat.send(conversation, { text: 'an answer', reply: first.id })
    await chat.react(first.id, '👍', true)
    const gone = await chat.send(conversation, { text: 'a secret' })
    await chat.remove(gone.id, 'everyone')
    const path = join(folder, 'bea.html')
    const exported = await chat.export({ conversation, format: 'html', path, nameOf })
    const html = await readFile(path, 'utf8')
    expect(exported).toEqual({ path, messages: 3, bytes: Buffer.byteLength(html) })
    const page = pageOf(html)
    const articles = [...page.querySelectorAll('article')].map((one) => one.textContent.replaceAll(/\s+/g, ' '))
    expect(articles[0]).toMatch(/You .* edited .*the first, edited.*👍 You/)
    expect(articles[1]).toMatch(/the first, edited.*an answer/)
    expect(articles[2]).toContain('Taken back')
    expect(html).not.toContain('a secret')
    expect(html).not.toContain('the first of them')
    expect((await stat(path)).mode & 0o077).toBe(0)
  })

  it.each(['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '"><svg/onload=alert(1)>', '</style><script>1</script>', '<!--', ']]>', '&lt;b&gt;', 'javascript:alert(1)', '\u202Etxt.exe\u0000\u0007'])(
    'holds nothing that does anything: %j',
    async (text) => {
      const { chat, conversation } = await scene()
      await chat.send(conversation, { text })
      const path = join(folder, 'page.html')
      await chat.export({ conversation, format: 'html', path, nameOf })
      const page = pageOf(await readFile(path, 'utf8'))
      expect(page.querySelectorAll('script, img, svg, iframe, object, a, link, form')).toHaveLength(0)
      expect(page.querySelector('.text')?.textContent).toBe(text.replaceAll('\u0000', '\uFFFD').replaceAll('\u0007', '\uFFFD'))
      expect(page.querySelector('h1')?.textContent).toBe(nameOf())
      for (const element of page.querySelectorAll('*')) {
        for (const { name } of element.attributes) expect(name).not.toMatch(/^on|^src|^href|^style$/)
      }
    },
  )

  it('has any text as text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        expect(escaped(text)).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/)
      }),
    )
  })
})

describe('a conversation as JSON', () => {
  it('is one object with everything, and says of which form', async () => {
    const { chat, conversation } = await scene()
    for (let at = 0; at < 250; at++) await chat.send(conversation, { text: `line ${at}\n"quoted" </script>` })
    const path = join(folder, 'bea.json')
    const { messages } = await chat.export({ conversation, format: 'json', path, nameOf: () => 'Bea' })
    const read = JSON.parse(await readFile(path, 'utf8')) as {
      format: string
      version: number
      conversation: { id: string; title: string }
      messages: { text: string; mine: boolean }[]
      people: { name: string }[]
    }
    expect([read.format, read.version, messages]).toEqual(['latch-conversation', 1, 250])
    expect(read.conversation).toMatchObject({ id: conversation, title: 'Bea' })
    expect(read.messages.map(({ text }) => text)).toEqual(Array.from({ length: 250 }, (_, at) => `line ${at}\n"quoted" </script>`))
    expect(read.people.map(({ name }) => name).toSorted()).toEqual(['Bea', 'You'])
  })

  it('of nothing is whole too', async () => {
    const { chat, conversation } = await scene()
    const path = join(folder, 'none.json')
    await chat.export({ conversation, format: 'json', path, nameOf })
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ messages: [] })
  })
})

describe('where a conversation is written to', () => {
  const parts = async function* (): AsyncGenerator<string> {
    yield 'new'
  }

  it('is never a file that is there', async () => {
    const path = join(folder, 'there.html')
    await writeFile(path, 'old')
    await expect(writeNew(path, parts(), null)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await readdir(folder)).toEqual(['there.html'])
  })

  it('is not the folder of Latch itself, nor by a link to it', async () => {
    const own = await mkdtemp(join(folder, 'data-'))
    await symlink(own, join(folder, 'link'))
    for (const path of [join(own, 'a.html'), join(folder, 'link', 'a.html')]) {
      await expect(writeNew(path, parts(), own)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    }
    expect(await readdir(own)).toEqual([])
    expect(await writeNew(join(folder, 'beside.html'), parts(), own)).toBe(3)
  })

  it.each([['a.html', 'BAD_INPUT'], ['/nowhere/at/all/a.html', 'NOT_FOUND']])('is a whole path, in a folder that is there: %s', async (path, code) => {
    await expect(writeNew(path, parts(), null)).rejects.toMatchObject({ code })
  })

  it('has nothing in it of an export that failed or was stopped', async () => {
    const failing = async function* (): AsyncGenerator<string> {
      yield 'half'
      throw new Error('the other half is gone')
    }
    await expect(writeNew(join(folder, 'half.html'), failing(), null)).rejects.toThrow('the other half')
    const { chat, conversation } = await scene()
    for (let at = 0; at < 150; at++) await chat.send(conversation, { text: `line ${at}` })
    const stop = new AbortController()
    const writing = chat.export({ conversation, format: 'html', path: join(folder, 'stopped.html'), nameOf, signal: stop.signal })
    stop.abort()
    await expect(writing).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(await readdir(folder)).toEqual([])
  })
})

/** Whatever is done takes 2 ms. */
class SlowClock extends FakeClock {
  #ms = 0

  override monotonicMs(): number {
    this.#ms += 2
    return this.#ms
  }
}

describe('a long conversation', () => {
  it.each(['html', 'json'] as const)('lets everything else have its turn after a few messages, and is whole: %s', async (format) => {
    const people = new People()
    const [me, bea] = [await people.person(), await people.person()]
    const clock = new SlowClock()
    const here = await home(me, { people, wire: new Wire() })
    homes.push(here)
    const conversation = here.chat.open(bea.account).id
    const texts = Array.from({ length: 120 }, (_, at) => `number ${at} of them `.repeat(100))
    for (const text of texts) await here.chat.send(conversation, { text })
    const inTurns = new Map<number, number>()
    let turn = 0
    let isOver = false
    const look = (): void => {
      turn++
      if (!isOver) setImmediate(look)
    }
    setImmediate(look)
    const exports = new Exports({
      me: me.account,
      clock,
      conversation: (id) => here.chat.conversation(id),
      messages(id, at, limit) {
        const page = here.chat.messages(id, at, limit)
        inTurns.set(turn, (inTurns.get(turn) ?? 0) + page.messages.length)
        return page
      },
      dataFolder: null,
    })
    const path = join(folder, `long.${format}`)
    const { messages } = await exports.write({ conversation, format, path, nameOf })
    isOver = true
    const written = await readFile(path, 'utf8')
    expect(messages).toBe(120)
    // Each is read in 2 ms, and 8 ms are a turn.
    expect(Math.max(...inTurns.values())).toBeLessThanOrEqual(4)
    const places = texts.map((text) => written.indexOf(text))
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(places[0]).toBeGreaterThan(0)
    if (format === 'json') expect((JSON.parse(written) as { messages: unknown[] }).messages).toHaveLength(120)
  })
})
