import { describe, expect, test } from 'vitest'
import { type IntroduceFlags, readIntroduceFlags, usage } from '../../../src/main/headless/introduce-flags.ts'
import { flagOf, keys } from '../../../src/main/headless/introduce-settings.ts'

function flags(...args: string[]): IntroduceFlags {
  const read = readIntroduceFlags(args)
  if (read.read !== 'flags') throw new Error(JSON.stringify(read))
  return read.flags
}

test('nothing said runs it with what the file and the defaults say', () => {
  const none = { command: 'run', configFile: null, qr: false, json: false, verbose: false }
  expect(flags()).toEqual({ ...none, given: new Map() })
})

test('what is said is what is read', () => {
  const said = flags('--config', 'i.toml', '--relay-ttl', '2h', '--deny=a', '--deny', 'b', '--json', '--qr')
  expect(said).toMatchObject({ command: 'run', configFile: 'i.toml', json: true, qr: true })
  expect([...said.given]).toEqual([['deny', ['a', 'b']], ['relay.ttl', ['2h']]])
})

test('the doctor and the printing of the configuration take the same flags', () => {
  expect(flags('doctor', '--config', 'i.toml', '--json')).toMatchObject({ command: 'doctor', json: true })
  expect(flags('--print-config', '--drain', '1s')).toMatchObject({ command: 'print-config' })
})

describe('what cannot be read is told in one line', () => {
  test.each([
    [['--relay-tll', '1h'], /Unknown option '--relay-tll'/],
    [['--drain'], /drain/],
    [['surgeon'], /"surgeon" is nothing that latch introduce does/],
    [['doctor', 'now'], /"now" is nothing/],
    [['--config', ''], /--config is empty/],
  ])('%j', (args, why) => {
    const read = readIntroduceFlags(args)
    expect(read.read).toBe('wrong')
    if (read.read !== 'wrong') return
    expect(read.why).toMatch(why)
    expect(read.why).toMatch(/^[^\n]+\.$/)
  })
})

test('help and version win over everything that can be read', () => {
  expect(readIntroduceFlags(['doctor', '--help']).read).toBe('help')
  expect(readIntroduceFlags(['--version', '--qr']).read).toBe('version')
})

test('every flag is in the help', () => {
  for (const key of keys) expect(usage).toContain(`--${flagOf(key)} `)
  for (const flag of ['config', 'print-config', 'qr', 'json', 'verbose', 'help', 'version']) {
    expect(usage).toContain(`--${flag}`)
  }
  for (const line of usage.split('\n')) expect(line.length).toBeLessThanOrEqual(120)
})
