import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { orAborted } from '../../../src/main/platform/or-aborted.ts'

const never = new Promise<never>(() => {})

test('what was waited for is given, and nothing stays on the signal', async () => {
  const { signal } = new AbortController()
  expect(await orAborted(Promise.resolve(1), signal)).toBe(1)
  await expect(orAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no')
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('the reason of the signal comes first, also when it came before', async () => {
  const controller = new AbortController()
  const waiting = orAborted(never, controller.signal)
  controller.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  await expect(orAborted(never, controller.signal)).rejects.toThrow('enough')
})
