import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../src/shared/units.ts'
import { PendingInvitation } from '../../../src/shared/model/peers.ts'
import { Street, type House } from './street.ts'

let street: Street
let al: House
let bea: House

beforeEach(async () => {
  street = new Street()
  al = await street.house('Al')
  bea = await street.house('Bea')
})

const idOf = (token: Uint8Array): string => createHash('sha256').update(token).digest('hex').slice(0, 10)
const ids = (): string[] => bea.door.tokens().map(({ id }) => id)
const mint = (lastsMs: number): Uint8Array => bea.door.mintToken(street.clock.nowMs() + lastsMs).token

describe('the list of open tokens', () => {
  test('names each by its hash and says when it was made and until when it is good, newest first', async () => {
    const createdMs = street.clock.nowMs()
    const first = mint(HOUR)
    await street.clock.advance(MINUTE)
    const second = mint(DAY)
    expect(bea.door.tokens()).toEqual([
      { id: idOf(second), createdMs: createdMs + MINUTE, expiresMs: createdMs + MINUTE + DAY },
      { id: idOf(first), createdMs, expiresMs: createdMs + HOUR },
    ])
    for (const listed of bea.door.tokens()) expect(PendingInvitation.safeParse(listed).success).toBe(true)
  })

  test('has the newest first also where several were made in one millisecond', () => {
    const made = [mint(HOUR), mint(HOUR), mint(HOUR)]
    expect(ids()).toEqual(made.map(idOf).toReversed())
  })

  test('holds none that expired, by either clock', async () => {
    mint(HOUR)
    await street.clock.advance(HOUR)
    expect(ids()).toEqual([])
    mint(DAY)
    street.clock.jump(2 * DAY)
    expect(ids()).toEqual([])
  })

  test('holds none that was used', async () => {
    const token = mint(HOUR)
    await al.door.knockWithToken(bea.peerId, token)
    expect(ids()).toEqual([])
  })

  test('is the same after a restart', async () => {
    const token = mint(HOUR)
    await bea.restart()
    expect(ids()).toEqual([idOf(token)])
  })
})

describe('a revoked token', () => {
  test('says the same as one that never was', async () => {
    const token = mint(HOUR)
    bea.door.revokeToken(idOf(token))
    const cem = await street.house('Cem')
    const { state, why } = await al.door.knockWithToken(bea.peerId, token)
    const never = await cem.door.knockWithToken(bea.peerId, new Uint8Array(16))
    expect({ state, why }).toEqual({ state: never.state, why: never.why })
    expect(bea.door.log({}, undefined, 2).map(({ by, why }) => ({ by, why }))).toEqual([
      { by: 'default', why: expect.any(String) },
      { by: 'default', why: expect.any(String) },
    ])
  })

  test('stays revoked after a restart, and takes no other with it', async () => {
    const [gone, good] = [mint(HOUR), mint(HOUR)]
    bea.door.revokeToken(idOf(gone))
    await bea.restart()
    expect(ids()).toEqual([idOf(good)])
    expect((await al.door.knockWithToken(bea.peerId, gone)).state).toBe('asked')
  })

  test('is not there to be revoked again', () => {
    const token = mint(HOUR)
    bea.door.revokeToken(idOf(token))
    expect(() => bea.door.revokeToken(idOf(token))).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', message: expect.stringContaining('was taken back') }),
    )
    expect(() => bea.door.revokeToken('0123456789')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  })

  test('can be revoked while the clock is set back, and makes room among those that are open', () => {
    const first = mint(HOUR)
    for (let n = 1; n < 256; n++) mint(HOUR)
    expect(() => mint(HOUR)).toThrow(expect.objectContaining({ code: 'BUSY' }))
    street.clock.jump(-2 * DAY)
    bea.door.revokeToken(idOf(first))
    expect(() => mint(HOUR)).not.toThrow()
  })
})
