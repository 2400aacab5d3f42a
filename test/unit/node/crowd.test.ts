import { expect, test } from 'vitest'
import { excess, MAX_OF_ONE_PEER, MAX_STRANGERS, MAX_STRANGERS_OF_ONE, type Guest } from '../../../src/main/node/crowd.ts'
import { PeerId } from '../../../src/shared/ids.ts'

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZ'
let made = 0

function guest(over: Partial<Guest> = {}): Guest {
  made += 1
  const tail = `${alphabet[Math.floor(made / 33) % 33]}${alphabet[made % 33]}`
  const peerId = PeerId.parse(`12D3KooW${'A'.repeat(42)}${tail}`)
  return { connection: `c${made}`, peerId, subnet: '203.0.113.0/24', isExpected: false, ...over }
}

const guests = (count: number, over: Partial<Guest> = {}): Guest[] => Array.from({ length: count }, () => guest(over))

test('nobody goes while there is room', () => {
  expect(excess([...guests(MAX_STRANGERS_OF_ONE), ...guests(MAX_STRANGERS_OF_ONE, { subnet: null })])).toEqual([])
})

test('the oldest strangers of one subnet make room, and those of other subnets do not', () => {
  const elsewhere = guests(3, { subnet: '198.51.100.0/24' })
  const crowd = guests(MAX_STRANGERS_OF_ONE + 2)
  expect(excess([...elsewhere, ...crowd])).toEqual(crowd.slice(0, 2).map(({ connection }) => connection))
})

test('a contact stays, however crowded it is where it comes from', () => {
  const contact = guest({ isExpected: true })
  expect(excess([contact, ...guests(MAX_STRANGERS_OF_ONE + 50)])).not.toContain(contact.connection)
})

test('strangers of many subnets together leave a third of the house free, the most crowded subnet first', () => {
  const small = guests(5, { subnet: '192.0.2.0/24' })
  const large = [1, 2, 3, 4].flatMap((net) => guests(60, { subnet: `198.51.${net}.0/24` }))
  const gone = excess([...small, ...large])
  expect(small.length + large.length - gone.length).toBe(MAX_STRANGERS)
  expect(gone).not.toEqual(expect.arrayContaining([small[0]?.connection]))
})

test('one device has a few connections, also the device of a contact', () => {
  const { peerId } = guest()
  const all = guests(MAX_OF_ONE_PEER + 3, { peerId, isExpected: true })
  expect(excess(all)).toEqual(all.slice(0, 3).map(({ connection }) => connection))
})
