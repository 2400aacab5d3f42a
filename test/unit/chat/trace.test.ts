import { describe, expect, test } from 'vitest'
import type { StoredMessage } from '../../../src/main/features/chat/message-store.ts'
import { compose, type AttemptLine } from '../../../src/main/features/chat/trace.ts'
import type { Message } from '../../../src/shared/model/chat.ts'

const message = { mine: true, storedMs: 100 } as Message
const stored: StoredMessage = { message, place: 1, log: 1, seq: 1 }

function line(step: AttemptLine['step'], lastMs: number, times = 1, code = 'unreachable'): AttemptLine {
  return { step, code, route: null, detail: `${step}.`, times, lastMs }
}

describe('a delivery trace', () => {
  test('of a message that went at once is short', () => {
    const delivered = { sentMs: 101, atMs: 102, route: 'lan' } as const
    expect(compose(stored, [], delivered, null).map(({ step, route }) => [step, route])).toEqual([
      ['queued', null],
      ['sent', 'lan'],
      ['delivered', 'lan'],
    ])
  })

  test('counts equal tries in one line, also those from before and after other messages were written', () => {
    const lines = [line('tried', 110, 10), line('failed', 110, 10), line('tried', 300, 4), line('failed', 300, 4)]
    expect(compose(stored, [...lines, line('waits', 300)], null, null)).toEqual([
      { atMs: 100, step: 'queued', route: null, detail: 'Stored on this device.' },
      { atMs: 300, step: 'tried', route: null, detail: 'tried. (14 times, this is the last)' },
      { atMs: 300, step: 'failed', route: null, detail: 'failed. (14 times, this is the last)' },
      { atMs: 300, step: 'waits', route: null, detail: 'waits.' },
    ])
  })

  test('tells different failures apart, in the order they happened last', () => {
    const lines = [line('failed', 110), line('failed', 120, 1, 'cut'), line('failed', 130)]
    const steps = compose(stored, lines, null, null).filter(({ step }) => step === 'failed')
    expect(steps.map(({ atMs }) => atMs)).toEqual([120, 130])
  })

  test('leaves out what was tried for later messages, and what was to come next', () => {
    const delivered = { sentMs: null, atMs: 200, route: null }
    const lines = [line('tried', 150), line('waits', 150), line('tried', 250, 1, 'cut')]
    const steps = compose(stored, lines, delivered, null)
    expect(steps.map(({ step }) => step)).toEqual(['queued', 'tried', 'delivered'])
  })

  test('ends with reading, if they say so', () => {
    const delivered = { sentMs: 101, atMs: 102, route: null }
    const read = { sentMs: null, atMs: 900, route: null }
    expect(compose(stored, [], delivered, read).at(-1)).toMatchObject({ step: 'read', atMs: 900 })
  })

  test('of a message of theirs says when it was stored here', () => {
    const theirs = { ...stored, message: { ...message, mine: false } }
    expect(compose(theirs, [], null, null)).toMatchObject([{ step: 'delivered', atMs: 100 }])
  })
})
