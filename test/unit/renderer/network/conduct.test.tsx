import { fireEvent, screen, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { clock } from '../../../../src/renderer/ui/when.ts'
import type { Standing } from '../../../../src/shared/model/peers.ts'
import { MINUTE } from '../../../../src/shared/units.ts'
import { peerIdOf } from '../../../gallery/ids.ts'
import { peer, person } from '../../../gallery/people.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

const good: Standing = { score: 100, standing: 'good', lowered: [], goodAtMs: null, rates: [] }

/** The page of Bea's device, whose conduct is that. */
async function look(standing: Partial<Standing>): Promise<House> {
  house = openHouse({ people: [person('Bea')], peers: [peer('Bea', { standing: { ...good, ...standing } })] })
  showWindow(house, paths.peer(peerIdOf('Bea')))
  await screen.findByRole('heading', { name: 'Conduct' })
  return house
}

test('good conduct is said in a word, with its score', async () => {
  await look({})
  expect(screen.getByText('100 of 100')).toBeTruthy()
  expect(screen.getByText('Nothing to complain about.')).toBeTruthy()
  expect(screen.queryByRole('heading', { name: 'Rate limits' })).toBeNull()
})

test('what lowered it is told with its points and when, and when it is good again', async () => {
  const goodAtMs = Date.now() + 8 * MINUTE
  await look({
    score: 61.6,
    standing: 'throttled',
    goodAtMs,
    lowered: [
      { why: 'a frame larger than its protocol allows', points: 20, atMs: Date.now() - 2 * MINUTE },
      { why: 'an old verdict', points: 1, atMs: Date.now() - 2 * MINUTE },
    ],
  })
  expect(screen.getByText('62 of 100')).toBeTruthy()
  expect(screen.getByText('What it opens counts four times, so it may open less.')).toBeTruthy()
  expect(screen.getByText(`Good again at ${clock(goodAtMs)}, if nothing more happens.`)).toBeTruthy()
  const rows = within(screen.getByRole('list', { name: 'What lowered it' })).getAllByRole('listitem')
  expect(rows.map((row) => row.textContent)).toEqual([
    expect.stringMatching(/^−20 pointsa frame larger than its protocol allows\d min/),
    expect.stringMatching(/^−1 pointan old verdict\d min/),
  ])
  expect(within(screen.getByRole('navigation', { name: 'Peers' })).getByText(/^Slowed down · Direct/)).toBeTruthy()
})

test('a banned peer is said to be, with until when and what that means', async () => {
  const goodAtMs = Date.now() + 40 * MINUTE
  await look({ score: 4, standing: 'banned', goodAtMs })
  expect(screen.getByText(`Banned until ${clock(goodAtMs)}`)).toBeTruthy()
  expect(screen.getByText(/refuses its connections and tells it nothing/)).toBeTruthy()
})

test('conduct whose time is over is good, before the node says so', async () => {
  await look({ score: 4, standing: 'banned', goodAtMs: Date.now() - 2_000 })
  expect(await screen.findByText('Nothing is held back from it.')).toBeTruthy()
  expect(screen.queryByText(/^Banned until/)).toBeNull()
  expect(screen.queryByText('4 of 100')).toBeNull()
})

test('what it may still open is told for each protocol, and asked again when somebody looks', async () => {
  const { world } = await look({ rates: [{ protocol: '/latch/chat/1.0.0', left: 57.4, burst: 60, perSecond: 5 }] })
  expect(screen.getByText('57 of 60 left · 5 more a second')).toBeTruthy()
  // No event tells of it.
  const rates = [{ protocol: '/latch/chat/1.0.0', left: 3, burst: 60, perSecond: 5 }]
  world.scene.peers = [peer('Bea', { standing: { ...good, rates } })]
  fireEvent(document, new Event('visibilitychange'))
  expect(await screen.findByText('3 of 60 left · 5 more a second')).toBeTruthy()
})
