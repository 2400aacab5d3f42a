import { beforeEach, describe, expect, test } from 'vitest'
import { Attendance } from '../../../src/main/features/introduction/attendance.ts'
import type { Notice } from '../../../src/main/protocols/introduction/index.ts'
import { HOUR, SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { idOf } from './devices.ts'

let clock: FakeClock
beforeEach(() => {
  clock = new FakeClock()
})

describe('a drain', () => {
  let attendance: Attendance
  let notices: Record<string, Notice[]>
  beforeEach(() => {
    attendance = new Attendance(clock)
    notices = {}
  })

  function attend(name: string, n: number): { leave: () => void; done: Promise<void> } {
    const ended = new AbortController()
    const notify = async (notice: Notice): Promise<void> => void (notices[name] ??= []).push(notice)
    return { leave: () => ended.abort(), done: attendance.attend(idOf(n), notify, ended.signal) }
  }

  test('tells everybody, and is over when all have gone and no circuit is left', async () => {
    const [one, two] = [attend('one', 1), attend('two', 2)]
    let [circuits, isOver] = [1, false]
    void attendance.drain(60 * SECOND, () => circuits === 0).then(() => (isOver = true))
    expect(notices).toEqual({
      one: [{ kind: 'draining', withinMs: 60_000 }],
      two: [{ kind: 'draining', withinMs: 60_000 }],
    })
    one.leave()
    two.leave()
    await Promise.all([one.done, two.done])
    await clock.advance(SECOND)
    expect(isOver).toBe(false)
    circuits = 0
    await clock.advance(SECOND)
    expect(isOver).toBe(true)
  })

  test('waits for nobody longer than it said', async () => {
    attend('stays', 1)
    let isOver = false
    void attendance.drain(5 * SECOND, () => true).then(() => (isOver = true))
    await clock.advance(5 * SECOND - 1)
    expect(isOver).toBe(false)
    await clock.advance(1)
    expect(isOver).toBe(true)
  })

  test('with nobody there is over at once, and is one, however often it is asked for', async () => {
    await attendance.drain(60 * SECOND, () => true)
    expect(attendance.isDraining).toBe(true)
    await attendance.drain(60 * SECOND, () => false)
  })

  test('tells who comes later how long is left', async () => {
    attend('one', 1)
    void attendance.drain(60 * SECOND, () => true)
    await clock.advance(20 * SECOND)
    attend('late', 2)
    expect(notices['late']).toEqual([{ kind: 'draining', withinMs: 40_000 }])
  })

  test('promises no more than an hour', () => {
    attend('one', 1)
    void attendance.drain(24 * HOUR, () => true)
    expect(notices['one']).toEqual([{ kind: 'draining', withinMs: HOUR }])
  })

  test('counts a device that cannot be told as gone', async () => {
    const done = attendance.attend(idOf(1), () => Promise.reject(new Error('cut')), new AbortController().signal)
    const drained = attendance.drain(60 * SECOND, () => true)
    await done
    await clock.advance(SECOND)
    await drained
    expect(attendance.size).toBe(0)
  })

  test('a device that comes again takes the place of its older self, and everybody goes at the end', async () => {
    const [older, newer] = [attend('older', 1), attend('newer', 1)]
    await older.done
    expect(attendance.size).toBe(1)
    attendance.close()
    await newer.done
    expect(attendance.size).toBe(0)
  })

  test('a device that has gone already takes no place', async () => {
    await attendance.attend(idOf(1), async () => {}, AbortSignal.abort())
    expect(attendance.size).toBe(0)
  })
})
