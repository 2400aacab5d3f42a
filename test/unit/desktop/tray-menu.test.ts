import { expect, test } from 'vitest'
import { trayMenu, trayTip } from '../../../src/main/desktop/tray-menu.ts'
import { quietFor, type DoNotDisturb } from '../../../src/shared/model/settings.ts'

const nowMs = Date.parse('2026-01-10T13:32')
const off: DoNotDisturb = { on: false, untilMs: null, contacts: true }
const labels = (doNotDisturb: DoNotDisturb | null, atMs = nowMs): (string | undefined)[] =>
  trayMenu(doNotDisturb, atMs).map((entry) => entry?.label)

test('before there is an account the tray opens and quits', () => {
  expect(labels(null)).toEqual(['Open Latch', undefined, 'Quit'])
  expect(trayTip(null, nowMs)).toBe('Latch')
})

test('the tray offers not to be disturbed, for how long', () => {
  expect(trayMenu(off, nowMs).map((entry) => entry?.choose)).toEqual([
    'open',
    undefined,
    { quiet: 'hour' },
    { quiet: 'morning' },
    { quiet: 'open' },
    undefined,
    'quit',
  ])
})

test('while nobody is to disturb, the tray says until when, and switches it off', () => {
  const on = quietFor('hour', off, nowMs)
  const [, , says, switchOff] = trayMenu(on, nowMs)
  expect(says).toMatchObject({ label: expect.stringMatching(/^Do not disturb until .*2:32/), choose: null })
  expect(switchOff?.choose).toEqual({ quiet: 'off' })
  expect(trayTip(on, nowMs)).toMatch(/until .*2:32/)
  expect(quietFor('off', on, nowMs)).toEqual(off)
  expect(labels(on, nowMs + 3_600_000)).toEqual(labels(off))
  expect(trayTip(quietFor('open', off, nowMs), nowMs)).toBe('Latch: Do not disturb is on')
})
