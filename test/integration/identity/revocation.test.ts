import { afterEach, describe, expect, it } from 'vitest'
import { openRevocation, REVOCATION, signRevocation } from '../../../src/main/features/identity/revocation.ts'
import { createRevokedStore } from '../../../src/main/features/identity/revoked.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { seal } from '../../../src/main/platform/envelope.ts'
import type { AccountId } from '../../../src/shared/ids.ts'
import { eventually } from '../../helpers/eventually.ts'
import { somebody } from '../../unit/identity/parts.ts'
import { resident, type Resident, type ResidentOptions } from './resident.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function living(name: string, options: ResidentOptions = {}): Promise<Resident> {
  const one = await resident(name, options)
  closing.push(() => one.close())
  return one
}

const accountOf = ({ identity }: Resident): AccountId => identity.me().account

describe('an account that is revoked with what was signed in advance', () => {
  it('counts no more, from whoever holds that to whoever is told of it, and to whoever is told by those', async () => {
    const ada = await living('ada')
    const inAdvance = await ada.proofs.revocations.make()
    const isContact = (account: AccountId): boolean => account === accountOf(ada)
    const bea = await living('bea', { isContact })
    const cleo = await living('cleo')
    const dora = await living('dora', { isContact })
    await ada.dial(bea)
    await bea.dial(cleo)
    await dora.dial(bea)
    expect(await bea.proofs.prove(ada.peerId)).toMatchObject({ account: accountOf(ada) })
    await bea.proofs.prove(cleo.peerId)
    await bea.proofs.prove(dora.peerId)
    await cleo.proofs.prove(bea.peerId)
    await dora.proofs.prove(bea.peerId)
    expect(bea.proofs.devicesOf(accountOf(ada))).toEqual([ada.peerId])
    const told: AccountId[] = []
    bea.proofs.revocations.subscribe(({ account }) => told.push(account))

    // Cleo keeps Ada's revocation, and is not Ada; the two never met.
    expect(await cleo.proofs.revocations.publish(inAdvance)).toEqual({ account: accountOf(ada), told: 1 })
    await eventually('Bea to hear', () => bea.proofs.revocations.of(accountOf(ada)))
    expect(told).toEqual([accountOf(ada)])
    expect(bea.proofs.of(ada.peerId)).toBeNull()
    expect(bea.events).toContainEqual(expect.objectContaining({ event: 'disproven', peerId: ada.peerId, account: accountOf(ada) }))
    expect(bea.proofs.devicesOf(accountOf(ada))).toEqual([])
    await eventually('Dora to hear of it from Bea', () => dora.proofs.revocations.of(accountOf(ada)))

    // Whoever has Ada's keys is refused from now on, and hears why.
    expect(await bea.proofs.prove(ada.peerId)).toBeNull()
    await eventually('Ada to hear', () => ada.proofs.revocations.of(accountOf(ada)))
    const other = await living('ada', { of: ada })
    await other.dial(bea)
    await other.proofs.prove(bea.peerId)
    expect(bea.proofs.of(other.peerId)).toBeNull()
  })

  it('stays so after a restart', async () => {
    const [ada, bea] = [await living('ada'), await living('bea')]
    await bea.proofs.revocations.publish(await ada.proofs.revocations.make())
    const again = await living('bea', { of: bea, database: bea.database })
    expect(again.proofs.revocations.of(accountOf(ada))).not.toBeNull()
    await ada.dial(again)
    expect(await again.proofs.prove(ada.peerId)).toBeNull()
  })

  it('is nothing that somebody else can say of it', async () => {
    const [ada, mallory] = [await somebody('ada'), await somebody('mallory')]
    const forged = await seal(REVOCATION, encode({ account: ada.account, kind: 'revoked' }), mallory.keyring.accountKey)
    expect(await openRevocation(forged)).toMatchObject({ outcome: 'forged' })
    for (const bytes of [new Uint8Array(), new Uint8Array(2_000), forged.subarray(1)]) {
      expect(await openRevocation(bytes)).toMatchObject({ outcome: 'malformed' })
    }
    const bea = await living('bea', { isContact: () => true })
    await expect(bea.proofs.revocations.publish(forged)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await bea.proofs.revocations.heard(forged)
    expect(bea.proofs.revocations.of(ada.account)).toBeNull()
  })

  it('is not kept of accounts that nobody here has heard of, nor passed on of strangers', async () => {
    const [ada, bea] = [await living('ada'), await living('bea')]
    const stranger = await somebody('stranger')
    await bea.proofs.revocations.heard(await signRevocation(stranger.account, stranger.keyring.accountKey, 1))
    expect(bea.proofs.revocations.of(stranger.account)).toBeNull()
    await ada.dial(bea)
    await bea.proofs.prove(ada.peerId)
    await bea.proofs.revocations.heard(await ada.proofs.revocations.make())
    expect(bea.proofs.revocations.of(accountOf(ada))).not.toBeNull()
    expect(createRevokedStore(bea.database).passedOn()).toEqual([])
  })

  it('passes on a few, the latest first', async () => {
    const store = createRevokedStore(openMemoryDatabase())
    for (let at = 0; at < 6; at += 1) {
      const { account } = await somebody(`account ${at}`)
      expect(store.put(account, Uint8Array.of(at), at, true)).toBe('put')
      expect(store.put(account, Uint8Array.of(99), at, true)).toBe('known')
    }
    expect(store.passedOn()).toEqual([5, 4, 3, 2].map((at) => Uint8Array.of(at)))
  })

  it('is pinned by its bytes', async () => {
    const { account, keyring } = await somebody('ada')
    const envelope = await signRevocation(account, keyring.accountKey, 1_000)
    const opened = await openRevocation(envelope)
    expect(opened).toEqual({ outcome: 'valid', revocation: { account, kind: 'revoked', atMs: 1_000 } })
    expect(Buffer.from(envelope).toString('hex')).toMatchInlineSnapshot(`"0a2408011220d64842c5b7b48cd06fdba1bf4965303212abcc9579df0be33fbeaa8ef49c72a712132f6c617463682f7265766f636174696f6e2f311a5ea36461744d731903e8646b696e64677265766f6b6564676163636f756e74783e6b3531717a693575717535646c69757531626f626c69726a773269326935716d657567653639346b336866336f646d316f7073337562637a6232397271662a40b2a306968c8630251d5b823a543f34ac376d7dd4a0d7759ed3273253c4bf675049b229146dd5a01880680e566adc365360954f6e6a397066291e32f79efd3c05"`)
  })
})
