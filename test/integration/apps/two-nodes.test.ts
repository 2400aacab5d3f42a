import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test } from 'vitest'
import { AppId, MAX_PIECE_BYTES, type ExchangeId } from '../../../src/shared/model/apps.ts'
import type { Rule } from '../../../src/shared/model/door.ts'
import { anyMatch } from '../../../src/shared/model/door.ts'
import { HOUR, MiB } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, type HouseholdOptions, type OpenHousehold } from '../../helpers/households.ts'
import { asking as askingOf, json, Listening, method, notes, valueOf } from '../../unit/apps/two-desks.ts'

/*
 * Programs of two people, each on a whole node of ours over TCP: real hellos, a real door, a real answer.
 */

const toClose: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close()
})

async function house(options: HouseholdOptions & { name: string }): Promise<OpenHousehold> {
  const opened = await openHousehold(options)
  toClose.push(() => opened.close())
  return opened
}

const asking = (to: OpenHousehold, over: Parameters<typeof askingOf>[1] = {}) =>
  askingOf({ account: to.me.account } as Parameters<typeof askingOf>[0], over)

async function friends(): Promise<[ada: OpenHousehold, bea: OpenHousehold]> {
  const [ada, bea] = [await house({ name: 'Ada' }), await house({ name: 'Bea' })]
  const { link } = await bea.peers.invite(HOUR)
  await ada.peers.connect(link)
  await eventually('both are contacts', () => bea.contacts.isContact(ada.me.account) && ada.contacts.isContact(bea.me.account))
  bea.apps.register(notes, 'Sticky notes')
  return [ada, bea]
}

async function listening(at: OpenHousehold, onRequest?: ConstructorParameters<typeof Listening>[2]): Promise<Listening> {
  const program = new Listening(at.apps, notes, onRequest)
  await eventually('it is connected', () => program.isConnected)
  toClose.push(async () => program.leave())
  return program
}

const echoing = (at: OpenHousehold): Promise<Listening> =>
  listening(at, ({ id, content }) => void at.apps.reply(notes, id, 'ok', { content }).catch(() => {}))

const letIn = (at: OpenHousehold, over: Partial<Rule> = {}): Rule =>
  at.door.addRule(
    { who: { kind: 'contact' }, capability: 'app:notes', match: anyMatch, verdict: 'allow', until: { kind: 'forever' }, priority: 0, note: '', ...over },
    'person',
  )

describe('a program asks a program', () => {
  test('the door asks the person, who allows it, and the answer comes back', async () => {
    const [ada, bea] = await friends()
    const program = await echoing(bea)
    const answering = ada.apps.request(notes, asking(bea, { sending: { content: json({ text: 'Lunch at one?' }) } }))
    const knock = await eventually('a question', () => bea.door.pending()[0])
    expect(knock).toMatchObject({ account: ada.me.account, capability: 'app:notes' })
    expect(program.requests).toEqual([])
    bea.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
    const answer = await answering
    expect([answer.status, valueOf(answer)]).toEqual(['ok', { text: 'Lunch at one?' }])
    expect(program.requests[0]?.from).toMatchObject({ account: ada.me.account, peerId: ada.me.peerId, name: 'Ada', isContact: true })
    // From now on nobody is asked.
    expect((await ada.apps.request(notes, asking(bea, { knock: false }))).status).toBe('ok')
    expect(ada.apps.people()).toEqual([{ account: bea.me.account, name: 'Bea', isConnected: true }])
  })

  test('the person says no, and the program never hears of it', async () => {
    const [ada, bea] = await friends()
    const program = await echoing(bea)
    const answering = ada.apps.request(notes, asking(bea))
    const knock = await eventually('a question', () => bea.door.pending()[0])
    bea.door.answer(knock.id, { verdict: 'deny', until: 'once' })
    expect((await answering).status).toBe('denied')
    expect(program.requests).toEqual([])
  })

  test('many requests at once are one question', async () => {
    const [ada, bea] = await friends()
    await echoing(bea)
    const answering = Array.from({ length: 8 }, () => ada.apps.request(notes, asking(bea)))
    const knock = await eventually('a question', () => bea.door.pending()[0])
    expect(bea.door.pending()).toHaveLength(1)
    bea.door.answer(knock.id, { verdict: 'allow', until: 'quit' })
    expect((await Promise.all(answering)).map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 'ok'))
  })

  test('a rule lets in one method, up to a size, and nothing else', async () => {
    const [ada, bea] = await friends()
    await echoing(bea)
    letIn(bea, { match: { ...anyMatch, path: 'stick', maxBytes: 100 } })
    const status = async (over: Parameters<typeof asking>[1]) => (await ada.apps.request(notes, asking(bea, { knock: false, ...over }))).status
    expect(await status({})).toBe('ok')
    expect(await status({ method: `${method}/all` as typeof method })).toBe('ok')
    expect(await status({ method: 'tear' as typeof method })).toBe('knock-first')
    expect(await status({ sending: { content: json('x'.repeat(100)) } })).toBe('knock-first')
    expect(await status({ sending: { bytes: null } })).toBe('knock-first')
  })

  test('a stranger hears the same of every program, and nobody’s program hears of them', async () => {
    const [bea, eve] = [await house({ name: 'Bea' }), await house({ name: 'Eve' })]
    bea.apps.register(notes, 'Sticky notes')
    const program = await echoing(bea)
    const { peerId } = await eve.peers.connect(bea.address)
    const answers = await Promise.all(
      [notes, AppId.parse('nowhere')].map((app) => eve.apps.request(app, { ...asking(bea), to: { peerId }, knock: false })),
    )
    expect(answers[0]).toEqual(answers[1])
    expect(answers[0]?.status).toBe('knock-first')
    expect(program.requests).toEqual([])
  })

  test('what was allowed and is taken away is cut off in the middle', async () => {
    const [ada, bea] = await friends()
    const program = await listening(bea)
    const rule = letIn(bea)
    const answering = ada.apps.request(notes, asking(bea))
    await program.next()
    bea.door.removeRule(rule.id)
    expect(['unanswered', 'failed']).toContain((await answering).status)
    await eventually('the program is told', () => program.cancelled.length === 1)
    expect((await ada.apps.request(notes, asking(bea, { knock: false }))).status).toBe('knock-first')
  })
})

describe('a node that starts again', () => {
  test('has its programs, their tokens, and who may ask them', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'latch-test-'))
    toClose.push(() => rm(dataFolder, { recursive: true, force: true }))
    const ada = await house({ name: 'Ada' })
    let bea = await house({ name: 'Bea', dataFolder })
    const { link } = await bea.peers.invite(HOUR)
    await ada.peers.connect(link)
    await eventually('a contact', () => bea.contacts.isContact(ada.me.account))
    const { token } = bea.apps.register(notes, 'Sticky notes')
    letIn(bea)
    const program = await listening(bea)
    const answering = ada.apps.request(notes, asking(bea))
    await program.next()
    await bea.node.stop()
    expect(['failed', 'unanswered']).toContain((await answering).status)
    expect(await program.ended).toBeUndefined()

    bea = await house({ name: 'Bea', dataFolder })
    expect(bea.apps.opens(token)?.app).toBe('notes')
    expect(bea.apps.list()).toMatchObject([{ id: 'notes', isConnected: false, lastSeenMs: expect.any(Number) }])
    await ada.peers.connect(bea.address)
    expect((await ada.apps.request(notes, asking(bea))).status).toBe('no-program')
    await echoing(bea)
    expect((await ada.apps.request(notes, asking(bea))).status).toBe('ok')
  })
})

/** What buffers hold that is still in use. */
const heldBytes = (() => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  return (): number => {
    // What the first let go, the second counts.
    collect()
    collect()
    return process.memoryUsage().arrayBuffers
  }
})()

describe('a body of 20 MB', () => {
  const total = 20_000_000
  const piece = (at: number): Buffer => {
    const length = Math.min(MAX_PIECE_BYTES, total - at)
    return Buffer.alloc(length, createHash('sha256').update(`${at}`).digest())
  }
  const sum = (): string => {
    const hash = createHash('sha256')
    for (let at = 0; at < total; at += MAX_PIECE_BYTES) hash.update(piece(at))
    return hash.digest('hex')
  }

  async function write(at: OpenHousehold, id: ExchangeId, look = (): void => {}): Promise<void> {
    for (let from = 0; from < total; from += MAX_PIECE_BYTES) {
      await at.apps.write(notes, id, piece(from), false)
      if (from % (4 * MiB) === 0) look()
    }
    await at.apps.write(notes, id, Buffer.of(), true)
  }

  async function readSum(at: OpenHousehold, id: ExchangeId, look = (): void => {}): Promise<string> {
    const hash = createHash('sha256')
    for (let done = false, reads = 0; !done; reads += 1) {
      const read = await at.apps.read(notes, id)
      hash.update(read.chunk)
      done = read.done
      if (reads % 20 === 0) look()
    }
    return hash.digest('hex')
  }

  test('arrives whole, and another comes back, with little held at a time', async () => {
    const [ada, bea] = await friends()
    letIn(bea)
    let heard = ''
    await listening(bea, ({ id }) => {
      void (async () => {
        heard = await readSum(bea, id)
        await bea.apps.reply(notes, id, 'ok', { bytes: total })
        await write(bea, id)
      })()
    })
    const before = heldBytes()
    let most = 0
    const look = (): void => void (most = Math.max(most, heldBytes() - before))
    const { status, call } = await ada.apps.request(notes, asking(bea, { sending: { bytes: total } }))
    expect(status).toBe('go-on')
    if (call === null) throw new Error('no call')
    await write(ada, call, look)
    look()
    expect(await ada.apps.response(notes, call)).toMatchObject({ status: 'ok', bytes: total, more: true })
    expect(await readSum(ada, call, look)).toBe(sum())
    expect(heard).toBe(sum())
    // Both nodes are in this process: a window of 1 MiB, what their transports hold, and the pieces in hand.
    expect(most).toBeLessThan(8 * MiB)
  })

  test('stops where nobody reads, and is gone at once when it is taken back', async () => {
    const [ada, bea] = await friends()
    letIn(bea)
    const program = await listening(bea)
    const calling = ada.apps.request(notes, asking(bea, { sending: { bytes: total } }))
    const { id } = await program.next()
    void bea.apps.read(notes, id).catch(() => {})
    const { call } = await calling
    if (call === null) throw new Error('no call')
    let written = 0
    const writing = (async () => {
      for (let from = 0; from < total; from += MAX_PIECE_BYTES) {
        await ada.apps.write(notes, call, piece(from), false)
        written = from
      }
    })().catch((error: { code: string }) => error.code)
    let before = -1
    await eventually(
      'it stands still',
      () => {
        const stands = written > 0 && written === before
        before = written
        return stands
      },
      { everyMs: 300 },
    )
    expect(written).toBeLessThan(8 * MiB)
    ada.apps.cancel(notes, call)
    expect(await writing).toMatch(/UNREACHABLE|NOT_FOUND/)
    await eventually('the program is told', () => program.cancelled.length === 1)
  })
})
