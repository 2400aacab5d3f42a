import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MAX_APPS } from '../../../src/main/features/apps/limits.ts'
import { Programs } from '../../../src/main/features/apps/programs.ts'
import type { AppsEvent } from '../../../src/main/features/apps/types.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { AppId } from '../../../src/shared/model/apps.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const notes = AppId.parse('notes')
let clock: FakeClock
let database: Database
let events: AppsEvent[]
let revoked: AppId[]
let made: number
let programs: Programs

function start(): Programs {
  return new Programs({
    database,
    clock,
    random: (bytes) => new Uint8Array(bytes).fill(made++),
    publish: (event) => events.push(event),
    revoked: (id) => revoked.push(id),
  })
}

beforeEach(() => {
  clock = new FakeClock()
  database = openMemoryDatabase()
  events = []
  revoked = []
  made = 1
  programs = start()
})
afterEach(() => database.close())

describe('a program', () => {
  test('is registered once, and its token opens what is its own', () => {
    const { app, token } = programs.register(notes, 'Sticky notes')
    expect(app).toEqual({ id: 'notes', title: 'Sticky notes', createdMs: clock.nowMs(), lastSeenMs: null, isConnected: false })
    expect(programs.opens(token)?.app).toBe('notes')
    expect(programs.opens(`${token}x`)).toBeNull()
    expect(programs.opens('')).toBeNull()
    expect(() => programs.register(notes, 'Again')).toThrow(expect.objectContaining({ code: 'CONFLICT' }))
    expect(events).toEqual([{ event: 'app-changed', app }])
  })

  test('is there after a restart, its token good, of which the database holds a hash alone', () => {
    const { token } = programs.register(notes, 'Sticky notes')
    programs = start()
    expect(programs.list()).toMatchObject([{ id: 'notes', title: 'Sticky notes', isConnected: false }])
    expect(programs.opens(token)?.app).toBe('notes')
    const rows = JSON.stringify(database.prepare('SELECT * FROM apps').all())
    expect(rows).not.toContain(token)
  })

  test('has a new token, and the old one opens nothing, now and after a restart', () => {
    const old = programs.register(notes, 'Sticky notes').token
    const pass = programs.opens(old)
    const { token } = programs.renew(notes)
    expect(pass?.revoked.aborted).toBe(true)
    expect(revoked).toEqual(['notes'])
    expect(programs.opens(old)).toBeNull()
    expect(programs.opens(token)).toMatchObject({ app: 'notes', revoked: { aborted: false } })
    programs = start()
    expect(programs.opens(old)).toBeNull()
    expect(programs.opens(token)?.app).toBe('notes')
  })

  test('is removed with its token, and can be registered anew', () => {
    const { token } = programs.register(notes, 'Sticky notes')
    const pass = programs.opens(token)
    programs.remove(notes)
    expect(pass?.revoked.aborted).toBe(true)
    expect(programs.opens(token)).toBeNull()
    expect(events.at(-1)).toEqual({ event: 'app-removed', id: 'notes' })
    expect(() => programs.remove(notes)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
    expect(start().list()).toEqual([])
    expect(programs.register(notes, 'Other notes').token).not.toBe(token)
  })

  test('is connected while it listens, and was last seen when it left', async () => {
    programs.register(notes, 'Sticky notes')
    const { line } = programs.connect(notes)
    expect(programs.list()).toMatchObject([{ isConnected: true, lastSeenMs: clock.nowMs() }])
    await clock.advance(5_000)
    line.close('left')
    expect(programs.list()).toMatchObject([{ isConnected: false, lastSeenMs: clock.nowMs() }])
    expect(events.at(-1)).toMatchObject({ event: 'app-changed', app: { isConnected: false } })
  })

  test('whose other process comes gives its line to that', async () => {
    programs.register(notes, 'Sticky notes')
    const { line } = programs.connect(notes)
    const second = programs.connect(notes).line
    await expect(line.events().next()).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(programs.lineOf(notes)).toBe(second)
    expect(programs.list()).toMatchObject([{ isConnected: true }])
  })

  test('that is removed while it listens is told, and is not written back', async () => {
    programs.register(notes, 'Sticky notes')
    const { line } = programs.connect(notes)
    programs.remove(notes)
    await expect(line.events().next()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    expect(start().list()).toEqual([])
  })

  test('is one of so many, and its title fits a line', () => {
    expect(() => programs.register(notes, 'two\nlines')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }))
    for (let i = 0; i < MAX_APPS; i += 1) programs.register(AppId.parse(`app${i}`), 'One')
    expect(() => programs.register(notes, 'One more')).toThrow(expect.objectContaining({ code: 'BUSY' }))
  })
})
