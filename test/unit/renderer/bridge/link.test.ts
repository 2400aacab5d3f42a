import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { KeptLink, LinkLost, retryAfterMs, type Connect } from '../../../../src/renderer/bridge/link.ts'

/** A way to the node that the test opens and closes. */
class Way {
  attempts = 0
  isThere = true
  close: () => void = () => {}

  readonly connect: Connect = async () => {
    this.attempts += 1
    if (!this.isThere) throw new Error('nobody there')
    const closed = new Promise<void>((resolve) => (this.close = resolve))
    return { link: { call: async (path) => `answered ${path.join('.')}` }, closed }
  }
}

let way: Way
let link: KeptLink

beforeEach(() => {
  vi.useFakeTimers()
  way = new Way()
  link = new KeptLink(way.connect)
  void link.keep()
})

afterEach(() => {
  link.stop()
  vi.useRealTimers()
})

const settle = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)
const call = (): Promise<unknown> => link.call(['node', 'status'], undefined, { context: {} })

test('calls go through while the link is open, and fail at once while it is not', async () => {
  await settle()
  expect(await call()).toBe('answered node.status')
  way.isThere = false
  way.close()
  await settle()
  await expect(call()).rejects.toThrow(LinkLost)
})

test('a lost link is opened again, and each failure makes the next try wait longer', async () => {
  await settle()
  way.isThere = false
  way.close()
  await settle()
  expect(link.state).toMatchObject({ state: 'lost', failures: 0 })
  await settle(retryAfterMs(0))
  expect(way.attempts).toBe(2)
  await settle(retryAfterMs(0))
  expect(way.attempts).toBe(2)
  way.isThere = true
  await settle(retryAfterMs(1))
  expect(link.state).toEqual({ state: 'open' })
})

test('waiting never gets longer than somebody has patience for', () => {
  expect(retryAfterMs(40)).toBe(8_000)
})

test('"try now" does not wait for the back-off', async () => {
  await settle()
  way.isThere = false
  way.close()
  await settle()
  way.isThere = true
  link.retryNow()
  await settle()
  expect(link.state).toEqual({ state: 'open' })
})

test('whoever waits for the link hears when it opens, or when they give up', async () => {
  const closing = new AbortController()
  const open = link.whenOpen(new AbortController().signal)
  await settle()
  await open
  way.isThere = false
  way.close()
  await settle()
  const given = link.whenOpen(closing.signal)
  closing.abort()
  await given
  expect(link.state.state).toBe('lost')
})
