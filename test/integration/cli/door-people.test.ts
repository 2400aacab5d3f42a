import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Decision, Rule, SentKnock } from '../../../src/shared/model/door.ts'
import { eventually } from '../../helpers/eventually.ts'
import type { Running } from './held-io.ts'
import { openHome, type Home } from './two-households.ts'

let ada: Home
let bea: Home
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latch-door-'))
  ada = await openHome('Ada')
  bea = await openHome('Bea')
})
afterEach(async () => {
  await ada.close()
  await bea.close()
  await rm(folder, { recursive: true })
})

async function atDoor(home: Home, capability: string): Promise<string> {
  return eventually(`a knock for ${capability}`, async () => {
    const { out } = await home.run('door', 'pending')
    return out.includes(`asks for ${capability}`) ? out : null
  })
}

/** Ada knocks for a file, and it is seen at Bea's door. */
async function knockForFile(...more: string[]): Promise<{ knocking: Running; seen: string }> {
  const knocking = ada.begin(['knock', bea.address, '--for', 'file', '--name', 'a\u202eb.jpg', '--bytes', '2MiB', ...more])
  return { knocking, seen: await atDoor(bea, 'file') }
}

async function makeFriends(): Promise<void> {
  const knocking = ada.begin(['knock', bea.address])
  await atDoor(bea, 'contact')
  await bea.run('door', 'allow', 'Ada', '--always')
  await knocking.done
  await eventually('both are contacts', async () => {
    const [one, two] = await Promise.all([ada.run('contacts'), bea.run('contacts')])
    return one.out.includes('Bea') && two.out.includes('Ada')
  })
}

const rulesOf = async (home: Home): Promise<Rule[]> => (await home.json('door', 'rules')) as Rule[]
const lastSent = async (): Promise<SentKnock | undefined> => ((await ada.json('door', 'sent')) as SentKnock[])[0]

describe('an answer', () => {
  it('says what exactly is asked for, holds for just that and so long, and is taken back', async () => {
    const { knocking, seen } = await knockForFile()
    expect(seen).toMatch(/^\w{8} {2}"Ada" \(not a contact\) asks for file "ab\.jpg", 2\.0 MiB; \d+ s left$/m)
    expect(seen).toMatch(/^ {2}trust +not verified$/m)
    const { out } = await bea.run('door', 'allow', 'Ada', '--scope', 'this', '--for', '1h', '--tell')
    expect(out).toMatch(/^"Ada" may send you files called "ab\.jpg" of up to 2\.0 MiB until [\d: -]+; you will be told each time\. `latch /)
    expect((await knocking.done).out).toMatch(/"Bea" let you in\b.*\.\n$/)
    expect(await rulesOf(bea)).toMatchObject([
      { verdict: 'allow-and-tell', capability: 'file', match: { maxBytes: 2 * 1024 ** 2 }, until: { kind: 'time' } },
    ])
    expect((await bea.run('door', 'undo')).out).toMatch(/^Taken back: what it allowed is allowed no more, /)
    expect(await rulesOf(bea)).toEqual([])
    await eventually('they are told', async () => (await lastSent())?.state === 'denied')
  })

  it('of no, silently, looks as if nobody had answered', async () => {
    const { knocking } = await knockForFile()
    const { out } = await bea.run('door', 'deny', 'Ada', '--always', '--silently')
    expect(out).toMatch(/^"Ada" may not send you files, from now on; they are not told: to them it looks as if /)
    expect((await rulesOf(bea)).map(({ verdict }) => verdict)).toEqual(['ignore'])
    expect((await lastSent())?.state).toBe('asked')
    knocking.interrupt()
    expect((await knocking.done).code).toBe(130)
  })

  it('about everything is one rule about anything', async () => {
    const { knocking } = await knockForFile()
    const { out } = await bea.run('door', 'allow', 'Ada', '--session', '--scope', 'everything')
    expect(out).toMatch(/^"Ada" may come in for anything until this node stops\. /)
    await knocking.done
    expect(await rulesOf(bea)).toMatchObject([{ capability: 'anything', verdict: 'allow', until: { kind: 'quit' } }])
  })

  it('about just this is refused where they said nothing to hold it to, and nothing is answered', async () => {
    const knocking = ada.begin(['knock', bea.address, '--for', 'file'])
    await atDoor(bea, 'file')
    const { code, err } = await bea.run('door', 'allow', 'Ada', '--scope', 'this')
    expect({ code, isOneLine: /^latch: [^\n]+\n$/.test(err) }).toEqual({ code: 2, isOneLine: true })
    await bea.run('door', 'deny', 'Ada')
    expect((await knocking.done).code).toBe(4)
  })

  it('that blocks leaves its note in the log, and nowhere else', async () => {
    const { knocking } = await knockForFile()
    expect((await bea.run('door', 'block', 'Ada', '--note', 'rude')).out).toMatch(/^"Ada" is blocked: /)
    expect((await bea.run('door', 'log', '--text', 'rude')).out).toMatch(/ person +.*rude$/m)
    expect((await bea.run('door', 'unblock', 'Ada')).code).toBe(0)
    expect(knocking.out()).not.toContain('rude')
    knocking.interrupt()
    await knocking.done
  })
})

describe('do not disturb', () => {
  it('lets a knock wait quietly, and the one who knocks is told so', async () => {
    expect((await bea.run('dnd', 'on')).out).toBe('Do not disturb is on, nobody may disturb.\n')
    const { knocking, seen } = await knockForFile()
    expect(seen).toMatch(/^ {2}quiet +it came while you are not to be disturbed$/m)
    await eventually('the truth', () => /^"Bea" is not to be disturbed now, .*\d+ s left\.$/m.test(knocking.out()))
    await bea.run('door', 'deny', 'Ada')
    expect((await knocking.done).code).toBe(4)
  })
})

describe('rules', () => {
  beforeEach(makeFriends)

  it('of a tag let whoever has it in, and tell', async () => {
    await bea.run('contacts', 'tag', 'Ada', 'family')
    const following = bea.begin(['door', 'follow'])
    // A stream has no sign of its own that it has begun: rules are made until one is seen.
    await eventually('a rule is seen', async () => {
      await bea.run('door', 'rule', 'add', 'deny', 'anyone', 'relay')
      return following.out().includes('new rule')
    })
    const added = await bea.run('door', 'rule', 'add', 'allow-and-tell', 'tag:family', 'file', '--max-size', '4MiB')
    expect(added.out).toMatch(/^Added rule \w{8} \(allow-and-tell tag:family file, at most 4\.0 MiB\)\.\n$/)
    const small = await ada.run('knock', 'Bea', '--for', 'file', '--bytes', '3MiB')
    expect({ code: small.code, said: small.out.includes('let you in') }).toEqual({ code: 0, said: true })
    await eventually('it is told', () =>
      /^\d\d:\d\d {2}decided {2}Ada came in by your rule \w{8} \(.*\): file 3\.0 MiB$/m.test(following.out()),
    )
    following.interrupt()
    expect((await following.done).code).toBe(0)
    const large = ada.begin(['knock', 'Bea', '--for', 'file', '--bytes', '30MiB'])
    expect(await atDoor(bea, 'file')).toContain('file 30.0 MiB')
    await bea.run('door', 'deny', 'Ada')
    expect((await large.done).code).toBe(4)
  })

  it('are edited in what is named, rehearsed on what was, and found to do nothing', async () => {
    expect((await ada.run('knock', 'Bea', '--for', 'file', '--bytes', '1MiB')).code).toBe(0)
    const tried = await bea.run('door', 'rehearse', 'deny', 'Ada', 'file')
    expect(tried.out).toMatch(/^It would have decided 1 of the last \d+ decisions; 1 would have come out differently\.$/m)
    expect(tried.out).toMatch(/ Ada +file 1\.0 MiB +allow +deny +the default for file$/m)

    const one = (await bea.json('door', 'rule', 'add', 'deny', 'Ada', 'file', '--note', 'first')) as Rule
    const edited = (await bea.json('door', 'rule', 'edit', one.id, '--min-size', '5MiB', '--until', '7d')) as Rule
    expect(edited).toMatchObject({ id: one.id, note: 'first', verdict: 'deny', until: { kind: 'time' } })
    expect(edited.match).toMatchObject({ minBytes: 5 * 1024 ** 2, maxBytes: null })
    expect((await bea.run('door', 'rehearse', '--rule', one.id)).out).toMatch(/^It would have decided 0 of the last /)
    expect((await bea.run('door', 'rehearse', '--rule', one.id, '--min-size', 'any')).out).toMatch(/; 1 would /)

    const twice = (await bea.json('door', 'rule', 'add', 'deny', 'Ada', 'file')) as Rule
    const again = (await bea.json('door', 'rule', 'add', 'deny', 'Ada', 'file')) as Rule
    const { out } = await bea.run('door', 'findings')
    expect([twice, again].some(({ id }) => out.includes(id.slice(0, 8)))).toBe(true)
    expect((await bea.run('door', 'rules')).out).toMatch(/rules? (does|do) nothing as it stands: latch door findings says why/)
  })

  it('are suggested by what was answered, and not any more once that is declined', async () => {
    for (let count = 0; count < 3; count += 1) {
      const { knocking } = await knockForFile('--bytes', '30MiB')
      await bea.run('door', 'deny', 'Ada')
      await knocking.done
    }
    const { out } = await bea.run('door', 'suggestions')
    expect(out).toMatch(/^You denied Ada for file 3 times, last [\d: -]+\.\n {2}always {2}latch door rule add deny Ada file/)
    const [, id = ''] = /decline (\S+)\n$/.exec(out) ?? []
    expect((await bea.run('door', 'suggestions', 'decline', id.replaceAll("'", ''))).code).toBe(0)
    expect((await bea.run('door', 'suggestions')).out).toBe('Your answers suggest no rule.\n')
  })

  it('go from one to the other as a file that says who signed it, and are taken once', async () => {
    await bea.run('door', 'rule', 'add', 'deny', 'unknown', 'visit', '--path', '/private', '--note', 'a\u202eb')
    const file = join(folder, 'rules.json')
    expect((await bea.run('door', 'rules', 'export', file)).code).toBe(0)
    expect((await bea.run('door', 'rules', 'import', file, '--dry-run')).out).toMatch(/^Signed by you \(12D3…\w+\), made /)
    const looked = await ada.run('door', 'rules', 'import', file, '--dry-run')
    expect(looked.out).toMatch(/^Signed by Bea \(12D3…\w+\), made /)
    expect(looked.out).toMatch(/^new +deny +unknown +visit +under \/private +forever +0 +/m)
    expect((await ada.run('door', 'rules')).out).not.toContain('/private')
    expect((await ada.run('door', 'rules', 'import', file)).out).toMatch(/\nAdded \d rules?; \d (?:was|were) here already\.\n$/)
    expect((await ada.run('door', 'rules', '--search', '/private')).out).toMatch(/ deny +unknown +visit .* import /)
    expect((await ada.run('door', 'rules', 'import', file)).out).toContain('Added 0 rules; ')
  })

  it('of a stranger are not taken but with --trust', async () => {
    const stranger = await openHome('Cyd')
    try {
      await stranger.run('door', 'rule', 'add', 'allow', 'anyone', 'visit')
      const file = join(folder, 'rules.json')
      await stranger.run('door', 'rules', 'export', file)
      const refused = await bea.run('door', 'rules', 'import', file)
      expect({ code: refused.code, err: refused.err }).toEqual({
        code: 1,
        err: expect.stringMatching(/^latch: A stranger signed this file /),
      })
      expect((await rulesOf(bea)).some(({ capability }) => capability === 'visit')).toBe(false)
      expect((await bea.run('door', 'rules', 'import', file, '--trust')).out).toContain('Added 1 rule; ')
      const forged = (await readFile(file, 'utf8')).replace('visit', 'relay')
      const taking = bea.begin(['door', 'rules', 'import', '-', '--trust'], { input: forged })
      expect(await taking.done).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/^latch: [^\n]+\n$/) })
    } finally {
      await stranger.close()
    }
  })
})

describe('the log', () => {
  it('is searched, written out whole, and checked', async () => {
    await makeFriends()
    await ada.run('knock', 'Bea', '--for', 'file', '--bytes', '1MiB')
    const all = (await bea.json('door', 'log', '--limit', '1000')) as Decision[]
    const files = (await bea.json('door', 'log', '--who', 'Ada', '--for', 'file', '--since', '1h')) as Decision[]
    expect(files.map(({ capability }) => capability)).toEqual(['file'])
    expect(await bea.json('door', 'log', '--by', 'person', '--verdict', 'deny')).toEqual([])
    expect(await bea.json('door', 'log', '--until', '2020-01-01')).toEqual([])
    const [byRule] = all.filter(({ rule }) => rule !== null)
    if (byRule !== undefined)
      expect(((await bea.json('door', 'log', '--rule', byRule.rule ?? '')) as Decision[]).length).toBeGreaterThan(0)
    const file = join(folder, 'log.jsonl')
    expect((await bea.run('door', 'log', '--export', file)).out).toContain(`Wrote ${all.length} decisions to `)
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as Decision)).toEqual(all)
    expect((await bea.run('door', 'log', '--verify')).out).toMatch(/^The log is whole: \d+ decisions, head /)
  })
})

it('a peer is shown with its standing and what it may still open', async () => {
  await makeFriends()
  const { out } = await bea.run('peers', 'show', 'Ada')
  expect(out).toMatch(/^Name +Ada$/m)
  expect(out).toMatch(/^Standing +good; 100 of 100 points$/m)
  expect(out).toMatch(/^PROTOCOL +LEFT +AT ONCE +A SECOND$/m)
})
