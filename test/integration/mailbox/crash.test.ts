import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { delay, systemClock } from '../../../src/main/platform/clock.ts'
import { StreamCutError, type FrameStream, type PeerStreams } from '../../../src/main/platform/streams.ts'
import { databaseAt, keep, STORY } from './crashing.ts'
import { acquainted, bytes, rowsOf, town, townOn, type Resident, type Town } from './mail-town.ts'

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
afterAll(() => console.info(`letters in a process that is ended: seed ${SEED}`))

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'latch-mail-'))))
afterEach(() => rmSync(folder, { recursive: true }))

describe('a process that ends', () => {
  let where: Town
  let ann: Resident
  let bea: Resident
  let ivy: Resident

  beforeEach(async () => {
    where = town()
    ann = await where.resident('Ann')
    ivy = await where.resident('Ivy')
  })

  afterEach(() => where.close())

  /** A letter for Bea lies with Ivy; Bea takes it in the way that is given. */
  async function letterFor(streams?: (streams: PeerStreams) => PeerStreams): Promise<void> {
    const database = databaseAt(folder)
    database.prepare(STORY).run()
    bea = await where.resident('Bea', { database, ...(streams === undefined ? {} : { streams }) })
    await acquainted(where, ann, bea, ivy)
    await where.part(bea, ivy)
    await where.part(ann, bea)
    await ann.mailbox.deliver(bea.peerId, bytes('once'))
  }

  async function beaBegins(): Promise<void> {
    const { deviceKey, account } = bea
    const database = databaseAt(folder)
    bea = await where.resident('Bea', { deviceKey, account, database })
    bea.take = async (letter) => {
      keep(database, Buffer.from(letter.bytes).toString())
      return 'taken'
    }
    await where.until('the letter is held no more', () => rowsOf(ivy.database, 'mail_letters').length === 0)
  }

  const story = (): Record<string, unknown>[] => rowsOf(bea.database, 'story')
  const keys = (): number => rowsOf(bea.database, 'mail_own_keys').length

  test('before the letter was stored: it comes again', async () => {
    await letterFor()
    bea.take = async () => {
      bea.database.close()
      throw new Error('the process ends')
    }
    await bea.mailbox.collect().catch(() => {})
    await bea.leave()
    await beaBegins()
    expect([story(), keys()]).toEqual([[{ text: 'once', times: 1 }], 63])
  })

  test('after it was stored, before its key was destroyed: it opens again, and its taker knows it', async () => {
    await letterFor()
    bea.take = async (letter) => {
      keep(bea.database, Buffer.from(letter.bytes).toString())
      bea.database.close()
      return 'taken'
    }
    await bea.mailbox.collect().catch(() => {})
    expect(rowsOf(ivy.database, 'mail_letters')).toHaveLength(1)
    await bea.leave()
    await beaBegins()
    expect([story(), keys()]).toEqual([[{ text: 'once', times: 2 }], 63])
  })

  test('after its key was destroyed, before its holder was told: it is known, and acknowledged', async () => {
    await letterFor((streams) => withoutAcknowledging(streams))
    bea.take = async (letter) => {
      keep(bea.database, Buffer.from(letter.bytes).toString())
      return 'taken'
    }
    await bea.mailbox.collect().catch(() => {})
    expect([rowsOf(ivy.database, 'mail_letters').length, keys()]).toEqual([1, 63])
    await bea.leave()
    bea.database.close()
    await beaBegins()
    expect([story(), keys()]).toEqual([[{ text: 'once', times: 1 }], 63])
  })
})

test('killed time and again while she fetches a hundred letters, she has all of them, and none is held', { timeout: 120_000 }, async () => {
  const where = townOn(systemClock, () => delay(systemClock, 20))
  onTestFinished(() => where.close())
  const ann = await where.resident('Ann', { transport: 'tcp' })
  const ivy = await where.resident('Ivy', { transport: 'tcp' })
  const database = databaseAt(folder)
  const bea = await where.resident('Bea', { transport: 'tcp', database })
  await acquainted(where, ann, bea, ivy)
  writeFileSync(join(folder, 'key'), privateKeyToProtobuf(bea.deviceKey))
  await bea.leave()
  database.close()
  const written = Array.from({ length: 100 }, (_, at) => `${at} `.padEnd(at % 10 === 0 ? 20_000 : 10, '.'))
  for (const text of written) expect(await ann.mailbox.deliver(bea.peerId, bytes(text))).toMatchObject({ outcome: 'held' })

  const script = fileURLToPath(new URL('crashing.ts', import.meta.url))
  const address = String(ivy.node.libp2p.getMultiaddrs()[0])
  let state = SEED
  let kills = 0
  while (rowsOf(ivy.database, 'mail_letters').length > 0 && kills < 60) {
    const child = spawn(process.execPath, [script, folder, bea.account, address], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const over = once(child, 'exit')
    await Promise.race([once(child.stdout, 'data'), over])
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    // What it fetches it fetches from 200 ms on.
    await delay(systemClock, 200 + ((state >>> 8) % 300) + 20 * kills)
    child.kill('SIGKILL')
    await over
    kills += 1
  }
  const after = databaseAt(folder)
  onTestFinished(() => after.close())
  const story = rowsOf(after, 'story').map(({ text }) => String(text))
  expect(rowsOf(ivy.database, 'mail_letters')).toHaveLength(0)
  expect(written.filter((text) => !story.includes(text)).map((text) => text.slice(0, 10))).toEqual([])
  expect(story).toHaveLength(written.length)
  expect(rowsOf(after, 'mail_own_keys')).toEqual([])
  console.info(`${kills} times`)
})

/** Its streams are cut where something is to be acknowledged. */
function withoutAcknowledging(streams: PeerStreams): PeerStreams {
  return {
    serve: (...about) => streams.serve(...about),
    async open(...about) {
      const stream = await streams.open(...about)
      const cut: FrameStream = {
        peer: stream.peer,
        protocol: stream.protocol,
        over: stream.over,
        read: (...signal) => stream.read(...signal),
        write(frame, signal) {
          if (!Buffer.from(frame).includes('acknowledge')) return stream.write(frame, signal)
          stream.abort(new StreamCutError('the process ends'))
          return Promise.reject(new StreamCutError('the process ends'))
        },
        end: () => stream.end(),
        abort: (why) => stream.abort(why),
      }
      return cut
    },
  }
}
