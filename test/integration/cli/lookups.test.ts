import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accountOf, peerIdOf } from '../../gallery/ids.ts'
import { person } from '../../gallery/people.ts'
import { found, step } from '../../unit/cli/names-scene.ts'
import { noName, serveNames, type ServedNames } from './served-names.ts'

let served: ServedNames
beforeEach(async () => {
  served = await serveNames()
})
afterEach(() => served.close())

const printed = (out: string): unknown[] => out.trim().split('\n').map((line) => JSON.parse(line) as unknown)
const none = { zone: null, steps: [] }

describe('latch query', () => {
  it('says whose a name is and where it points, also in the older spelling, with or without the ending', async () => {
    served.scene.people = [person('Bea')]
    served.scene.lookups['alice.peer'] = found()
    const { code, out } = await served.run('query', 'alice.peer')
    expect(code).toBe(0)
    expect(out).toMatch(/^Name +alice\.peer\nOwner +Bea \(k51[^]*\nOwned +as of block 41, [^]*\nLABEL +KIND +POINTS TO\n/)
    for (const args of [['--query', 'alice.peer'], ['query', 'alice']]) expect((await served.run(...args)).out.split('\n')[1]).toBe(out.split('\n')[1])
    expect(printed((await served.run('--json', '--query', 'alice.peer')).out)).toEqual([found()])
    await served.run('query', 'alice.peer', '--connect', '--again')
    expect(served.scene.asked.queries.at(-1)).toEqual({ text: 'alice.peer', connect: true, again: true })
  })

  it.each([
    [found({ ...none, outcome: { outcome: 'nobody', why: 'Nobody has alice.peer.' } }), 5],
    [found({ ...none, outcome: { outcome: 'no-zone', owner: accountOf('Bea') } }), 6],
    [found({ ...none, outcome: { outcome: 'catching-up', blocksLeft: 3 } }), 7],
    [found({ ...none, outcome: { outcome: 'unreachable', owner: accountOf('Bea'), why: 'Nobody answered.' } }), 8],
    [found({ ...none, outcome: { outcome: 'refused', why: 'Its term ends soon.' } }), 4],
  ])('is one sentence, and says by its exit code why there is no answer: %#', async (lookup, expected) => {
    served.scene.lookups['alice.peer'] = lookup
    const { code, out, err } = await served.run('query', 'alice.peer')
    expect({ code, err }).toEqual({ code: expected, err: '' })
    expect(out).toMatch(/^[^\n]+\.\n$/)
    const json = await served.run('query', 'alice.peer', '--json')
    expect({ code: json.code, out: printed(json.out) }).toEqual({ code: expected, out: [lookup] })
  })

  it.each(['ALICE.peer', 'alice.peer.', '', 'аlice.peer', 'alice\u202e.peer', `${'a'.repeat(64)}.peer`, 'alice.example'])(
    'says what is wrong with what is no name: %s',
    async (text) => {
      const { code, out, err } = await served.run('query', text)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toMatch(/^latch: [^\n]+ is no name in this scene\.\n$/)
      expect(err).not.toContain('\u202e')
      const json = await served.run('query', text, '--json')
      expect({ code: json.code, out: printed(json.out) }).toEqual({ code: 2, out: [noName(text)] })
    },
  )

  it('tells each step as it happens, and to a program each as it is, the last one being the result', async () => {
    const asked = step({ atMs: 1, tookMs: null, step: 'ask', outcome: 'running', why: 'It is asked.', peerId: peerIdOf('Bea') })
    const late = { ...asked, tookMs: 2, outcome: 'late', why: 'It was not waited for.' } as const
    const lookup = found({ steps: [step(), late] })
    served.scene.progress = [{ kind: 'step', step: step() }, { kind: 'step', step: asked }, { kind: 'answer', lookup }, { kind: 'done', lookup }]
    const { code, out } = await served.run('query', 'alice.peer', '--trace')
    expect(code).toBe(0)
    expect(out).toMatch(/^ +0\.1 ms +ledger +found +It is owned[^\n]*\n +1\.0 ms +ask +running [^\n]*\n +3\.0 ms +ask +late [^\n]*\n\nName +alice\.peer\n/)
    expect(printed((await served.run('query', 'alice.peer', '--trace', '--json')).out)).toEqual(served.scene.progress)
    served.scene.progress = []
    expect((await served.run('query', 'alice.peer', '--trace')).code).toBe(3)
  })
})

describe('latch cache', () => {
  it('shows what is kept, and forgets one or all', async () => {
    expect((await served.run('cache')).out).toBe('Nothing is kept. What you look up is: latch query <name>\n')
    const keptMs = Date.now()
    served.scene.cache = [{ fullName: 'bea.peer', state: 'fresh', seq: 7, owner: accountOf('Bea'), bytes: 867, keptMs, freshUntilMs: keptMs + 60_000, hits: 2, watched: true }]
    expect((await served.run('cache')).out).toMatch(/\nbea\.peer +fresh, watched +k51\S{5} +/)
    expect(printed((await served.run('cache', '--json')).out)).toEqual([served.scene.cache])
    expect((await served.run('cache', 'clear', 'bea')).out).toBe('Forgot what was kept of bea.peer.\n')
    expect((await served.run('cache', 'clear')).out).toBe('Forgot 1 name.\n')
    expect(served.scene.asked.cleared).toEqual([{ fullName: 'bea.peer' }, {}])
    served.scene.cache = []
    expect((await served.run('cache', 'clear', 'bea')).out).toBe('Nothing was kept of bea.peer.\n')
  })
})

describe('latch dns', () => {
  it('says how it is, and how it came to be when it is switched', async () => {
    expect((await served.run('dns')).out).toMatch(/^DNS is off \(port 5350\)\. /)
    served.scene.dnsBecomes = { state: 'on', port: 5_353, why: null }
    expect((await served.run('dns', 'on', '--port', '5353')).out).toMatch(/^DNS answers for names in \.peer at 127\.0\.0\.1, port 5353\. /)
    expect(served.scene.settings).toMatchObject({ dns: true, dnsPort: 5_353 })
    served.scene.dnsBecomes = { state: 'off', port: 5_353, why: null }
    expect(printed((await served.run('dns', 'off', '--json')).out)).toEqual([{ state: 'off', port: 5_353, why: null }])
  })

  it('ends with exit code 1 where it is switched on and cannot run', async () => {
    served.scene.dnsBecomes = { state: 'failed', port: 5_350, why: 'Another program listens at port 5350.' }
    expect(await served.run('dns', 'on')).toEqual({
      code: 1,
      out: '',
      err: 'latch: DNS is switched on and does not run: Another program listens at port 5350.\n',
    })
    const { code, out } = await served.run('dns', 'on', '--json')
    expect({ code, out: printed(out) }).toEqual({ code: 1, out: [served.scene.dnsBecomes] })
    expect((await served.run('dns')).code).toBe(0)
  })

  it('stands in the settings with its port', async () => {
    expect((await served.run('settings', 'set', 'dnsPort', '5400')).out).toMatch(/\ndnsPort +5400\n/)
    expect((await served.run('settings', 'set', 'dnsPort', '53')).err).toMatch(/^latch: dnsPort cannot be "53": /)
  })
})

describe('latch routing', () => {
  it('shows the table, and the same as JSON', async () => {
    expect((await served.run('routing')).out).toMatch(/^Mode +client: [^\n]*\nWhy +Nobody could reach it\.\n/)
    expect(printed((await served.run('routing', '--json')).out)).toEqual([served.scene.routing])
  })
})
