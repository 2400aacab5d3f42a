import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { clock } from '../../../../src/renderer/ui/when.ts'
import type { SentKnock } from '../../../../src/shared/model/door.ts'
import { HOUR, MINUTE } from '../../../../src/shared/units.ts'
import { accountOf } from '../../../gallery/ids.ts'
import { peer, person, sentKnock } from '../../../gallery/people.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

/** The conversation with Bea, who was asked so. */
async function ask(changes: Partial<SentKnock>): Promise<House> {
  house = openHouse({ people: [person('Bea')], peers: [peer('Bea')], sent: [sentKnock('Bea', changes)] })
  showWindow(house, paths.chatWith(accountOf('Bea')))
  await screen.findByRole('heading', { name: /Bea/, level: 1 })
  return house
}
const list = (): Promise<HTMLElement> => screen.findByRole('navigation', { name: 'Conversations' })

test('while a person is asked, the seconds left are told, and in line that others come first', async () => {
  const { world } = await ask({ why: 'Others are being asked about first.', untilMs: Date.now() + 200_000 })
  expect(await screen.findByText('Waiting for Bea')).toBeTruthy()
  expect(screen.getByText(/\d{3} s left/)).toBeTruthy()
  expect(screen.getByText(/^Others are being asked about first\./)).toBeTruthy()
  expect(within(await list()).getByText('Waiting for their answer')).toBeTruthy()
  act(() => void world.putSent(sentKnock('Bea', { why: 'A person is being asked.' })))
  expect(await screen.findByText(/^A person is being asked\./)).toBeTruthy()
})

test('who does not want to be disturbed is told of, with until when the knock is kept, and no seconds', async () => {
  const untilMs = Date.now() + HOUR
  await ask({ quiet: true, untilMs, why: 'They do not want to be disturbed now.' })
  expect(await screen.findByText('Bea does not want to be disturbed now')).toBeTruthy()
  expect(screen.getByText(`Your knock is kept at their door until ${clock(untilMs)}. They see it when they look; you will see the answer here.`)).toBeTruthy()
  expect(screen.queryByText(/s left/)).toBeNull()
  expect(screen.getByRole('button', { name: 'Stop asking' })).toBeTruthy()
})

test('the price that is worked for is said, and it can be stopped', async () => {
  const { world } = await ask({ state: 'working', workBits: 20, untilMs: null })
  expect(await screen.findByText(/A place there costs about a second of work\. You can go on/)).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Stop asking' }))
  await waitFor(() => expect(world.scene.sent[0]?.state).toBe('cancelled'))
})

test('a door that is too busy says what a place costs, and can be asked again', async () => {
  const { world } = await ask({ state: 'busy', workBits: 28, untilMs: null, why: 'Too many are waiting at that door.' })
  expect(await screen.findByText('Bea’s door is busy')).toBeTruthy()
  expect(screen.getByText(/^Too many are waiting there\. A place costs about 4 minutes of work now, and less when fewer wait\. Ask again/)).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Ask again' }))
  expect(await screen.findByText('Waiting for Bea')).toBeTruthy()
  expect(world.scene.sent).toHaveLength(2)
})

test('a yes for a while says until when', async () => {
  const untilMs = Date.now() + HOUR
  const { world } = await ask({ state: 'allowed', untilMs })
  expect(await screen.findByText(`Bea let you in until ${clock(untilMs)}.`)).toBeTruthy()
  expect(screen.getByRole('textbox', { name: 'Message to Bea' })).toBeTruthy()
  act(() => void world.putSent(sentKnock('Bea', { state: 'allowed', untilMs: null, why: 'For this connection.' })))
  expect(await screen.findByText('For this connection.')).toBeTruthy()
  act(() => void world.putSent(sentKnock('Bea', { state: 'allowed', untilMs: null })))
  await waitFor(() => expect(screen.queryByText('For this connection.')).toBeNull())
})

test('what a program asks of somebody is told beside the chat, and can be stopped', async () => {
  const { world } = await ask({ state: 'allowed', untilMs: null })
  const asked = sentKnock('Bea', { capability: 'app:todo' })
  act(() => void world.putSent({ ...asked, id: sentKnock('program').id, untilMs: Date.now() + MINUTE }))
  const asks = await screen.findByRole('list', { name: 'Asked of Bea' })
  expect(within(asks).getByText('App todo: Waiting for Bea')).toBeTruthy()
  fireEvent.click(within(asks).getByRole('button', { name: 'Stop asking for App todo' }))
  await waitFor(() => expect(screen.queryByRole('list', { name: 'Asked of Bea' })).toBeNull())
  expect(world.scene.sent.at(-1)?.state).toBe('cancelled')
})
