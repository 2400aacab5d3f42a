import { afterEach, beforeEach, expect, it } from 'vitest'
import type { PendingInvitation, Peer } from '../../../src/shared/model/peers.ts'
import type { Connectivity, Introducer } from '../../../src/shared/model/reach.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHome, type Home } from './two-households.ts'

let ada: Home
let bea: Home
beforeEach(async () => {
  ada = await openHome('Ada')
  bea = await openHome('Bea')
})
afterEach(async () => {
  await ada.close()
  await bea.close()
})

const invite = async (home: Home): Promise<string> => ((await home.json('invite')) as { link: string }).link

it('an invitation that was taken back leads to an ordinary question, and one that was not lets in', async () => {
  const [kept, revoked] = [await invite(ada), await invite(ada)]
  const [newest] = (await ada.json('invite', 'list')) as PendingInvitation[]
  expect((await ada.run('invite', 'revoke', newest?.id ?? '')).code).toBe(0)
  expect(await ada.json('invite', 'list')).toHaveLength(1)

  expect((await bea.run('connect', revoked)).code).toBe(0)
  await eventually('a question', async () => (await ada.run('door')).out.includes('"Bea" (not a contact) asks'))
  const connected = await bea.run('connect', kept)
  expect(connected).toMatchObject({ code: 0, out: expect.stringMatching(/^Network +"Network of Ada"; yours too from now on, unless /m) })
  await eventually('they are let in', async () => (await ada.run('contacts')).out.includes('Bea'))
  expect(await ada.json('invite', 'list')).toEqual([])
})

it('a running node says how it is reached, as text and as fields', async () => {
  const { out } = await ada.run('reach')
  expect(out).toContain('how this device is reached')
  expect(out).toContain(ada.address.replace(/\/p2p\/.*$/, ''))
  expect((await ada.json('reach')) as Connectivity).toMatchObject({ introducers: [], nat: { why: expect.any(String) } })
})

it('an introducer is added by its address, switched off, and forgotten', async () => {
  const added = (await ada.json('introducers', 'add', bea.address)) as Introducer
  expect(bea.address).toContain(added.peerId)
  expect(await ada.json('introducers')).toMatchObject([{ peerId: added.peerId, origin: 'person', enabled: true }])
  expect((await ada.run('introducers', 'off', added.peerId)).code).toBe(0)
  expect(await ada.json('introducers')).toMatchObject([{ enabled: false, state: 'off' }])
  expect((await ada.run('introducers', 'forget', added.peerId)).code).toBe(0)
  expect(await ada.json('introducers')).toEqual([])
})

it('a link to an introducer that is none is refused with a sentence, and changes nothing', async () => {
  const { code, err } = await ada.run('introducers', 'add', 'latch://introducer/AAAA')
  expect({ code, isSentence: /^latch: .+\.\n$/.test(err) }).toEqual({ code: 2, isSentence: true })
  expect(await ada.json('introducers')).toEqual([])
  expect(((await ada.json('peers')) as Peer[]).every(({ foundBy }) => !foundBy.includes('introducer'))).toBe(true)
})
