import fc from 'fast-check'
import { expect, test } from 'vitest'
import { choiceOf, Greeting } from '../../../src/main/platform/eager-stream.ts'

test('the choice of a protocol is two lines, each with its length before it', () => {
  expect(Buffer.from(choiceOf('/latch/a/1')).toString('latin1')).toBe('\x13/multistream/1.0.0\n\x0b/latch/a/1\n')
  expect(() => choiceOf('x'.repeat(127))).toThrow(RangeError)
})

test('in whatever pieces it comes, the greeting is taken from before the frames, and the frames stay', () => {
  const choice = choiceOf('/latch/a/1')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 30 }), (frames, sizes) => {
      const bytes = Uint8Array.from([...choice, ...frames])
      const greeting = new Greeting(choice)
      const left: number[] = []
      for (let at = 0; at < bytes.byteLength; ) {
        const size = sizes.shift() ?? bytes.byteLength
        left.push(...(greeting.take(bytes.subarray(at, at + size)) ?? [-1]))
        at += size
      }
      expect(left).toEqual([...frames])
      expect(greeting.isOver).toBe(true)
    }),
  )
})

test('another answer is no greeting, wherever it begins to differ', () => {
  const choice = choiceOf('/latch/a/1')
  const declined = Uint8Array.from([...choice.subarray(0, 20), 3, ...Buffer.from('na\n')])
  fc.assert(
    fc.property(fc.integer({ min: 1, max: declined.byteLength }), (size) => {
      const greeting = new Greeting(choice)
      const taken: (Uint8Array | null)[] = []
      for (let at = 0; at < declined.byteLength && !taken.includes(null); at += size) taken.push(greeting.take(declined.subarray(at, at + size)))
      expect(taken.at(-1)).toBeNull()
      expect(greeting.isOver).toBe(false)
    }),
  )
})
