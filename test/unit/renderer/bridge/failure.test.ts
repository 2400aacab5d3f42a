import { ORPCError } from '@orpc/client'
import { expect, test } from 'vitest'
import { failureOf } from '../../../../src/renderer/bridge/failure.ts'
import { LinkLost } from '../../../../src/renderer/bridge/link.ts'

test('a failure of the contract keeps its code and the node’s own sentence', () => {
  const error = new ORPCError('CONFLICT', { defined: true, message: 'That knock has already been answered.' })
  expect(failureOf(error)).toEqual({ code: 'CONFLICT', detail: 'That knock has already been answered.' })
})

test('input that the contract refuses is called that', () => {
  expect(failureOf(new ORPCError('BAD_REQUEST')).code).toBe('BAD_INPUT')
})

test('a call without a link, and one that the link broke under, are the same to the person', () => {
  expect(failureOf(new LinkLost('gone')).code).toBe('LINK_LOST')
  expect(failureOf(new DOMException('closed', 'AbortError')).code).toBe('LINK_LOST')
})

test('anything else is internal, and its text is not shown', () => {
  expect(failureOf(new TypeError('x is not a function'))).toEqual({ code: 'INTERNAL', detail: null })
  expect(failureOf(new ORPCError('TEAPOT', { message: 'short and stout' }))).toEqual({ code: 'INTERNAL', detail: null })
})

test('the sentence that stands in the list of errors is left to the catalogue', () => {
  const error = new ORPCError('BUSY', { defined: true, message: 'Too much at once; try again shortly.' })
  expect(failureOf(error)).toEqual({ code: 'BUSY', detail: null })
})
