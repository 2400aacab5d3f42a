import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KnockId } from '../../../src/shared/ids.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { MAX_ASKED, MAX_NAMES_ASKED } from '../../../src/main/features/browse/limits.ts'
import { nothingAsked, withAsked, type Asking } from '../../../src/main/features/browse/tabs/asked.ts'
import { leave, type Leaver, type Wish } from '../../../src/main/features/browse/tabs/leaving.ts'
import { Gate } from '../../../src/main/features/browse/views/gate.ts'
import { Questions, type QuestionsParts } from '../../../src/main/features/browse/views/questions.ts'
import type { Admission } from '../../../src/main/platform/streams.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { alice, device } from './people.ts'

const site = SiteName.parse('alice.peer')
const bob = SiteName.parse('bob.peer')
const knock = KnockId.parse('a'.repeat(26))
const never = new AbortController().signal
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('what a page asked for', () => {
  const asking = (more: Partial<Asking> = {}): Asking => ({ kind: 'outside', what: 'example.com', outcome: 'denied', atMs: 1, knock: null, ...more })

  test('counts the same thing on one line, the newest first', () => {
    const list = [asking(), asking({ what: 'other.example' }), asking({ atMs: 5 })].reduce(withAsked, nothingAsked)
    expect(list.items.map(({ what, count, lastMs }) => [what, count, lastMs])).toEqual([['example.com', 2, 5], ['other.example', 1, 1]])
    expect(list).toMatchObject({ deniedCount: 3, allowedCount: 0 })
  })

  test('shows a question as one line, from its knock to its answer', () => {
    const question = asking({ kind: 'site', what: bob, outcome: 'waiting' })
    const list = [question, { ...question, knock }].reduce(withAsked, nothingAsked)
    expect(list.items).toEqual([{ kind: 'site', what: bob, outcome: 'waiting', count: 1, lastMs: 1, knock }])
    const answered = withAsked(list, { ...question, outcome: 'allowed' })
    expect(answered.items).toEqual([{ kind: 'site', what: bob, outcome: 'allowed', count: 1, lastMs: 1, knock: null }])
    expect(answered.allowedCount).toBe(1)
  })

  test('is one line of words, however it is said', () => {
    expect(withAsked(nothingAsked, asking({ what: `\u202e\n${'x'.repeat(9_000)}` })).items[0]?.what).toBe('x'.repeat(255))
    expect(withAsked(nothingAsked, asking({ kind: 'permission', what: '' })).items[0]?.what).toBe('permission')
  })

  test('is a short list that counts on, and forgets last what waits for the person', () => {
    const waiting = asking({ kind: 'site', what: bob, outcome: 'waiting' })
    const many = Array.from({ length: 1_000 }, (_, i) => asking({ what: `${i}.example` }))
    const list = [waiting, ...many].reduce(withAsked, nothingAsked)
    expect(list.items).toHaveLength(MAX_ASKED)
    expect(list.items[0]?.what).toBe('999.example')
    expect(list.items.some(({ outcome }) => outcome === 'waiting')).toBe(true)
    expect(list.deniedCount).toBe(1_000)
  })
})

describe('where a page may send the person', () => {
  const from: Leaver = { tld: 'peer', kind: 'site', site, isActive: true, redirectsLeft: 1 }
  const wish = (url: string, more: Partial<Wish> = {}): Wish => ({ url, how: 'link', byPerson: true, ...more })
  const byItself = { byPerson: false }

  test('is where they clicked', () => {
    expect(leave(wish('peer://bob.peer/x'), from)).toMatchObject({ go: 'here', address: { url: 'peer://bob.peer/x' }, spends: false })
    expect(leave(wish('peer://bob.peer/', { how: 'window' }), from)).toMatchObject({ go: 'tab' })
    expect(leave(wish('peer://alice.peer/', { how: 'background' }), from)).toMatchObject({ go: 'behind' })
  })

  test('is one other name by itself, in the tab that they see', () => {
    const redirect = wish('peer://bob.peer/', byItself)
    expect(leave(redirect, from)).toMatchObject({ go: 'here', spends: true })
    expect(leave(redirect, { ...from, redirectsLeft: 0 })).toEqual({ go: 'nowhere', kind: 'navigation', what: 'bob.peer' })
    expect(leave(redirect, { ...from, isActive: false })).toEqual({ go: 'nowhere', kind: 'navigation', what: 'bob.peer' })
    expect(leave(wish('peer://alice.peer/y', byItself), { ...from, redirectsLeft: 0 })).toMatchObject({ go: 'here', spends: false })
  })

  test('is no window that it opens by itself', () => {
    for (const how of ['window', 'background'] as const) {
      expect(leave(wish('peer://alice.peer/', { how, ...byItself }), from)).toEqual({ go: 'nowhere', kind: 'window', what: 'alice.peer' })
    }
  })

  test('is the outside web only when they say so themselves', () => {
    expect(leave(wish('https://example.com/'), from)).toMatchObject({ go: 'ask', address: { host: 'example.com' }, spends: false })
    expect(leave(wish('https://example.com/', { how: 'window' }), from)).toMatchObject({ go: 'ask' })
    expect(leave(wish('https://example.com/', byItself), from)).toMatchObject({ go: 'ask', spends: true })
    expect(leave(wish('https://example.com/', byItself), { ...from, redirectsLeft: 0 })).toMatchObject({ go: 'nowhere', kind: 'outside' })
  })

  test.each(['http://example.com/', 'mailto:a@b.example', 'javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'tel:1', 'blob:peer://alice.peer/1', 'peer:alice', 'x'])(
    'is nowhere for %s, also when they clicked on it',
    (url) => {
      expect(leave(wish(url), from)).toMatchObject({ go: 'nowhere', kind: 'navigation' })
    },
  )

  test('is never this machine or its own network', () => {
    for (const url of ['https://localhost/', 'https://192.168.1.1/', 'https://printer/']) expect(leave(wish(url), from)).toMatchObject({ go: 'nowhere', kind: 'local' })
  })

  test('of the outside web is anywhere in it, and a site only by a click', () => {
    const outside: Leaver = { ...from, kind: 'exit', site: null }
    expect(leave(wish('https://example.com/'), outside)).toMatchObject({ go: 'here' })
    expect(leave(wish('peer://bob.peer/'), outside)).toMatchObject({ go: 'here' })
    expect(leave(wish('peer://bob.peer/', byItself), outside)).toMatchObject({ go: 'nowhere', kind: 'navigation' })
  })
})

describe('the line of a view', () => {
  test('lets so many run, so many wait, and sends the others away at once', async () => {
    const gate = new Gate(2, 3)
    const outcomes: string[] = []
    const leaves: (() => void)[] = []
    const entering = Array.from({ length: 100_000 }, async () => {
      const leaving = await gate.enter(never)
      outcomes.push(leaving === null ? 'away' : 'in')
      if (leaving !== null) leaves.push(leaving)
    })
    await turn()
    expect([gate.running, gate.waiting, leaves.length, outcomes.filter((each) => each === 'away').length]).toEqual([2, 3, 2, 99_995])
    while (leaves.length > 0) {
      const leaving = leaves.shift()
      leaving?.()
      leaving?.()
      await turn()
    }
    await Promise.all(entering)
    expect([gate.running, gate.waiting, outcomes.filter((each) => each === 'in').length]).toEqual([0, 0, 5])
  })

  test('never lets more in than there are places, in whatever order they come and go', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('come', 'leave', 'abort'), { maxLength: 60 }), async (steps) => {
        const gate = new Gate(3, 4)
        const inside: (() => void)[] = []
        const waiting: AbortController[] = []
        for (const step of steps) {
          if (step === 'come') {
            const gone = new AbortController()
            waiting.push(gone)
            void gate.enter(gone.signal).then((leaving) => leaving === null || inside.push(leaving))
          } else if (step === 'leave') inside.shift()?.()
          else waiting.shift()?.abort()
          await turn()
          expect(inside.length).toBe(gate.running)
          expect(gate.running).toBeLessThanOrEqual(3)
          expect(gate.waiting).toBeLessThanOrEqual(4)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('sends everybody away when it closes', async () => {
    const gate = new Gate(1, 5)
    await gate.enter(never)
    const waits = [gate.enter(never), gate.enter(never)]
    gate.close()
    expect(await Promise.all(waits)).toEqual([null, null])
  })
})

describe('what a page asks the door', () => {
  interface Asked {
    readonly site: SiteName
    readonly signal: AbortSignal
    answer(admission: Admission | Error): void
  }

  function asking(knocks = true): { questions: Questions; asked: Asked[]; told: string[] } {
    const asked: Asked[] = []
    const told: string[] = []
    const load: QuestionsParts['door']['load'] = (_page, target, signal, onKnock) => {
      if (knocks) onKnock(knock)
      return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        asked.push({ site: target.site, signal, answer: (said) => (said instanceof Error ? reject(said) : resolve(said)) })
      })
    }
    const page = () => ({ owner: alice, peerId: device, site })
    const questions = new Questions({ door: { load }, clock: new FakeClock(), page, told: (target, outcome, id) => told.push(`${target} ${outcome}${id === null ? '' : ' knock'}`) })
    return { questions, asked, told }
  }
  const allow: Admission = { verdict: 'allow', why: '' }
  const deny: Admission = { verdict: 'refuse', code: 'denied', why: '' }

  test('is one question for each name, however many parts it wants of it', async () => {
    const { questions, asked, told } = asking()
    const parts = Array.from({ length: 50 }, () => questions.mayLoad(bob, never))
    expect(asked).toHaveLength(1)
    asked[0]?.answer(allow)
    expect(await Promise.all(parts)).toEqual(Array(50).fill(true))
    expect(await questions.mayLoad(bob, never)).toBe(true)
    expect(asked).toHaveLength(1)
    expect(new Set(told)).toEqual(new Set(['bob.peer waiting knock', 'bob.peer allowed']))
  })

  test('is a no where the door fails, or nobody waits any more', async () => {
    const { questions, asked } = asking()
    const gone = new AbortController()
    const [one, other] = [questions.mayLoad(bob, gone.signal), questions.mayLoad(bob, never)]
    gone.abort()
    expect(await one).toBe(false)
    asked[0]?.answer(new Error('the door broke'))
    expect(await other).toBe(false)
  })

  test('is asked anew by the next page, but for what the person refused; until they load it again themselves', async () => {
    const { questions, asked } = asking()
    const other = SiteName.parse('carol.peer')
    const answers = [questions.mayLoad(bob, never), questions.mayLoad(other, never)]
    asked[0]?.answer(deny)
    asked[1]?.answer(allow)
    expect(await Promise.all(answers)).toEqual([false, true])
    questions.newPage(false)
    expect(await questions.mayLoad(bob, never)).toBe(false)
    expect(asked).toHaveLength(2)
    void questions.mayLoad(other, never)
    expect(asked).toHaveLength(3)
    questions.newPage(true)
    void questions.mayLoad(bob, never)
    expect(asked).toHaveLength(4)
    expect(asked[2]?.signal.aborted).toBe(true)
  })

  test('is of a dozen names at most; more are refused without a question', async () => {
    const { questions, asked, told } = asking()
    for (let i = 0; i < 100; i++) void questions.mayLoad(SiteName.parse(`n${i}.peer`), never)
    await turn()
    expect(asked).toHaveLength(MAX_NAMES_ASKED)
    expect(told.filter((each) => each.endsWith('denied'))).toHaveLength(100 - MAX_NAMES_ASKED)
  })
})
