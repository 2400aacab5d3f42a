import { describe, expect, test } from 'vitest'
import type { StoredMessage } from '../../../src/main/features/chat/message-store.ts'
import { compose, type AttemptLine, type MilestoneLine } from '../../../src/main/features/chat/trace.ts'
import { AccountId } from '../../../src/shared/ids.ts'
import type { Message } from '../../../src/shared/model/chat.ts'

const message = { mine: true, storedMs: 100 } as Message
const stored: StoredMessage = { message, n: 1, log: 1, seq: 1 }
const account = AccountId.parse(`k51${'a'.repeat(59)}`)

/** What is told of a message to one account. */
function told(of: StoredMessage, attempts: readonly AttemptLine[], delivered: MilestoneLine | null, read: MilestoneLine | null) {
  return compose(of, [{ account, attempts, held: null, delivered, read }])
}

function line(step: AttemptLine['step'], lastMs: number, times = 1, code = 'unreachable'): AttemptLine {
  return { step, code, route: null, detail: `${step}.`, times, lastMs }
}

describe('a delivery trace', () => {
  test('of a message that went at once is short', () => {
    const delivered = { sentMs: 101, atMs: 102, route: 'lan', detail: '' } as const
    expect(told(stored, [], delivered, null).map(({ step, route }) => [step, route])).toEqual([
      ['queued', null],
      ['sent', 'lan'],
      ['delivered', 'lan'],
    ])
  })

  test('counts equal tries in one line, also those from before and after other messages were written', () => {
    const lines = [line('tried', 110, 10), line('failed', 110, 10), line('tried', 300, 4), line('failed', 300, 4)]
    expect(told(stored, [...lines, line('waits', 300)], null, null)).toEqual([
      { atMs: 100, step: 'queued', route: null, detail: 'Stored on this device.', account: null },
      { atMs: 300, step: 'tried', route: null, detail: 'tried. (14 times, this is the last)', account: null },
      { atMs: 300, step: 'failed', route: null, detail: 'failed. (14 times, this is the last)', account: null },
      { atMs: 300, step: 'waits', route: null, detail: 'waits.', account: null },
    ])
  })

  test('tells different failures apart, in the order they happened last', () => {
    const lines = [line('failed', 110), line('failed', 120, 1, 'cut'), line('failed', 130)]
    const steps = told(stored, lines, null, null).filter(({ step }) => step === 'failed')
    expect(steps.map(({ atMs }) => atMs)).toEqual([120, 130])
  })

  test('leaves out what was tried for later messages, and what was to come next', () => {
    const delivered = { sentMs: null, atMs: 200, route: null, detail: '' }
    const lines = [line('tried', 150), line('waits', 150), line('tried', 250, 1, 'cut')]
    const steps = told(stored, lines, delivered, null)
    expect(steps.map(({ step }) => step)).toEqual(['queued', 'tried', 'delivered'])
  })

  test('ends with reading, if they say so', () => {
    const delivered = { sentMs: 101, atMs: 102, route: null, detail: '' }
    const read = { sentMs: null, atMs: 900, route: null, detail: '' }
    expect(told(stored, [], delivered, read).at(-1)).toMatchObject({ step: 'read', atMs: 900 })
  })

  test('of a message of theirs says when it was stored here', () => {
    const theirs = { ...stored, message: { ...message, mine: false } }
    expect(told(theirs, [], null, null)).toMatchObject([{ step: 'delivered', atMs: 100 }])
  })
})
