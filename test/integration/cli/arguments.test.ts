import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { latch } from './held-io.ts'

let empty: string
beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), 'latch-cli-'))
})
afterAll(() => rm(empty, { recursive: true }))

describe('a wrong argument', () => {
  it.each([
    [['stats'], "latch: Unknown command 'stats'. Did you mean status?"],
    [['status', '--frob'], "latch: Unknown option '--frob'. See latch --help."],
    [['--frob'], "latch: Unknown option '--frob'. See latch --help."],
    [
      ['status', 'extra'],
      "latch: Too many arguments for 'status'. Expected 0 arguments but got 1: extra. See latch --help.",
    ],
    [['--data'], "latch: Option '--data <dir>' argument missing. See latch --help."],
    [['chat', 'send'], "latch: Missing required argument 'name'. See latch --help."],
    [['door', 'rule'], 'latch: Say what to do; latch help lists what there is.'],
    [['door', 'frob'], 'latch: "frob" is no command of latch door. See latch door --help.'],
    [['invite', '--days', 'many'], 'latch: --days takes a number of days, such as 7 or 0.5.'],
    [['invite', '--days', '-1'], 'latch: --days takes a number of days, such as 7 or 0.5.'],
    [['settings', 'set', 'colour', 'red'], /^latch: There is no setting "colour", only appearance, /],
    [['settings', 'set', 'lan', 'perhaps'], 'latch: lan is on or off, not "perhaps".'],
    [['settings', 'set', 'appearance', 'pink'], /^latch: appearance cannot be "pink": /],
    [['chat', 'send', 'Bea', ''], 'latch: There is nothing to send.'],
    [
      ['chat', 'send', 'Bea', 'hi', '--timeout', '5'],
      'latch: --timeout takes a number of seconds, and goes with --wait.',
    ],
    [['chat', 'send', 'Bea', '-'], 'latch: There is nothing to send.'],
    [['door', 'log', '--limit', 'many'], 'latch: --limit takes a number from 1 to 1000.'],
    [['door', 'rule', 'add', 'perhaps', 'anyone', 'contact'], /^latch: "perhaps" is no verdict: /],
    [['door', 'rule', 'add', 'deny', 'anyone', 'tea'], /^latch: "tea" is no capability: /],
    [['door', 'rule', 'add', 'deny', 'Bea', 'contact', '--until', 'late'], /^latch: --until takes forever, /],
    [['door', 'rule', 'add', 'deny', 'Bea', 'file', '--max-size', 'big'], /^latch: --max-size takes a size such as /],
    [['door', 'rule', 'edit', 'abcd'], /^latch: Say what to change, such as /],
    [['door', 'rule', 'edit', 'abcd', '--for', 'tea'], /^latch: "tea" is no capability: /],
    [['door', 'rehearse', 'allow', 'Bea'], /^latch: Say the rule, such as /],
    [['door', 'rehearse', 'allow', 'Bea', 'file', '--per-hour', '0'], /^latch: --per-hour takes a number /],
    [['door', 'allow', 'Bea', '--once', '--always'], 'latch: Say one of --once and --always.'],
    [['door', 'allow', 'Bea', '--for', 'ever'], 'latch: --for takes a time such as 30m, 1h or 7d.'],
    [['door', 'allow', 'Bea', '--until', '2020-01-01'], 'latch: --until: 2020-01-01 00:00 is over already.'],
    [['door', 'allow', 'Bea', '--scope', 'all'], 'latch: --scope takes this, capability, everything.'],
    [['door', 'deny', 'Bea', '--scope', 'this'], /^latch: A no for once makes no rule; /],
    [['door', 'deny', 'Bea', '--connection'], "latch: Unknown option '--connection'. See latch --help."],
    [['door', 'block', 'Bea', '--note', 'n'.repeat(201)], 'latch: --note takes at most 200 characters.'],
    [['door', 'log', '--since', 'then'], /^latch: --since takes a time such as 1h /],
    [['door', 'log', '--by', 'me'], /^latch: --by takes rule, person, /],
    [['door', 'log', '--verify', '--for', 'file'], 'latch: --verify looks at the whole log; leave the others out.'],
    [['door', 'log', '--export', '-', '--limit', '5'], 'latch: --export takes all that match, without --limit.'],
    [['knock', 'Bea', '--bytes', 'many'], 'latch: --bytes takes a size such as 16MiB, 500kB or 4096.'],
    [['knock', 'Bea', '--for', 'tea'], /^latch: "tea" is nothing to knock for: /],
    [['dnd', 'perhaps'], 'latch: Do not disturb is on or off, not "perhaps".'],
    [['dnd', 'off', '--for', '1h'], 'latch: --for, --until and --strangers-only go with on.'],
    [['dnd', '--for', '1h', '--until', '18:00'], 'latch: Say one of --for and --until.'],
    [['settings', 'set', 'doNotDisturb', 'on'], /^latch: Do not disturb has a command of its own: latch dnd /],
    [['settings', 'set', 'tellKnockers', 'no'], /^latch: tellKnockers cannot be "no": /],
    [['contacts', 'tag', 'Bea', 'g'.repeat(33)], 'latch: A tag has 1 to 32 characters.'],
    [['contacts', 'tag', 'Bea', 'family', '--none'], 'latch: --none goes without names.'],
    [['status', '--data', ''], 'latch: --data is empty.'],
    [['start', '--data', ''], 'latch: --data is empty.'],
    [['chat', 'read', 'Bea', '--limit', '0'], 'latch: --limit takes a number from 1 to 500.'],
    [['identity', 'restore', 'Ada'], 'latch: A recovery phrase is twelve words.'],
    [['ledger', 'blocks', '--limit', '501'], 'latch: --limit takes a number from 1 to 500.'],
    [['ledger', 'blocks', '--before', 'now'], 'latch: --before takes a number from 1 on.'],
    [['ledger', 'blocks', '--before', '7', '--follow'], 'latch: --before looks back; leave it out with --follow.'],
    [['ledger', 'entries', '--mine', '--account', 'Bea'], 'latch: Say one of --mine and --account.'],
    [['name', 'alice.peer'], 'latch: "alice.peer" is no command of latch name. See latch name --help.'],
    [['name', 'point', 'alice', 'A', '192.0.2.7'], /^latch: "A" is no kind of record: peer, site, /],
    [['name', 'point', 'alice', 'site', '--ttl', 'long'], 'latch: --ttl takes a time such as 30s, 5m or 1h.'],
    [['name', 'revoke'], 'latch: Say one of a file that latch name revocation wrote, and --now.'],
    [['query'], "latch: Missing required argument 'name'. See latch --help."],
    [['dns', 'perhaps'], 'latch: DNS is on or off, not "perhaps".'],
    [['ledger', 'claim', 'alice'], 'latch: "claim" is no command of latch ledger. See latch ledger --help.'],
    [['network', 'leave'], 'latch: "leave" is no command of latch network. See latch network --help.'],
    [['ledger', 'submit'], /^latch: Say what to submit, such as claim <name>, or /],
    [['ledger', 'submit', 'claim'], "latch: Missing required argument 'name'. See latch --help."],
    [['ledger', 'submit', 'claim', 'alice', '--file', 'x'], 'latch: --file goes without a word of what to submit.'],
    [
      ['ledger', 'submit', 'claim', 'alice', '--timeout', '5'],
      'latch: --timeout takes a number of seconds, and goes with --wait.',
    ],
    [['ledger', 'submit', '--file', '-'], 'latch: - is empty.'],
    [['ledger', 'validate', '--peer', 'Bea', '--all'], 'latch: Say one of --peer and --all.'],
    [['ledger', 'validate', '--from', '0'], 'latch: --from takes a number from 1 on.'],
    [['ledger', 'evidence', '--out', 'x'], 'latch: --out takes one: say its id.'],
    [['ledger', 'evidence', 'abcd', '--check', 'x'], /^latch: --check looks at a file alone; /],
    [['network', 'make'], /^latch: Say what you call it, in 1 to 64 characters: /],
    [['network', 'make', '--label', 'Home', '--tld', 'P'], 'latch: --tld takes 2 to 16 small letters.'],
    [['network', 'make', '--label', 'Home', '--card', 'x'], /^latch: "x" is not the card of a validator: /],
    [['network', 'make', '--label', 'Home', '--faults', '1'], 'latch: Of 1 validators at most 0 can be false.'],
    [['network', 'make', '--label', 'Home', '--round-ms', '1'], 'latch: --round-ms takes a number from 50 to 60000.'],
    [['square', 'enter', 'Garden'], /^latch: "Garden" cannot be a room: /],
    [['square', 'post', 'garden', ' '], 'latch: There is nothing to say.'],
    [['square', 'post', 'garden', 'ü'.repeat(1_025)], 'latch: A message has at most 2048 bytes; this has 2050.'],
    [['site', 'publish', '.'], /^latch: Required option '--as <name>' not specified/],
    [['site', 'publish', '.', '--as', 'alice', '--for', 'friends'], 'latch: A site is for anyone, for contacts, or you are asked (ask); "friends" is none of them.'],
    [['site', 'serve', '70000', '--as', 'alice'], 'latch: A port is a number from 1 to 65535, not "70000".'],
    [['copies', 'serve', 'alice', 'maybe'], 'latch: A copy is given on or it is not: on or off, not "maybe".'],
    [['gateway', 'loud'], 'latch: The gateway is on or off, not "loud".'],
    [['gateway', '--port', '80'], 'latch: --port takes a number from 1024 to 65535.'],
    [['square', 'read', 'garden', '--limit', '0'], 'latch: --limit takes a number from 1 to 200.'],
  ])('%j is one line and exit code 2', async (args, line) => {
    const { code, out, err } = await latch(args, { env: { LATCH_DATA: empty } })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^[^\n]+\n$/)
    if (typeof line === 'string') expect(err).toBe(`${line}\n`)
    else expect(err).toMatch(line)
  })

  it('is one line of JSON for who wants JSON, and nothing in it acts on the terminal', async () => {
    const { code, err } = await latch(['status', '--frob\u001b[2J', '--json'])
    expect(code).toBe(2)
    expect(JSON.parse(err)).toEqual({ code: 'BAD_INPUT', message: expect.stringContaining('Unknown option') })
    expect(err).not.toContain('\u001b')
    expect((await latch(['status', '--frob\u001b[2J'])).err).not.toContain('\u001b')
  })
})

describe('a node that is not running', () => {
  const everything = [
    ['status'],
    ['peers'],
    ['connect', '/ip4/127.0.0.1/tcp/1'],
    ['invite'],
    ['identity'],
    ['contacts'],
    ['knock', 'Bea'],
    ['door'],
    ['door', 'allow', 'Bea'],
    ['door', 'rehearse', 'allow', 'Bea', 'file'],
    ['door', 'follow', '--knocks'],
    ['dnd'],
    ['chat'],
    ['chat', 'send', 'Bea', 'hi'],
    ['ledger'],
    ['ledger', 'blocks', '--follow'],
    ['ledger', 'submit', 'claim', 'alice', '--wait'],
    ['ledger', 'validate', '--all'],
    ['ledger', 'follow'],
    ['name', 'claim', 'alice'],
    ['--query', 'alice.peer'],
    ['dns', 'on'],
    ['routing'],
    ['site'],
    ['site', 'publish', '.', '--as', 'alice.peer'],
    ['fetch', 'alice.peer'],
    ['copies', 'keep', 'alice'],
    ['gateway', 'on'],
    ['open', 'alice'],
    ['bookmarks'],
    ['history'],
    ['exit'],
    ['network'],
    ['network', 'make', '--label', 'Home'],
    ['square'],
    ['square', 'follow', 'garden'],
    ['settings'],
    ['stop'],
    ['window'],
  ]

  it.each(everything)('is exit code 3, and how to start it: %s %s %s', async (...args) => {
    const { code, out, err } = await latch([...args.filter((arg) => arg !== undefined), '--data', empty])
    expect({ code, out }).toEqual({ code: 3, out: '' })
    expect(err).toBe(`latch: Latch is not running on ${empty}. Start it with: latch start --data ${empty}\n`)
  })

  it('is named by its usual folder where no other was given', async () => {
    const { err } = await latch(['status'])
    expect(err).toBe('latch: Latch is not running on /nowhere/.local/share/latch. Start it with: latch start\n')
  })

  it('is one whose process is gone, or whose address nobody answers', async () => {
    const control = { url: 'http://127.0.0.1:1', token: 'x', pid: 2 ** 22 + 1 }
    await writeFile(join(empty, 'control.json'), JSON.stringify(control))
    expect((await latch(['status', '--data', empty])).code).toBe(3)
    await writeFile(join(empty, 'control.json'), JSON.stringify({ ...control, pid: process.pid }))
    expect((await latch(['status', '--data', empty])).code).toBe(3)
    expect((await latch(['window', '--data', empty])).code).toBe(3)
  })

  it.each([
    'not JSON',
    '{}',
    '{"url":"http://evil.example:1","token":"x","pid":1}',
    '{"url":"http://127.0.0.1:80@evil.example:1","token":"x","pid":1}',
    '{"url":7,"token":"x","pid":1}',
  ])('with a damaged control.json says which file, and sends its token nowhere: %s', async (text) => {
    await writeFile(join(empty, 'control.json'), text)
    const { code, err } = await latch(['status', '--data', empty])
    expect(code).toBe(1)
    expect(err).toBe(`latch: ${join(empty, 'control.json')} is damaged. Stop the node and start it again.\n`)
  })
})

describe('help', () => {
  it('lists every command, with examples and exit codes', async () => {
    const { code, out, err } = await latch([])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const names = 'start status window identity invite connect peers contacts knock door chat name query ledger network square settings stop'.split(
      ' ',
    )
    for (const name of names) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'))
    expect(out).toContain('latch door allow Bea --always')
    expect(out).toContain('Exit codes: 0 done')
    expect((await latch(['--help'])).out).toBe(out)
  })

  it('of one command tells of that', async () => {
    for (const args of [
      ['door', '--help'],
      ['help', 'door'],
    ]) {
      const { code, out } = await latch(args)
      expect(code).toBe(0)
      expect(out).toContain('Usage: latch door')
    }
  })

  it('says the version', async () => {
    expect(await latch(['--version'])).toEqual({ code: 0, out: '9.8.7\n', err: '' })
  })
})

describe('latch start', () => {
  it.each([
    [['start'], []],
    [['--start-node'], []],
    [
      ['start', '--port', '7001', '--no-lan'],
      ['--port', '7001', '--no-lan'],
    ],
    [
      ['--start-node', '--port', '7001'],
      ['--port', '7001'],
    ],
    [
      ['start', '--data', '/d', '--json', '--help'],
      ['--data', '/d', '--json', '--help'],
    ],
    [
      ['--data', '/d', 'start', '--port', '1'],
      ['--data', '/d', '--port', '1'],
    ],
    [
      ['--data', '/d', '--json', '--start-node', '--port', '1'],
      ['--data', '/d', '--json', '--port', '1'],
    ],
  ])('%j runs the node beside this command, and ends as it ends', async (args, passedOn) => {
    const followed: (readonly string[])[] = []
    const follow = (program: string, given: readonly string[]): Promise<number> => {
      followed.push([program, ...given])
      return Promise.resolve(7)
    }
    expect(await latch(args, { follow })).toEqual({ code: 7, out: '', err: '' })
    expect(followed).toEqual([[process.execPath, '/app/headless.js', ...passedOn]])
  })
})

describe('--start-node', () => {
  it('is a word like any other behind a command', async () => {
    const { code, err } = await latch(['chat', 'send', 'Bea', '--start-node'], { env: { LATCH_DATA: empty } })
    expect({ code, err }).toEqual({ code: 2, err: "latch: Unknown option '--start-node'. See latch --help.\n" })
  })
})

describe('docs/cli.md', () => {
  it('tells of every command', async () => {
    const text = await readFile(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8')
    const commandsOf = async (...path: string[]): Promise<string[]> => {
      const [list = ''] = (await latch([...path, '--help'])).out.split('\nCommands:\n')[1]?.split('\n\n') ?? []
      return Array.from(list.matchAll(/^ {2}([a-z]+)/gm), ([, name]) => name ?? '').filter((name) => name !== 'help')
    }
    const names = await commandsOf()
    expect(names).toContain('door')
    for (const name of names) {
      expect(text).toContain(`latch ${name}`)
      const [section = ''] = text.match(new RegExp(`latch ${name} [^]*`)) ?? []
      for (const below of name === 'start' ? [] : await commandsOf(name)) {
        expect(section).toContain(below)
        for (const last of await commandsOf(name, below)) expect(section).toMatch(new RegExp(`${below} .*${last}`))
      }
    }
  })

  it('tells of every option of the door, names, the ledger, networks and the square', async () => {
    const text = await readFile(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8')
    const paths = [
      ['knock'],
      ['dnd'],
      ...'allow deny block follow rules log rehearse'.split(' ').map((name) => ['door', name]),
      ...'add edit'.split(' ').map((name) => ['door', 'rule', name]),
      ['door', 'rules', 'import'],
      ['contacts', 'tag'],
      ...'blocks entries entry name rounds validate evidence submit'.split(' ').map((name) => ['ledger', name]),
      ['ledger', 'submit', 'transfer'],
      ...'renew transfer zone point revocation revoke'.split(' ').map((name) => ['name', name]),
      ['query'],
      ['dns'],
      ...'make join'.split(' ').map((name) => ['network', name]),
      ['square', 'read'],
    ]
    for (const path of paths) {
      const { out } = await latch([...path, '--help'])
      const options = Array.from(out.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm), ([, option]) => option ?? '')
      expect(options.length).toBeGreaterThan(1)
      for (const option of options.filter((name) => name !== '--help')) expect(text).toContain(option)
    }
  })
})
