import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { anyMatch, type Decision, type RulesRead } from '../../../src/shared/model/door.ts'
import { defaultSettings, type Settings } from '../../../src/shared/model/settings.ts'
import { DAY, HOUR, MiB, MINUTE } from '../../../src/shared/units.ts'
import { accountOf, peerIdOf } from '../../gallery/ids.ts'
import { knock, now, peer, person } from '../../gallery/people.ts'
import { rule } from '../../gallery/scenes/door.ts'
import type { Scene } from '../../gallery/world.ts'
import { serveScene, type ServedScene } from './served-scene.ts'

let served: ServedScene
let folder: string
const serve = async (scene: Partial<Scene> = {}): Promise<ServedScene> => (served = await serveScene(scene))
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latch-files-'))
})
afterEach(async () => {
  await served.close()
  await rm(folder, { recursive: true })
})

const bea = person('Bea', { groups: ['family'] })
const ofBea = rule('Bea', { capability: 'file', match: { ...anyMatch, maxBytes: 16 * MiB }, hits: 5, note: 'pictures' })
const ofNobody = rule('nobody', {
  who: { kind: 'name', name: 'eve.peer', account: accountOf('Eve') },
  capability: 'anything',
  until: { kind: 'time', untilMs: now() + 12 * HOUR },
  lastHitMs: null,
  hits: 0,
  suspended: { why: 'eve.peer has another owner now', atMs: now() },
})

function decision(seq: number, changes: Partial<Decision> = {}): Decision {
  return {
    seq,
    atMs: now() - (2_500 - seq) * MINUTE,
    account: accountOf('Bea'),
    peerId: peerIdOf('Bea'),
    capability: 'file',
    verdict: 'ask',
    why: 'the default for file',
    rule: null,
    facts: {
      contact: true,
      groups: [],
      names: [],
      route: 'direct',
      through: null,
      about: { name: null, bytes: seq * 1024, path: null },
    },
    by: 'default',
    hash: '',
    ...changes,
  }
}
const decisions = (count: number): Decision[] => Array.from({ length: count }, (_, at) => decision(count - at))

describe('latch door rules', () => {
  const scene: Partial<Scene> = {
    people: [bea],
    rules: [ofBea, ofNobody],
    findings: [
      { rule: ofNobody.id, kind: 'suspended', by: null, why: 'eve.peer has another owner now.' },
      { rule: ofNobody.id, kind: 'shadowed', by: ofBea.id, why: 'Another always comes first.' },
    ],
  }

  it('shows what each matches, how long, how often, when last, and which do nothing', async () => {
    const { run } = await serve(scene)
    const lines = (await run('door', 'rules')).out.split('\n')
    expect(lines[0]).toMatch(/^ID +ON +VERDICT +WHO +FOR +IF +UNTIL +PRIORITY +FROM +HITS +LAST +FINDING +NOTE$/)
    expect(lines[1]).toMatch(/ on +allow +Bea +file +at most 16\.0 MiB +forever +0 +prompt +5 +[\d: -]+ - +pictures$/)
    expect(lines[2]).toMatch(/ suspended +allow +eve\.peer \(k51\w+\) +anything +- +12 h left .* never +suspended, shadowed$/)
    expect(lines[3]).toBe('1 rule does nothing as it stands: latch door findings says why.')
  })

  it('finds by what is shown, in any case', async () => {
    const { run } = await serve(scene)
    expect((await run('door', 'rules', '--search', 'PICTURES')).out).toMatch(/Bea/)
    expect((await run('door', 'rules', '--search', 'eve.peer')).out).not.toMatch(/Bea/)
    expect((await run('door', 'rules', '--search', 'tea')).out).toBe('No rule holds "tea".\n')
    expect(JSON.parse((await run('door', 'rules', '--search', 'bea', '--json')).out)).toEqual([ofBea])
  })

  it('says why a rule does nothing', async () => {
    const { run } = await serve(scene)
    const { out } = await run('door', 'findings')
    expect(out).toMatch(/^rule \w+ \(allow eve\.peer .*\) +suspended +- +eve\.peer has another owner now\.$/m)
    expect(out).toMatch(/ shadowed +rule \w+ \(allow Bea file, at most 16\.0 MiB\) +Another always comes first\.$/m)
    await served.close()
    expect((await (await serve()).run('door', 'findings')).out).toBe('Every rule does something.\n')
  })

  it('changes what is named of one, and nothing else', async () => {
    const { run, world } = await serve(scene)
    const id = ofBea.id.slice(0, 6)
    expect((await run('door', 'rule', 'edit', id, '--max-size', 'any', '--path', '/a', '--for', 'visit')).out).toMatch(
      /^Changed: rule \w+ \(allow Bea visit, under \/a\)\.\n$/,
    )
    expect(world.scene.rules[0]).toEqual({ ...ofBea, capability: 'visit', match: { ...anyMatch, path: '/a' } })
  })
})

describe('latch door rehearse', () => {
  it('says what a rule would have done, and changes nothing', async () => {
    const { run, world } = await serve({ people: [bea], rules: [ofBea], decisions: decisions(3) })
    const { code, out } = await run('door', 'rehearse', 'allow', 'Bea', 'file', '--max-size', '2KiB')
    expect(code).toBe(0)
    const [said, heading, first] = out.split('\n')
    expect(said).toBe('It would have decided 2 of the last 3 decisions; 2 would have come out differently.')
    expect(heading).toMatch(/^NO +WHEN +WHO +FOR +WAS +WOULD BE +WHY IT WAS$/)
    expect(first).toMatch(/^2 +.* Bea +file 2\.0 KiB +ask +allow +the default for file$/)
    expect(world.scene.rules).toEqual([ofBea])
  })

  it('takes a rule that there is, with what is named on top', async () => {
    const { run } = await serve({ people: [bea], rules: [ofBea], decisions: decisions(3) })
    const all = (await run('door', 'rehearse', '--rule', ofBea.id.slice(0, 6))).out
    expect(all).toContain('It would have decided 3 of the last 3 decisions; 3 would')
    const few = (await run('door', 'rehearse', '--rule', ofBea.id, '--max-size', '1KiB')).out
    expect(few).toContain('It would have decided 1 of the last 3 decisions; 1 would')
  })

  it('says how many cannot be tried, and where there are more changes than it lists', async () => {
    const unknown = decisions(150).map((one) => (one.seq > 140 ? { ...one, facts: null } : one))
    const { run } = await serve({ people: [bea], decisions: unknown })
    const { out } = await run('door', 'rehearse', 'deny', 'contact', 'anything')
    expect(out).toContain('It would have decided 140 of the last 150 decisions; 140 would')
    expect(out).toContain('Of 10 the log does not hold enough to try them again.')
    expect(out).toMatch(/\nand 40 more, older ones\n$/)
  })
})

describe('latch door suggestions', () => {
  const suggested = {
    id: 'allow k51 file',
    draft: {
      who: ofBea.who,
      capability: 'file',
      verdict: 'allow',
      match: anyMatch,
      until: { kind: 'forever' },
      priority: 0,
      note: '',
    },
    count: 5,
    lastMs: now(),
  } as const

  it('are commands to copy, and can be declined', async () => {
    const { run, world } = await serve({ people: [bea], suggestions: [suggested] })
    const { out } = await run('door', 'suggestions')
    expect(out).toMatch(/^You allowed Bea for file 5 times, last [\d: -]+\.\n {2}always {2}latch door rule add allow Bea file\n/)
    expect(out).toContain("  never   latch door suggestions decline 'allow k51 file'\n")
    const [, copied = ''] = /always {2}latch (.*)/.exec(out) ?? []
    expect((await run(...copied.split(' '))).code).toBe(0)
    expect(world.scene.rules).toMatchObject([{ who: ofBea.who, capability: 'file', verdict: 'allow' }])
    expect((await run('door', 'suggestions', 'decline', 'allow k51')).code).toBe(0)
    expect((await run('door', 'suggestions')).out).toBe('Your answers suggest no rule.\n')
  })
})

describe('a file of rules', () => {
  const read = (who: RulesRead['signedBy']['who']): RulesRead => ({
    signedBy: { peerId: peerIdOf('Bea'), account: accountOf('Bea'), who },
    madeMs: now() - DAY,
    rules: [
      { draft: ofBea, state: 'present' },
      { draft: { ...ofBea, verdict: 'deny', note: 'x\u001b[2J' }, state: 'new' },
    ],
  })

  it('is written to a new file for this user only, and over none', async () => {
    const { run } = await serve({ rules: [{ ...ofBea, note: 'a\u202eb' }] })
    const file = join(folder, 'rules.json')
    expect((await run('door', 'rules', 'export', file)).out).toBe(`Wrote the rules to ${file}.\n`)
    // What is signed is the text as it is.
    expect(await readFile(file, 'utf8')).toContain('a\u202eb')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await run('door', 'rules', 'export', file)).toEqual({
      code: 1,
      out: '',
      err: `latch: ${file} is there already; name another file, or remove it first.\n`,
    })
    const { out } = await run('door', 'rules', 'export')
    expect(JSON.parse(out)).toMatchObject({ latch: 'rules' })
  })

  it('says who signed it and what it holds, before anything of it is taken', async () => {
    const { run, world } = await serve({ people: [bea], rulesRead: read('contact') })
    const file = join(folder, 'rules.json')
    await writeFile(file, '{}')
    const { code, out } = await run('door', 'rules', 'import', file, '--dry-run')
    expect(code).toBe(0)
    expect(out).toMatch(/^Signed by Bea \(12D3…\w+\), made [\d: -]+\.\nSTATE +VERDICT +/)
    expect(out).toMatch(/^new +deny +Bea +file +at most 16\.0 MiB +forever +0 +x$/m)
    expect(world.scene.rules).toEqual([])
    expect((await run('door', 'rules', 'import', file)).out).toMatch(/\nAdded 1 rule; 1 was here already\.\n$/)
    expect(world.scene.rules).toMatchObject([{ verdict: 'deny', origin: 'import' }])
  })

  it("of a stranger's is taken with --trust alone, also from standard input", async () => {
    const { world, start } = await serve({ rulesRead: read('stranger') })
    const take = (...more: string[]) => start(['door', 'rules', 'import', '-', ...more], { input: '{}' }).done
    expect(await take()).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^latch: A stranger signed this file \(12D3…\w+\); .* take it with --trust\.\n$/),
    })
    expect(world.scene.rules).toEqual([])
    expect((await take('--trust')).out).toMatch(/^Signed by a stranger: .*\nAdded 1 rule; /)
    expect(world.scene.rules).toHaveLength(1)
  })

  it('that was changed, is not there, or is too large is refused with a sentence', async () => {
    const { run } = await serve({ rulesRead: read('you') })
    const [forged, large] = [join(folder, 'forged'), join(folder, 'large')]
    await Promise.all([writeFile(forged, 'forged'), writeFile(large, 'x'.repeat(MiB + 1))])
    expect(await run('door', 'rules', 'import', forged)).toMatchObject({ code: 2, err: expect.stringMatching(/signature/) })
    expect((await run('door', 'rules', 'import', large)).err).toBe(`latch: ${large} is larger than such a file can be.\n`)
    expect((await run('door', 'rules', 'import', '/dev/zero')).err).toContain('larger')
    const gone = join(folder, 'gone')
    expect((await run('door', 'rules', 'import', gone)).err).toBe(`latch: There is no file ${gone}.\n`)
    expect((await run('door', 'rules', 'import', folder)).err).toMatch(/^latch: .* cannot be read \(EISDIR\)\.\n$/)
  })
})

describe('latch door log', () => {
  it('shows what was asked, and takes filters', async () => {
    const { run } = await serve({ people: [bea], decisions: decisions(3) })
    expect((await run('door', 'log', '--who', 'Bea', '--for', 'file', '--verdict', 'ask', '--by', 'default')).out).toMatch(
      /^3 .* Bea +file 3\.0 KiB +direct +ask +default +- +the default for file$/m,
    )
    expect((await run('door', 'log', '--verdict', 'deny')).out).toBe('No decision is like that.\n')
    expect(JSON.parse((await run('door', 'log', '--limit', '2', '--json')).out)).toHaveLength(2)
  })

  it('writes all that match, by pages, as lines of JSON', async () => {
    const { run } = await serve({ people: [bea], decisions: decisions(2_400) })
    const file = join(folder, 'log.jsonl')
    expect((await run('door', 'log', '--export', file)).out).toBe(`Wrote 2400 decisions to ${file}.\n`)
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as Decision).seq)).toEqual(decisions(2_400).map(({ seq }) => seq))
    const { out } = await run('door', 'log', '--since', '10h', '--export', '-')
    expect(out.trimEnd().split('\n').length).toBeGreaterThan(400)
    expect(out.trimEnd().split('\n').length).toBeLessThan(700)
  })

  it('that fails on the way leaves no half of a file', async () => {
    const { run } = await serve({ decisions: decisions(3), failing: { 'door.log': 'INTERNAL' } })
    const file = join(folder, 'log.jsonl')
    expect((await run('door', 'log', '--export', file)).code).toBe(1)
    await expect(stat(file)).rejects.toThrow('ENOENT')
  })
})

describe('a knock at the door', () => {
  it('is answered by whom it is from, and never for a contact of that name who is not there', async () => {
    const stranger = knock('Bea too', { claimedName: 'Bea' })
    const people = [bea, person('Bea too', { petname: null, claimedName: 'Bea' })]
    const { run, world } = await serve({ people, knocks: [stranger] })
    expect((await run('door', 'allow', 'Bea')).err).toBe('latch: There is no knock of the name or id "Bea".\n')
    expect(world.scene.knocks[0]?.state).toBe('pending')
    expect((await run('door', 'allow', stranger.id)).out).toMatch(/^"Bea" may write to you, once\. /)
  })

  it('that was missed can still be answered', async () => {
    const { run } = await serve({ people: [bea], knocks: [knock('Bea', { state: 'missed' })] })
    expect((await run('door', 'allow', 'Bea', '--always', '--tell')).out).toMatch(
      /^Bea may write to you, from now on; you will be told each time\. `latch door undo \w{8}` within \d+ s takes it back\.\n$/,
    )
  })

  it('is told no as far as anybody is told', async () => {
    const settings: Settings = { ...defaultSettings, tellKnockers: 'yes' }
    const { run } = await serve({ people: [bea], knocks: [knock('Bea')], settings })
    expect((await run('door', 'deny', 'Bea')).out).toMatch(/^Denied Bea, once, without a rule; they are not told: /)
  })

  it('is blocked by answering it, so that it can be taken back', async () => {
    const { run, world } = await serve({ people: [bea], knocks: [knock('Bea')] })
    expect((await run('door', 'block', 'Bea', '--note', 'rude')).out).toMatch(/^Bea is blocked: .*`latch door undo \w{8}`/)
    expect((await run('door', 'undo')).out).toMatch(/^Taken back\. They are at the door again, \d+ s left\.\n$/)
    expect(world.scene.knocks[0]?.state).toBe('pending')
  })
})

describe('do not disturb', () => {
  it('is switched on for a while, and remembered whom for when it is off', async () => {
    const { run, world } = await serve()
    expect((await run('dnd')).out).toBe('Do not disturb is off.\n')
    expect((await run('dnd', 'on')).out).toBe('Do not disturb is on, nobody may disturb.\n')
    expect((await run('dnd', '--for', '1h', '--strangers-only')).out).toMatch(
      /^Do not disturb is on until [\d: -]+, contacts may disturb\.\n$/,
    )
    expect((await run('settings')).out).toMatch(/^doNotDisturb +on until .*contacts may disturb$/m)
    expect((await run('settings')).out).toMatch(/^tellKnockers +everything$/m)
    expect(JSON.parse((await run('dnd', 'off', '--json')).out)).toEqual({ on: false, untilMs: null, contacts: true })
    expect((await run('settings', 'set', 'tellKnockers', 'yes')).code).toBe(0)
    expect(world.scene.settings.tellKnockers).toBe('yes')
  })
})

describe('people and peers', () => {
  it('are tagged, and their tags are shown', async () => {
    const { run, world } = await serve({ people: [bea] })
    expect((await run('contacts')).out).toMatch(/^Bea +unverified +family +/m)
    expect((await run('contacts', 'tag', 'Bea')).out).toBe('Bea is tagged "family".\n')
    expect((await run('contacts', 'tag', 'Bea', 'work', 'chess', 'work')).out).toBe('Bea is tagged "work", "chess".\n')
    expect(world.scene.people[0]?.groups).toEqual(['work', 'chess'])
    expect((await run('contacts', 'tag', 'Bea', '--none')).out).toBe('Bea has no tags.\n')
  })

  it('show their standing, what lowered it, and what they may still open', async () => {
    const standing = {
      score: 62,
      standing: 'throttled' as const,
      goodAtMs: now() + 8 * MINUTE,
      lowered: [{ why: 'a frame too large\u001b[2J', points: 20, atMs: now() }],
      rates: [{ protocol: '/latch/chat/1.0.0', left: 41.7, burst: 60, perSecond: 5 }],
    }
    const { run } = await serve({ people: [bea], peers: [peer('Bea', { standing })] })
    const { out } = await run('peers', 'show', 'Bea')
    expect(out).toMatch(/^Standing +throttled, good again in 8 min; 62 of 100 points$/m)
    expect(out).toMatch(/ -20 +a frame too large$/m)
    expect(out).toMatch(/^\/latch\/chat\/1\.0\.0 +41 +60 +5$/m)
    expect((await run('peers')).out).toMatch(/ throttled, good again in 8 min /)
  })
})
