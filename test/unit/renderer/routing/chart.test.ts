import { expect, test } from 'vitest'
import { apart, approachOf, byDistance, labelsOf, sharesAt, spotAt, spotsOf, targetOf } from '../../../../src/renderer/features/routing/chart.ts'
import { halvings, onLine } from '../../../../src/renderer/features/routing/distance.ts'
import type { RoutedPeer, Routing } from '../../../../src/shared/model/routing.ts'
import { asked, crowd, device, here, near, placeOf, walkTo } from '../../../gallery/routing-parts.ts'
import { routingScene } from '../../../gallery/routing.ts'

const OUTER = 200
const table = (peers: RoutedPeer[], last: Routing['last'] = null): Routing => routingScene({ peers, last })
const target = placeOf('zone of hello')
const closer = [1, 3, 6].map((bits) => device(`with ${bits} bits`, { place: near(target, bits, `with ${bits} bits`) }))
const [one, two, three] = closer as [RoutedPeer, RoutedPeer, RoutedPeer]

test('a device that has room stands exactly where its distance is on the line', () => {
  const peer = device('Bea')
  const [spot] = spotsOf(table([peer]), OUTER)
  const { x, y } = onLine(halvings(here, peer.place))
  expect(spot).toMatchObject({ peerId: peer.peerId, x: x * OUTER, y: y * OUTER, state: 'connected', asked: null })
})

test('the nearest come first, in the picture and in the rows', () => {
  const peers = crowd(300)
  const turns = (id: string): number => halvings(here, peers.find(({ peerId }) => peerId === id)?.place ?? here)
  for (const ids of [spotsOf(table(peers), OUTER), byDistance({ place: here, peers })]) {
    const all = ids.map(({ peerId }) => turns(peerId))
    expect(all).toEqual(all.toSorted((a, b) => b - a))
    expect(all).toHaveLength(300)
  }
})

test('fifty devices stand side by side and not over each other, nor over what else is drawn', () => {
  const shares = sharesAt(OUTER)
  const spots = spotsOf(table(crowd(50)), OUTER, shares)
  const overlaps = spots.flatMap((spot, at) => spots.slice(at + 1).filter((other) => apart(spot, other) < spot.radius + other.radius))
  expect(overlaps).toHaveLength(0)
  expect(spots.filter((spot) => shares.some((share) => apart(spot, share) < spot.radius + share.radius))).toHaveLength(0)
})

test('nobody moves because somebody else came who stands elsewhere', () => {
  const before = spotsOf(table(crowd(30)), OUTER)
  let stayed = 0
  for (const name of Array.from({ length: 20 }, (_, at) => `late ${at}`)) {
    const late = device(name)
    const after = new Map(spotsOf(table([...crowd(30), late]), OUTER).map((spot) => [spot.peerId, spot]))
    const came = after.get(late.peerId)
    if (came === undefined || before.some((spot) => apart(spot, came) < 40)) continue
    stayed += 1
    for (const { peerId, x, y } of before) expect(after.get(peerId)).toMatchObject({ x, y })
  }
  expect(stayed).toBeGreaterThan(0)
})

test('whoever was asked carries the number of it, also one that is in no table', () => {
  const last = walkTo('hello.peer', target, [asked(one, 'nothing'), asked(two, 'found', 1), asked(one, 'late')])
  const spots = spotsOf(table([one], last), OUTER)
  expect(spots.map(({ peerId, state, asked }) => [peerId, state, asked?.number])).toEqual(
    expect.arrayContaining([
      [one.peerId, 'connected', 1],
      [two.peerId, 'asked', 2],
    ]),
  )
  expect(spots).toHaveLength(2)
})

test('the approach goes by those who answered and were nearer to the name than all before', () => {
  const far = device('far away', { place: near(target, 0, 'far away') })
  const all = [asked(one, 'nothing'), asked(far, 'nothing'), asked(two, 'older', 1), asked(three, 'late', 1)]
  expect(approachOf(walkTo('hello.peer', target, all))).toEqual([one.peerId, two.peerId])
  expect(approachOf(walkTo('hello.peer', target, [...all, asked(three, 'found', 2)]))).toEqual([one, two, three].map(({ peerId }) => peerId))
  expect(approachOf(walkTo('hello.peer', target, []))).toEqual([])
})

test('the name lies where its place is, and nowhere before anything was looked up', () => {
  const { x, y } = onLine(halvings(here, target))
  expect(targetOf(table([], walkTo('hello.peer', target, [])), OUTER)).toMatchObject({ x: x * OUTER, y: y * OUTER })
  expect(targetOf(table([]), OUTER)).toBeNull()
})

test('the nearest dot is meant, and none where none is near', () => {
  const spots = spotsOf(table(crowd(20)), OUTER)
  const [spot] = spots
  if (spot === undefined) throw new Error('there is nobody')
  expect(spotAt(spots, { x: spot.x + 1, y: spot.y - 1 }, 20)).toBe(spot)
  expect(spotAt(spots, { x: 5_000, y: 0 }, 20)).toBeNull()
})

test('a name stands beside its device, within the picture, and over no other name or device', () => {
  const spots = spotsOf(table(crowd(50)), OUTER)
  const named = spots.map((spot, at) => ({ ...spot, id: spot.peerId, text: `Somebody ${at}` }))
  const labels = labelsOf(named, spots, [], { left: -220, right: 220 })
  expect(labels.length).toBeGreaterThan(5)
  expect(labels.length).toBeLessThan(50)
  const boxes = labels.map(({ id, text, side, x, y }) => {
    const width = Math.min(108, text.length * 6.6)
    return { id, left: side === 'end' ? x : x - width, right: side === 'end' ? x + width : x, y }
  })
  for (const [at, box] of boxes.entries()) {
    expect(box.left).toBeGreaterThanOrEqual(-220)
    expect(box.right).toBeLessThanOrEqual(220)
    for (const other of boxes.slice(at + 1)) {
      expect(box.right <= other.left || other.right <= box.left || Math.abs(box.y - other.y) >= 14).toBe(true)
    }
    for (const spot of spots.filter(({ peerId }) => peerId !== box.id)) {
      const isAside = spot.x + spot.radius <= box.left || spot.x - spot.radius >= box.right
      expect(isAside || Math.abs(spot.y - box.y) >= 7 + spot.radius).toBe(true)
    }
  }
})
