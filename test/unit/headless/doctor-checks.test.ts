import { describe, expect, test } from 'vitest'
import {
  type Check,
  judgeAddress,
  judgeClock,
  judgeConfig,
  judgeFiles,
  judgeFolder,
  judgeOutside,
  judgePort,
  printed,
  tcpPortsOf,
  untested,
} from '../../../src/main/headless/doctor-checks.ts'
import { readConfig } from '../../../src/main/headless/introduce-config.ts'

const machine = { hostname: 'h', dataFolder: '/d' }
const read = (text: string) => readConfig({ machine, file: { path: '/i.toml', text }, env: {}, flags: new Map() })

/** Whatever is not well says what to do about it. */
function outcome(check: Check | undefined): Check['outcome'] | undefined {
  if (check === undefined) return undefined
  expect(check.todo === null).toBe(check.outcome === 'ok')
  expect(check.says).toMatch(/^[^\n]+\.$/)
  return check.outcome
}

test('the configuration', () => {
  expect(outcome(judgeConfig(read('name = "x"')))).toBe('ok')
  expect(outcome(judgeConfig(read('name = 5')))).toBe('fail')
})

test('the data folder', () => {
  expect(outcome(judgeFolder('/d', null))).toBe('ok')
  expect(outcome(judgeFolder('/d', 'EACCES: permission denied'))).toBe('fail')
})

test.each([
  ['free', 'ok'],
  ['running', 'ok'],
  [{ code: 'EADDRINUSE' }, 'fail'],
  [{ code: 'EACCES' }, 'fail'],
  [{ code: 'EADDRNOTAVAIL' }, 'warn'],
  [{ code: 'EAFNOSUPPORT' }, 'warn'],
  [{ code: 'EWHATEVER' }, 'fail'],
] as const)('a port that is %j: %s', (found, expected) => {
  const check = judgePort({ where: 'TCP 0.0.0.0:443', found })
  expect(outcome(check)).toBe(expected)
  expect(check.says).toContain('TCP 0.0.0.0:443')
})

test.each([
  [[], ['127.0.0.1', '::1', 'fe80::1', '10.0.0.7'], 'warn'],
  [[], ['127.0.0.1', '10.0.0.7', '5.5.5.10'], 'ok'],
  [[], ['127.0.0.1', '2a01:4f8::7'], 'ok'],
  [['/ip4/5.5.5.10/tcp/4100'], ['127.0.0.1'], 'ok'],
  [['/dns4/introducer.example.org/tcp/443/ws'], ['127.0.0.1'], 'ok'],
  [['/ip4/192.168.1.7/tcp/4100'], ['127.0.0.1'], 'warn'],
] as const)('a public address, with announce %j on a machine with %j: %s', (announce, own, expected) => {
  expect(outcome(judgeAddress(announce, own))).toBe(expected)
})

test.each([
  ['kept', 'ok'],
  ['not-kept', 'warn'],
  [null, 'warn'],
] as const)('a clock that is %s: %s', (kept, expected) => {
  expect(outcome(judgeClock(kept))).toBe(expected)
})

test.each([
  [1_256, 'ok'],
  [1_255, 'fail'],
  [Infinity, 'ok'],
  [null, 'warn'],
] as const)('%s open files for 1,000 connections: %s', (limit, expected) => {
  expect(outcome(judgeFiles(limit, 1_000))).toBe(expected)
})

describe('what other introducers say', () => {
  const answered = (aheadMs: number, ports: { port: number; reached: boolean }[]) =>
    ({ outcome: 'answered', who: 'B', aheadMs, ports }) as const

  test.each([
    [0, 'ok'],
    [-4_900, 'ok'],
    [6_000, 'warn'],
    [-59_000, 'warn'],
    [61_000, 'fail'],
    [-3_600_000, 'fail'],
  ] as const)('of the time, %s ms ahead: %s', (aheadMs, expected) => {
    const [check] = judgeOutside([answered(aheadMs, [])], [])
    expect(outcome(check)).toBe(expected)
  })

  test('of the ports', () => {
    const found = [{ port: 4100, reached: true }, { port: 4101, reached: false }]
    expect(judgeOutside([answered(0, found)], [4100, 4101]).map(outcome)).toEqual(['ok', 'ok', 'fail'])
    expect(judgeOutside([answered(0, [])], [4100]).map(outcome)).toEqual(['ok', 'warn'])
  })

  test('nothing at all, when they are away', () => {
    const silent = { outcome: 'silent', who: 'B', why: 'no answer' } as const
    expect(judgeOutside([silent], [4100]).map(outcome)).toEqual(['warn'])
  })

  test('where nobody can try, the command for elsewhere is told', () => {
    expect(untested('no introducers', [], 4100).todo).toBe('From a machine elsewhere: nc -vz ADDRESS 4100')
    expect(untested('running', ['/dns4/i.example.org/tcp/443/ws'], 4100).todo).toContain('nc -vz i.example.org 443')
  })
})

test('the ports to be tried are those of TCP, each once', () => {
  const config = read('listen = ["/ip4/0.0.0.0/tcp/1", "/ip6/::/tcp/1", "/ip4/0.0.0.0/tcp/2/ws", "/ip4/0.0.0.0/tcp/0"]')
  if (config.read !== 'config') throw new Error(config.why)
  expect(tcpPortsOf(config.config)).toEqual([1, 2])
})

test('each check is a line, and what to do is one below it', () => {
  expect(printed([judgeFolder('/d', null), judgeClock('not-kept')])).toBe(
    'ok    data folder: /d can be written.\n' +
      'warn  clock: It is not kept in step.\n' +
      '      See that an NTP client runs: timedatectl set-ntp true, or chrony.\n',
  )
})
