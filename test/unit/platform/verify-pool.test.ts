import { afterAll, expect, test } from 'vitest'
import { isSigned, signBytes, type Signed } from '../../../src/main/platform/signatures.ts'
import { verifierOfThisThread, VerifyPool } from '../../../src/main/platform/verify-pool.ts'
import { person } from '../ledger/town.ts'

const pool = new VerifyPool(2)
afterAll(() => pool.close())

const { key, account } = person('ada')
const publicKey = new Uint8Array(Buffer.from(account, 'hex'))

function signedText(text: string, isTrue = true): Signed {
  const message = new Uint8Array(Buffer.from(text))
  const signature = signBytes(message, key.raw)
  if (!isTrue) signature[3] = (signature[3] ?? 0) ^ 1
  return { key: publicKey, message, signature }
}

/** Every seventh is false. */
const many = (count: number): Signed[] => Array.from({ length: count }, (_, n) => signedText(`message ${n}`, n % 7 !== 0))
const expected = (count: number): boolean[] => Array.from({ length: count }, (_, n) => n % 7 !== 0)

test.each([0, 1, 63, 64, 65, 3_000])('%i signatures are verified in their order, here and in threads', async (count) => {
  expect(await pool.verifyMany(many(count))).toEqual(expected(count))
  expect(await verifierOfThisThread.verifyMany(many(count))).toEqual(expected(count))
})

test('keys and signatures of a wrong length, and messages of no length, are told apart from the rest', async () => {
  const list = many(100)
  const [odd, short, empty] = [10, 20, 30]
  list[odd] = { ...signedText('x'), key: new Uint8Array(31) }
  list[short] = { ...signedText('x'), signature: new Uint8Array(3) }
  list[empty] = signedText('')
  const results = await pool.verifyMany(list)
  expect(results).toEqual(expected(100).with(odd, false).with(short, false).with(empty, true))
})

test('several at once each get their own answers', async () => {
  const counts = [200, 100, 300, 150]
  expect(await Promise.all(counts.map((count) => pool.verifyMany(many(count))))).toEqual(counts.map(expected))
})

test('what was begun when the pool closes is answered all the same', async () => {
  const closing = new VerifyPool(2)
  const begun = closing.verifyMany(many(2_000))
  await closing.close()
  expect(await begun).toEqual(expected(2_000))
  expect(await closing.verifyMany(many(70))).toEqual(expected(70))
})

test('keys of small order and signatures written another way are refused', () => {
  const right = signedText('message')
  const low = { key: new Uint8Array(32), message: right.message, signature: new Uint8Array(64) }
  const order = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n
  const s = Buffer.from(right.signature.slice(32).toReversed()).toString('hex')
  const more = (BigInt(`0x${s}`) + order).toString(16).padStart(64, '0')
  const malleable = Uint8Array.from([...right.signature.slice(0, 32), ...Uint8Array.from(Buffer.from(more, 'hex')).toReversed()])
  expect([isSigned(right), isSigned(low), isSigned({ ...right, signature: malleable })]).toEqual([true, false, false])
})
