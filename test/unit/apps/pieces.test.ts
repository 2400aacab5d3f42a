import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MAX_HELD_BYTES_OF_PEER, MAX_IN_PIECES, MAX_IN_PIECES_OF_PEER } from '../../../src/main/features/apps/limits.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { APP_TERMS } from '../../../src/main/protocols/app/index.ts'
import { MAX_PIECE_BYTES, MAX_WHOLE_BYTES, type ExchangeId } from '../../../src/shared/model/apps.ts'
import { KiB, MiB } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { asking, Listening, method, notes, twoDesks, type Desk, type TwoDesks } from './two-desks.ts'

let desks: TwoDesks
let ada: Desk
let bea: Desk
beforeEach(async () => {
  desks = await twoDesks()
  ;({ ada, bea } = desks)
  bea.apps.register(notes, 'Sticky notes')
})
afterEach(() => desks.close())

async function serving(onRequest?: ConstructorParameters<typeof Listening>[2]): Promise<Listening> {
  const program = new Listening(bea.apps, notes, onRequest)
  await eventually('it is connected', () => program.isConnected)
  return program
}

/** A piece that is like no other, so that none can be lost, doubled or swapped. */
const piece = (at: number, length = MAX_PIECE_BYTES): Buffer => Buffer.alloc(length, createHash('sha256').update(`${at}`).digest())

async function* pieces(totalBytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < totalBytes; at += MAX_PIECE_BYTES) yield piece(at, Math.min(MAX_PIECE_BYTES, totalBytes - at))
}

async function sumOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}

async function* readAll(desk: Desk, id: ExchangeId): AsyncGenerator<Uint8Array> {
  for (let done = false; !done; ) {
    const read = await desk.apps.read(notes, id)
    expect(read.chunk.byteLength).toBeLessThanOrEqual(MAX_PIECE_BYTES)
    yield read.chunk
    done = read.done
  }
}

async function writeAll(desk: Desk, id: ExchangeId, totalBytes: number): Promise<void> {
  for await (const chunk of pieces(totalBytes)) await desk.apps.write(notes, id, chunk, false)
  await desk.apps.write(notes, id, Buffer.of(), true)
}

/** A call that was told to go on. */
async function goingOn(bytes: number | null = null): Promise<ExchangeId> {
  const answer = await ada.apps.request(notes, asking(bea, { sending: { bytes } }))
  expect(answer).toMatchObject({ status: 'go-on', more: false })
  if (answer.call === null) throw new Error('no call')
  return answer.call
}

const failed = (error: unknown): void => {
  throw error
}

describe('a body in pieces', () => {
  test('of 20 MB arrives whole, and one of 20 MB comes back, each of a length that was said', async () => {
    const total = 20_000_000
    let heard = ''
    await serving(({ id, bytes, more }) => {
      expect([bytes, more]).toEqual([total, true])
      void (async () => {
        heard = await sumOf(readAll(bea, id))
        await bea.apps.reply(notes, id, 'ok', { bytes: total })
        await writeAll(bea, id, total)
      })().catch(failed)
    })
    const call = await goingOn(total)
    await writeAll(ada, call, total)
    const answer = await ada.apps.response(notes, call)
    expect(answer).toMatchObject({ status: 'ok', bytes: total, more: true, call })
    const sum = await sumOf(pieces(total))
    expect(await sumOf(readAll(ada, call))).toBe(sum)
    expect(heard).toBe(sum)
    await expect(ada.apps.read(notes, call)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('is sent both ways at once, each side as it comes', async () => {
    await serving(({ id }) => {
      void (async () => {
        let hasReplied = false
        for await (const chunk of readAll(bea, id)) {
          if (!hasReplied) await bea.apps.reply(notes, id, 'ok', { bytes: null })
          hasReplied = true
          await bea.apps.write(notes, id, chunk, false)
        }
        await bea.apps.write(notes, id, Buffer.of(), true)
      })().catch(failed)
    })
    const call = await goingOn()
    const answering = ada.apps.response(notes, call)
    const echoed = answering.then(() => sumOf(readAll(ada, call)))
    await writeAll(ada, call, 3 * MiB)
    expect(await echoed).toBe(await sumOf(pieces(3 * MiB)))
  })

  test('waits for a program that does not read, and holds little meanwhile', async () => {
    const program = await serving()
    const calling = ada.apps.request(notes, asking(bea, { sending: { bytes: null } }))
    const { id } = await program.next()
    // Nothing is sent before somebody reads.
    const first = bea.apps.read(notes, id)
    const call = (await calling).call ?? failed('no call')
    let written = 0
    const writing = (async () => {
      for (; written < 64; written += 1) await ada.apps.write(notes, call as ExchangeId, piece(written), false)
    })()
    await first
    let before = -1
    await eventually('it stands still', () => {
      const stands = written === before
      before = written
      return stands
    }, { everyMs: 200 })
    // A window of 1 MiB, what the transport holds, and the piece in hand.
    expect((written + 1) * MAX_PIECE_BYTES).toBeLessThan(8 * MiB)
    let read = (await first).chunk.byteLength
    while (read < 64 * MAX_PIECE_BYTES) read += (await bea.apps.read(notes, id)).chunk.byteLength
    await writing
    expect(written).toBe(64)
  })

  test('of a program that answers without reading is never sent', async () => {
    await serving(({ id }) => void bea.apps.reply(notes, id, 'too-large', { content: undefined }).catch(failed))
    const answer = await ada.apps.request(notes, asking(bea, { sending: { bytes: 100 * MiB } }))
    expect(answer).toMatchObject({ status: 'too-large', call: null })
  })

  test('ends for its writer when the other side has answered all', async () => {
    await serving(({ id }) => {
      void bea.apps.read(notes, id).then(() => bea.apps.reply(notes, id, 'failed', { content: undefined })).catch(failed)
    })
    const call = await goingOn()
    await ada.apps.write(notes, call, piece(0), false)
    expect((await ada.apps.response(notes, call)).status).toBe('failed')
    await expect(ada.apps.write(notes, call, piece(1), false)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('is read and written one piece at a time', async () => {
    const program = await serving()
    const calling = ada.apps.request(notes, asking(bea, { sending: { bytes: null } }))
    const { id } = await program.next()
    const reading = bea.apps.read(notes, id)
    const call = (await calling).call as ExchangeId
    await expect(bea.apps.read(notes, id)).rejects.toMatchObject({ code: 'CONFLICT' })
    await ada.apps.write(notes, call, Buffer.from('one'), true)
    expect(await reading).toMatchObject({ done: expect.any(Boolean) })
    await expect(ada.apps.write(notes, call, Buffer.from('two'), false)).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  test('loses nothing when a reader goes away and comes again', async () => {
    const program = await serving()
    const calling = ada.apps.request(notes, asking(bea, { sending: { bytes: null } }))
    const { id } = await program.next()
    const stop = new AbortController()
    const left = bea.apps.read(notes, id, stop.signal).catch((error: Error) => error.name)
    const call = (await calling).call as ExchangeId
    stop.abort()
    expect(await left).toBe('AbortError')
    await ada.apps.write(notes, call, Buffer.from('kept'), false)
    expect(Buffer.from((await bea.apps.read(notes, id)).chunk).toString()).toBe('kept')
  })

  test('keeps to the length it says, where it is written', async () => {
    await serving(({ id }) => void sumOf(readAll(bea, id)).then(() => bea.apps.reply(notes, id, 'ok', { content: undefined })))
    const call = await goingOn(100 * KiB)
    const write = (length: number, done: boolean) => ada.apps.write(notes, call, piece(0, length), done)
    await expect(write(5, true)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await write(60 * KiB, false)
    await expect(write(60 * KiB, false)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await write(40 * KiB, true)
    expect((await ada.apps.response(notes, call)).status).toBe('ok')
  })

  test('that ends before the length it says is no body, and costs its sender', async () => {
    const program = await serving()
    const stream = await ada.node.streams.open(bea.node.peerId, APP_TERMS)
    await stream.write(encode({ app: notes, method, bytes: 4 * MiB, as: 'pieces', deadlineMs: 60_000 }))
    const { id } = await program.next()
    const reading = bea.apps.read(notes, id)
    expect(await stream.read()).toEqual(encode({ status: 'go-on' }))
    await stream.write(piece(0, 10))
    await stream.end()
    const outcome = reading.then(() => bea.apps.read(notes, id))
    await expect(outcome).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await eventually('an offence', () => bea.node.offences.length > 0)
    await eventually('the program is told', () => program.cancelled.length > 0)
  })

  test('that is taken back is gone for who reads it', async () => {
    const program = await serving()
    const calling = ada.apps.request(notes, asking(bea, { sending: { bytes: null } }))
    const { id } = await program.next()
    const reading = bea.apps.read(notes, id)
    const call = (await calling).call as ExchangeId
    await ada.apps.write(notes, call, Buffer.from('half'), false)
    await reading
    ada.apps.cancel(notes, call)
    await expect(bea.apps.read(notes, id)).rejects.toMatchObject({ code: expect.stringMatching(/UNREACHABLE|NOT_FOUND/) })
    await eventually('the program is told', () => program.cancelled.length > 0)
  })

  test('is one of so many of one device, which leave room for those of others', async () => {
    const program = await serving()
    const stop = new AbortController()
    const statuses: string[] = []
    const asked = MAX_IN_PIECES_OF_PEER + 4
    for (let at = 0; at < asked; at += 1) {
      void ada.apps.request(notes, asking(bea, { sending: { bytes: null } }), stop.signal).then(({ status }) => statuses.push(status))
    }
    await eventually('so many wait', () => program.requests.length === MAX_IN_PIECES_OF_PEER)
    await eventually('the rest are refused', () => statuses.length === 4)
    expect(new Set(statuses)).toEqual(new Set(['busy']))
    expect(MAX_IN_PIECES_OF_PEER).toBeLessThanOrEqual(MAX_IN_PIECES / 4)
    // What nobody reads is no reason to keep an answer in one piece waiting.
    const answering = ada.apps.request(notes, asking(bea))
    const last = await eventually('one in one piece is heard', () => program.requests.find(({ more }) => !more))
    await bea.apps.reply(notes, last.id, 'ok', { content: undefined })
    expect((await answering).status).toBe('ok')
    stop.abort()
    await eventually('all are over', () => statuses.length === asked)
  })
})

describe('bodies in one piece', () => {
  test('of one device take a share of the room, and no more', async () => {
    const program = await serving()
    const content = { as: 'bytes', bytes: new Uint8Array(MAX_WHOLE_BYTES) } as const
    const fitting = MAX_HELD_BYTES_OF_PEER / MAX_WHOLE_BYTES
    const statuses: string[] = []
    const stop = new AbortController()
    for (let at = 0; at < fitting + 2; at += 1) {
      void ada.apps.request(notes, asking(bea, { sending: { content } }), stop.signal).then(({ status }) => statuses.push(status))
    }
    await eventually('so many are heard', () => program.requests.length === fitting)
    await eventually('the rest are refused', () => statuses.length === 2)
    expect(statuses).toEqual(['busy', 'busy'])
    stop.abort()
    await eventually('all are over', () => statuses.length === fitting + 2)
    const answering = ada.apps.request(notes, asking(bea, { sending: { content } }))
    const { id } = await eventually('there is room again', () => program.requests[fitting])
    await bea.apps.reply(notes, id, 'ok', { content: undefined })
    expect((await answering).status).toBe('ok')
  })
})
