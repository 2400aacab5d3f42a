import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ExchangeId } from '../../../src/shared/model/apps.ts'
import { MINUTE, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { asking, echo, json, Listening, notes, twoDesks, valueOf, type Desk } from './two-desks.ts'

/*
 * Whatever programs, people and clocks do, in whatever order: every request ends once, in a way that agrees with what was
 * done to it, its program is told of every end that it did not make, and no place is lost.
 */

type Step =
  | { do: 'ask'; deadlineMs: number }
  | { do: 'take back'; which: number }
  | { do: 'reply'; which: number; status: 'ok' | 'failed' }
  | { do: 'drop'; which: number }
  | { do: 'leave' }
  | { do: 'come' }
  | { do: 'renew' }
  | { do: 'shut' }
  | { do: 'open' }
  | { do: 'wait'; ms: number }

const which = fc.nat(8)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('ask' as const), deadlineMs: fc.integer({ min: 1_000, max: 20_000 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take back' as const), which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('reply' as const), which, status: fc.constantFrom('ok' as const, 'failed' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('leave' as const, 'renew' as const, 'shut' as const, 'open' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('come' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 100, max: 8_000 }) }) },
)

/** The network between the two is this process: what was said has arrived after so many turns. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

class Run {
  readonly #clock: FakeClock
  readonly #ada: Desk
  readonly #bea: Desk
  #asked = 0
  #isOpen = true
  #program: Listening | null = null
  readonly #programs: Listening[] = []
  readonly #calls: { stop: AbortController; takenBack: boolean; wasShut: boolean; status: string | null }[] = []
  /** What the program did with each request, by its number. */
  readonly #replies = new Map<number, 'ok' | 'failed' | 'dropped'>()
  readonly #answered = new Set<ExchangeId>()

  constructor(clock: FakeClock, ada: Desk, bea: Desk) {
    this.#clock = clock
    this.#ada = ada
    this.#bea = bea
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'ask':
        this.#ask(step.deadlineMs)
        break
      case 'take back': {
        const call = this.#calls[step.which % Math.max(1, this.#calls.length)]
        if (call?.status === null) call.takenBack = true
        call?.stop.abort()
        break
      }
      case 'reply':
      case 'drop':
        await this.#answer(step)
        break
      case 'leave':
        this.#program?.leave()
        this.#program = null
        break
      case 'renew':
        this.#bea.apps.renew(notes)
        this.#program = null
        break
      case 'come':
        this.#program = new Listening(this.#bea.apps, notes)
        this.#programs.push(this.#program)
        break
      case 'shut':
      case 'open':
        this.#isOpen = step.do === 'open'
        break
      case 'wait':
        await this.#clock.advance(step.ms)
    }
    await settle()
  }

  /** All time passes; then everything is as it was before the first. */
  async finish(): Promise<void> {
    await eventually('every call to end', async () => {
      await this.#clock.advance(5 * SECOND)
      return this.#calls.every(({ status }) => status !== null)
    })
    await eventually('the program to be told of the rest', async () => {
      await this.#clock.advance(5 * SECOND)
      return this.#untold().length === 0
    })
    for (const [number, { status, takenBack, wasShut }] of this.#calls.entries()) this.#check(number, status ?? '', takenBack, wasShut)
    for (const program of this.#programs) program.leave()
    await this.#clock.advance(MINUTE)
    this.#isOpen = true
    const program = echo(this.#bea, notes)
    await eventually('a program', () => program.isConnected)
    const outcomes = Array.from({ length: 24 }, () => this.#ada.apps.request(notes, asking(this.#bea)))
    expect((await Promise.all(outcomes)).map(({ status }) => status)).toEqual(Array.from({ length: 24 }, () => 'ok'))
    program.leave()
  }

  #ask(deadlineMs: number): void {
    const number = this.#asked
    this.#asked += 1
    const call = { stop: new AbortController(), takenBack: false, wasShut: !this.#isOpen, status: null as string | null }
    this.#calls.push(call)
    this.#bea.door = () =>
      this.#isOpen ? { verdict: 'allow', why: 'a test' } : { verdict: 'refuse', code: 'denied', why: 'a test' }
    const ask = asking(this.#bea, { deadlineMs, sending: { content: json(number) } })
    this.#ada.apps.request(notes, ask, call.stop.signal).then(
      ({ status }) => (call.status = status),
      (error: { code: string }) => (call.status = error.code),
    )
  }

  async #answer(step: { which: number } & ({ do: 'reply'; status: 'ok' | 'failed' } | { do: 'drop' })): Promise<void> {
    const heard = this.#programs.flatMap(({ requests }) => requests)
    const request = heard[step.which % Math.max(1, heard.length)]
    if (request === undefined) return
    try {
      if (step.do === 'drop') this.#bea.apps.cancel(notes, request.id)
      else await this.#bea.apps.reply(notes, request.id, step.status, { content: undefined })
    } catch {
      return
    }
    this.#answered.add(request.id)
    this.#replies.set(Number(valueOf(request)), step.do === 'drop' ? 'dropped' : step.status)
  }

  /** Requests that a program which still listens has, that it did not answer, and that it was told nothing of. */
  #untold(): ExchangeId[] {
    const heard = this.#program?.requests.map(({ id }) => id) ?? []
    const told = new Set(this.#program?.cancelled.map(({ id }) => id))
    return heard.filter((id) => !told.has(id) && !this.#answered.has(id))
  }

  #check(number: number, status: string, takenBack: boolean, wasShut: boolean): void {
    const reply = this.#replies.get(number)
    const context = `call ${number} ended as ${status}, ${String(reply)}`
    if (wasShut) expect(['denied', 'timeout', 'cancelled'], context).toContain(status)
    if (status === 'ok') expect(reply, context).toBe('ok')
    if (status === 'cancelled') expect(takenBack, context).toBe(true)
    if (reply === 'ok') expect(['ok', 'timeout', 'cancelled'], context).toContain(status)
    expect(['ok', 'failed', 'no-program', 'timeout', 'cancelled', 'denied', 'busy', 'BUSY'], context).toContain(status)
  }
}

test('every request ends once, as it was dealt with, and no place is lost', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const clock = new FakeClock()
      const desks = await twoDesks(clock)
      try {
        desks.bea.apps.register(notes, 'Sticky notes')
        const run = new Run(clock, desks.ada, desks.bea)
        await run.take({ do: 'come' })
        for (const one of steps) await run.take(one)
        await run.finish()
      } finally {
        await desks.close()
      }
    }),
    { numRuns: 40, interruptAfterTimeLimit: 45_000 },
  )
})
