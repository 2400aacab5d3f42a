import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Exit, ExitUse } from '../../../src/shared/model/exit.ts'
import type { Rule } from '../../../src/shared/model/door.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHome, type Home } from '../cli/two-households.ts'

/* Two whole nodes and their command lines; what goes out to the web itself is in the lab (test/lab/exit.test.ts). */

let ana: Home
let bea: Home

beforeEach(async () => {
  ;[ana, bea] = await Promise.all([openHome('Ana'), openHome('Bea')])
  const invited = (await bea.run('invite')).out.split(/\s/).find((word) => word.startsWith('latch://')) ?? ''
  expect((await ana.run('connect', invited)).code).toBe(0)
  await eventually('they are contacts', async () => {
    const [hers, theirs] = [await ana.run('exit'), await bea.run('exit')]
    return hers.out.includes('Bea') && theirs.out.includes('Ana')
  })
})

afterEach(async () => {
  await ana.close()
  await bea.close()
})

/** `latch exit check Bea`, and why nobody says it where it cannot be asked. */
async function check(): Promise<{ code: number; state: Exit['state'] | 'failed' }> {
  const { code, out } = await ana.run('exit', 'check', 'Bea', '--json')
  return { code, state: out === '' ? 'failed' : (JSON.parse(out) as Exit).state }
}

/** What makes a rule go cuts what both have open: they are back in a moment. */
const becomes = (code: number, state: Exit['state']): Promise<unknown> =>
  eventually(`it is ${state}`, async () => {
    const now = await check()
    return now.code === code && now.state === state
  })

/** What comes of asking for a host. */
const open = (host: string, port = 443): Promise<string> =>
  ana.exit.open(bea.me.peerId, host, port).then(
    (socket) => {
      socket.destroy()
      return 'open'
    },
    ({ code = '' }: { code?: string }) => code,
  )

async function exitRules(): Promise<Rule[]> {
  return ((await bea.json('door', 'rules')) as Rule[]).filter(({ capability }) => capability === 'exit')
}

test('nobody is let out before a rule says so, nor after it is gone', async () => {
  expect(await ana.run('exit', 'check', 'Bea')).toMatchObject({ code: 4, out: expect.stringMatching(/^Bea \(12D3\S+\): lets nobody out, or not you\n$/) as string, err: '' })
  expect(await open('example.org')).toBe('denied')
  expect(await bea.run('door', 'rule', 'add', 'allow', 'Ana', 'exit')).toMatchObject({ code: 0 })
  expect(await check()).toEqual({ code: 0, state: 'open' })
  expect(((await ana.json('exit')) as Exit[]).map(({ called, state }) => ({ called, state }))).toEqual([{ called: 'Bea', state: 'open' }])
  const [rule] = await exitRules()
  await bea.run('door', 'rule', 'remove', rule?.id ?? '')
  await becomes(4, 'off')
  expect(await open('example.org')).toBe('denied')
})

test('a refusal is counted by whoever asked, and one for a host that nobody asks for is not', async () => {
  expect(await open('example.org')).toBe('denied')
  expect(await open('localhost')).toBe('private-address')
  expect(await open('10.0.0.1')).toBe('private-address')
  expect(await open('example.org', 80)).toBe('port')
  expect(await open('127.1')).toBe('BAD_INPUT')
  const uses = (await ana.json('exit', 'uses')) as ExitUse[]
  expect(uses.map(({ whose, called, host, refused, connections }) => ({ whose, called, host, refused, connections }))).toEqual([
    { whose: 'ours', called: 'Bea', host: 'example.org', refused: 1, connections: 0 },
  ])
  expect(await bea.json('exit', 'uses')).toEqual([])
  expect((await ana.run('exit', 'clear')).out).toBe('What was counted is forgotten.\n')
  expect(await ana.json('exit', 'uses')).toEqual([])
})

test('who is asked about may be knocked for, and a yes lets out', async () => {
  await bea.run('door', 'rule', 'add', 'ask', 'Ana', 'exit')
  expect(await ana.run('exit', 'check', 'Bea')).toMatchObject({ code: 4, out: expect.stringMatching(/: has to be asked: latch knock Bea --for exit\n$/) as string })
  const knock = ana.begin(['knock', 'Bea', '--for', 'exit'])
  await eventually('the knock is there', async () => (await bea.run('door')).out.includes('Ana'))
  expect(await bea.run('door', 'allow', 'Ana', '--session')).toMatchObject({ code: 0 })
  expect((await knock.done).code).toBe(0)
  await becomes(0, 'open')
})

test('a rule for one host lets out to that one, and says nothing of the others', async () => {
  await bea.run('door', 'rule', 'add', 'allow', 'Ana', 'exit', '--name', 'nowhere.invalid')
  await becomes(4, 'off')
  expect((await ana.run('exit', 'check', 'Bea')).out).toMatch(/: lets you out to some hosts only: /)
  expect(await ana.run('exit', 'check', 'Bea', 'nowhere.invalid')).toMatchObject({ code: 0, out: expect.stringMatching(/: lets you out to nowhere\.invalid\n$/) as string })
  expect(await ana.run('exit', 'check', 'Bea', 'example.org')).toMatchObject({ code: 4, out: expect.stringMatching(/: does not let you out to example\.org\n$/) as string })
  expect(await ana.run('exit', 'check', 'Bea', '192.168.1.1')).toMatchObject({ code: 2, out: '' })
  expect(await open('example.org')).toBe('denied')
  // It is let out there, and no such host is: at Bea's, after her door said yes.
  expect(await open('nowhere.invalid')).not.toBe('denied')
})

test('a rule against one host leaves the others, and one for anything opens nothing', async () => {
  await bea.run('door', 'rule', 'add', 'deny', 'Ana', 'exit', '--name', 'bank.example')
  await bea.run('door', 'rule', 'add', 'allow', 'Ana', 'anything')
  await becomes(4, 'off')
  await bea.run('door', 'rule', 'add', 'allow', 'contact', 'exit')
  await becomes(0, 'open')
  const { out } = await ana.run('exit', 'check', 'Bea')
  expect(out).toMatch(/: lets you out, but not to every host: /)
  expect(out).not.toContain('bank.example')
  expect(await ana.run('exit', 'check', 'Bea', 'bank.example')).toMatchObject({ code: 4 })
  expect(await ana.run('exit', 'check', 'Bea', 'example.org')).toMatchObject({ code: 0 })
})

test('a rule for anybody lets out nobody but a contact', async () => {
  expect(await bea.run('door', 'rule', 'add', 'allow', 'anyone', 'exit')).toMatchObject({ code: 0 })
  await becomes(0, 'open')
  expect(await bea.run('contacts', 'forget', 'Ana')).toMatchObject({ code: 0 })
  await eventually('she is let out no more', async () => (await open('example.org')) === 'denied')
  await becomes(4, 'off')
})

test('a way out whose device is gone is away, and asking says that it cannot be reached', async () => {
  await bea.node.stop()
  await eventually('she is away', async () => ((await ana.json('exit')) as Exit[])[0]?.state === 'away')
  expect(await ana.run('exit', 'check', 'Bea')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^latch: \S.*\.\n$/) as string })
  expect(await ana.run('exit', 'check', 'Nobody')).toMatchObject({ code: 1, err: expect.stringMatching(/Nobody/) as string })
})
