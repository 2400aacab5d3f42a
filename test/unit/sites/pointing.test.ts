import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { POINT_AGAIN_LONGEST_MS, POINT_AGAIN_MS } from '../../../src/main/features/sites/limits.ts'
import { judgePointing, type SiteRecord } from '../../../src/main/features/sites/pointing/judge.ts'
import { Pointer, type PointerParts } from '../../../src/main/features/sites/pointing/pointer.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { SiteCid, SiteName, type SitePointed } from '../../../src/shared/model/sites.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { OneZone } from '../../integration/sites/one-zone.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
afterAll(() => console.info(`pointing: properties with seed ${seed}`))

const name = SiteName.parse('alice.peer')
const cid = (letter: string): SiteCid => SiteCid.parse(`b${letter.repeat(58)}`)
const live: SiteRecord = { cid: null }
const [one, two]: SiteRecord[] = [{ cid: cid('a') }, { cid: cid('b') }]
if (one === undefined || two === undefined) throw new Error('two')

describe('what is to be done with a record', () => {
  test.each([
    ['nothing is said yet', live, null, undefined, 'point'],
    ['something else was said before it was published', one, null, { ...two, seq: 3 }, 'point'],
    ['it is said', one, one, { ...one, seq: 3 }, 'there'],
    ['it is said already, by another device perhaps', one, null, { ...one, seq: 3 }, 'there'],
    ['there is a newer copy', two, one, { ...one, seq: 3 }, 'point'],
    ['the first copy was made', one, live, { ...live, seq: 3 }, 'point'],
    ['copies are off again', live, one, { ...one, seq: 3 }, 'point'],
    ['the person names another by hand', one, one, { ...two, seq: 4 }, 'leave'],
    ['the person names a live one by hand', one, one, { ...live, seq: 4 }, 'leave'],
    ['the person names another, and there is a newer copy here', two, one, { cid: cid('c'), seq: 4 }, 'leave'],
    ['the person takes it out by hand', live, live, undefined, 'leave'],
    ['it is said of no device, and so of each', one, one, { ...one, seq: 3, isOfAll: true }, 'point'],
    ['other devices of the account show it alone', one, one, 'of-others', 'point'],
    ['other devices of the account show it alone, and this one does not', null, one, 'of-others', 'there'],
    ['it is to go, and is there', null, one, { ...one, seq: 3 }, 'point'],
    ['it is to go, and is gone', null, one, undefined, 'there'],
    ['it is to go, and another is named', null, one, { ...two, seq: 3 }, 'there'],
    ['it is to go, and never was there', null, null, { ...live, seq: 3 }, 'there'],
  ] as const)('where %s', (_what, wanted, last, said, verdict) => {
    expect(judgePointing(wanted, last, said).verdict).toBe(verdict)
  })

  test('what the person wrote by hand is never written over', () => {
    const record = fc.constantFrom(live, one, two, { cid: cid('c') })
    fc.assert(
      fc.property(fc.option(record), record, fc.option(record, { nil: undefined }), (wanted, last, said) => {
        const judged = judgePointing(wanted, last, said && { ...said, seq: 1 })
        if (judged.verdict === 'point') expect(said?.cid).toBe(last.cid)
      }),
      { seed, numRuns: 300, verbose: true },
    )
  })
})

function pointer(over: Partial<PointerParts> & { zones: OneZone; clock: FakeClock }): { it: Pointer; states: SitePointed['kind'][]; kept: (SiteRecord | null)[] } {
  const states: SitePointed['kind'][] = []
  const kept: (SiteRecord | null)[] = []
  const it = new Pointer({
    name,
    log: silentLog,
    isElsewhere: () => false,
    refusesName: () => null,
    wanted: () => live,
    last: null,
    onLast: (last) => kept.push(last),
    onState: ({ kind }) => states.push(kind),
    ...over,
  })
  return { it, states, kept }
}

describe('a name', () => {
  test('is pointed, and that is kept', async () => {
    const [clock, zones] = [new FakeClock(), new OneZone()]
    const { it, states, kept } = pointer({ clock, zones })
    await it.check()
    expect([it.state, states, kept, zones.points]).toEqual([{ kind: 'pointed', seq: 1 }, ['pointed'], [live], 1])
    await it.check()
    expect(zones.points).toBe(1)
  })

  test('is tried again, each time later, and at once when its zone can be changed', async () => {
    const [clock, zones] = [new FakeClock(), new OneZone()]
    zones.failing = new LatchError('UNREACHABLE', 'The ledger is catching up: 12 blocks left.')
    const { it } = pointer({ clock, zones })
    await it.check()
    expect(it.state).toEqual({ kind: 'failed', why: 'The ledger is catching up: 12 blocks left.' })
    const waits: number[] = []
    let tries = zones.points
    for (let sinceMs = 0, totalMs = 0; totalMs < 30 * 60_000; totalMs += 1_000) {
      await clock.advance(1_000)
      sinceMs += 1_000
      if (zones.points === tries) continue
      tries = zones.points
      waits.push(sinceMs)
      sinceMs = 0
    }
    expect(waits.slice(0, 4)).toEqual([1, 2, 4, 8].map((times) => times * POINT_AGAIN_MS))
    expect(Math.max(...waits)).toBe(POINT_AGAIN_LONGEST_MS)
    zones.failing = null
    zones.changed()
    await clock.advance(0)
    expect(it.state).toEqual({ kind: 'pointed', seq: 1 })
  })

  test('whose failures change its zone each time is not tried without a pause', async () => {
    const [clock, zones] = [new FakeClock(), new OneZone()]
    zones.failing = new Error('signed, and not published')
    zones.isTold = true
    const { it } = pointer({ clock, zones })
    await it.check()
    await clock.advance(POINT_AGAIN_MS - 1)
    // Once more for what was heard while the first was under way.
    expect(zones.points).toBeLessThanOrEqual(2)
    expect(it.state.kind).toBe('failed')
    await it.stop()
  })

  test('that its owner points elsewhere by hand stays there, and is taken back by hand', async () => {
    const [clock, zones] = [new FakeClock(), new OneZone()]
    const { it } = pointer({ clock, zones })
    await it.check()
    zones.edit(name, one)
    await clock.advance(0)
    expect(it.state).toEqual({ kind: 'failed', why: expect.stringContaining('The zone names another site') as string })
    await clock.advance(POINT_AGAIN_LONGEST_MS * 2)
    expect([zones.said.get(name)?.cid, zones.points]).toEqual([one.cid, 1])
    zones.edit(name, live)
    await clock.advance(0)
    expect(it.state).toEqual({ kind: 'pointed', seq: 3 })
  })

  test('is pointed again where the person says so', async () => {
    const [clock, zones] = [new FakeClock(), new OneZone()]
    const { it } = pointer({ clock, zones })
    await it.check()
    zones.edit(name, null)
    await clock.advance(0)
    expect(it.state.kind).toBe('failed')
    await it.again()
    expect([it.state, zones.said.get(name)?.cid]).toEqual([{ kind: 'pointed', seq: 3 }, null])
  })

  test('that went away and came back has a new zone, which is pointed', async () => {
    const [clock, zones] = [new FakeClock(), new OneZone()]
    let refusal: string | null = null
    const { it } = pointer({ clock, zones, refusesName: () => refusal })
    await it.check()
    refusal = 'This name is not yours.'
    zones.edit(name, null)
    await clock.advance(0)
    expect(it.state).toEqual({ kind: 'failed', why: 'This name is not yours.' })
    refusal = null
    await clock.advance(POINT_AGAIN_MS)
    expect(it.state.kind).toBe('pointed')
  })

  test('that is this person’s as soon as the ledger was read is pointed at once', async () => {
    const [clock, zones] = [new FakeClock(), new OneZone()]
    let refusal: string | null = 'This name is not yours.'
    const { it } = pointer({ clock, zones, refusesName: () => refusal })
    await it.check()
    expect(it.state.kind).toBe('failed')
    refusal = null
    zones.changed()
    await clock.advance(0)
    expect(it.state.kind).toBe('pointed')
  })

  test.each([one, null])('of another network meanwhile stays as its owner left it by hand: %j', async (byHand) => {
    const [clock, zones] = [new FakeClock(), new OneZone()]
    let refusal: string | null = null
    const { it } = pointer({ clock, zones, refusesName: () => refusal })
    await it.check()
    zones.edit(name, byHand)
    await clock.advance(0)
    refusal = 'alice.peer is no name of this network.'
    zones.changed()
    await clock.advance(0)
    expect(it.state).toMatchObject({ why: refusal })
    refusal = null
    zones.changed()
    await clock.advance(POINT_AGAIN_MS)
    expect([it.state.kind, zones.points, zones.said.get(name)?.cid]).toEqual(['failed', 1, byHand?.cid])
  })

  test('is left alone once it was stopped', async () => {
    const [clock, zones] = [new FakeClock(), new OneZone()]
    zones.failing = new Error('offline')
    const { it, states } = pointer({ clock, zones })
    await it.check()
    await it.stop()
    zones.failing = null
    zones.changed()
    await it.check()
    await clock.advance(POINT_AGAIN_LONGEST_MS)
    expect([zones.points, states]).toEqual([1, ['failed']])
  })
})
