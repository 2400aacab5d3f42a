import { describe, expect, test } from 'vitest'
import { asProgress, type Told } from '../../../src/main/features/names/live/looking.ts'
import type { Lookup, LookupStep } from '../../../src/shared/model/names.ts'

const step: LookupStep = { atMs: 0, tookMs: null, step: 'ask', peerId: null, outcome: 'running', why: 'It is asked.', hops: 0 }
const lookup: Lookup = {
  fullName: 'alice.peer',
  outcome: { outcome: 'nobody', why: 'Nobody has alice.peer.' },
  ledger: null,
  zone: null,
  connection: null,
  steps: [step],
  tookMs: 1,
}

/** A look-up that the test leads. */
function led() {
  const end = Promise.withResolvers<Lookup>()
  const state: { told: Told | null; signal: AbortSignal | null } = { told: null, signal: null }
  const look = (told: Told, signal: AbortSignal): Promise<Lookup> => {
    state.told = told
    state.signal = signal
    return end.promise
  }
  return { look, end, state }
}

describe('a look-up as it goes on', () => {
  test('tells steps and answers in their order, and then its result', async () => {
    const { look, end, state } = led()
    const telling = asProgress(look)
    const first = telling.next()
    state.told?.onStep(step)
    expect(await first).toEqual({ done: false, value: { kind: 'step', step } })
    state.told?.onAnswer(lookup)
    end.resolve(lookup)
    await end.promise
    expect((await telling.next()).value).toEqual({ kind: 'answer', lookup })
    expect((await telling.next()).value).toEqual({ kind: 'done', lookup })
    expect((await telling.next()).done).toBe(true)
    expect(state.signal?.aborted).toBe(false)
  })

  test('begins when it is read, and says nothing after its result', async () => {
    const { look, end, state } = led()
    const telling = asProgress(look)
    expect(state.told).toBe(null)
    end.resolve(lookup)
    expect((await telling.next()).value).toEqual({ kind: 'done', lookup })
    state.told?.onAnswer(lookup)
    expect((await telling.next()).done).toBe(true)
  })

  test('ends at once when its reader goes, also one that waits for the next step', async () => {
    const { look, state } = led()
    const telling = asProgress(look)
    const waiting = telling.next()
    const gone = telling.return()
    expect([(await waiting).done, (await gone).done]).toEqual([true, true])
    expect(state.signal?.aborted).toBe(true)
  })

  test('ends with the signal’s reason, though the look-up does not heed it', async () => {
    const { look, state } = led()
    const stop = new AbortController()
    const telling = asProgress(look, stop.signal)
    const waiting = telling.next().catch(String)
    stop.abort(new Error('enough'))
    expect(await waiting).toBe('Error: enough')
    expect(state.signal?.aborted).toBe(true)
  })

  test('hands on what the look-up failed with', async () => {
    const { look, end } = led()
    const telling = asProgress(look)
    end.reject(new Error('a defect'))
    await expect(telling.next()).rejects.toThrow('a defect')
  })
})
