import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { MiB, MINUTE } from '../../../../src/shared/units.ts'
import { accountOf, peerIdOf } from '../../../gallery/ids.ts'
import { attempt, connectivity, introducer, openInvitation } from '../../../gallery/network.ts'
import { conversation, messages, now, peer, person } from '../../../gallery/people.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

const link = 'latch://introducer/abc'
const harbor = introducer('Harbor')
const reached = connectivity({
  introducers: [harbor],
  attempts: [
    attempt('Bea', 1_000, { tookMs: 12.4 }),
    attempt('Bea', 1_200, { outcome: 'failed', why: 'No answer at that address.', address: '/ip4/10.0.0.9/tcp/1' }),
  ],
})

let house: House

beforeEach(() => navigator.clipboard.writeText('what was there before'))
afterEach(() => {
  house.close()
  forgetEverything()
})

async function open(path: string, scene: Partial<Scene> = {}): Promise<House> {
  house = openHouse({ people: [person('Bea')], peers: [peer('Bea')], connectivity: reached, ...scene })
  showWindow(house, path)
  await screen.findByRole('navigation', { name: 'Places' })
  return house
}

const press = async (name: string | RegExp): Promise<void> =>
  void fireEvent.click(await screen.findByRole('button', { name }))
const paste = async (text: string): Promise<void> =>
  void fireEvent.change(await screen.findByRole('textbox', { name: 'Link or address' }), { target: { value: text } })

/** What was tried for somebody, in the report. */
async function triedFor(name: string): Promise<HTMLElement> {
  const item = (await screen.findByRole('link', { name })).closest('li')
  if (item === null) throw new Error(`${name} stands in no list`)
  return item
}

describe('this device', () => {
  const here = `${paths.network}/here`

  test('says what kind of router stands in between, in plain words', async () => {
    await open(here)
    expect(await screen.findByText(/only from those you spoke to \(port-restricted\)/)).toBeTruthy()
    expect(screen.getByText(/No router gave one/)).toBeTruthy()
  })

  test('names who was tried, at which address, which won, and why another did not', async () => {
    await open(here)
    const bea = within(await triedFor('Bea'))
    expect(bea.getByText(/Connected · Direct · tried/)).toBeTruthy()
    expect(bea.getByText('12 ms')).toBeTruthy()
    expect(bea.getByText('No answer at that address.')).toBeTruthy()
    expect(bea.getByText('/ip4/10.0.0.9/tcp/1')).toBeTruthy()
  })

  test('shows what comes while it is looked at', async () => {
    const { world } = await open(here)
    await triedFor('Bea')
    act(() => world.reach.tell({ event: 'nat-changed', nat: { ...reached.nat, kind: 'symmetric' } }))
    expect(await screen.findByText(/nobody finds the way back \(symmetric\)/)).toBeTruthy()
  })

  test('looks again when it is told to', async () => {
    const { world } = await open(here)
    const before = world.scene.connectivity.nat.checkedMs ?? 0
    await press('Look again')
    await waitFor(() => expect(world.scene.connectivity.nat.checkedMs).toBeGreaterThan(before))
  })

  test('says why looking again did not work', async () => {
    await open(here, { failing: { 'reach.check': 'INTERNAL' } })
    await press('Look again')
    expect(await screen.findByRole('alert')).toBeTruthy()
  })

  test('is known from the answer, where the stream of news does not come', async () => {
    await open(here, { failing: { 'reach.watch': 'INTERNAL' } })
    expect(screen.queryByText(/port-restricted/)).toBeNull()
    await press('Look again')
    expect(await screen.findByText(/port-restricted/)).toBeTruthy()
  })

  test('copies the report as the node writes it', async () => {
    await open(here)
    await press('Copy for support')
    expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy()
    expect(await navigator.clipboard.readText()).toBe('NAT: port-restricted')
  })

  test('says that nothing was copied when the report cannot be had', async () => {
    await open(here, { failing: { 'reach.report': 'INTERNAL' } })
    await press('Copy for support')
    expect((await screen.findByRole('alert')).textContent).toMatch(/Nothing was copied/)
    expect(await navigator.clipboard.readText()).toBe('what was there before')
  })
})

describe('introducers', () => {
  const settings = paths.settingsSection('introducers')

  test('are explained where there is none', async () => {
    await open(settings, { connectivity: connectivity() })
    expect(await screen.findByText(/On your local network Latch works without one/)).toBeTruthy()
  })

  test('are added after a look at what their link says', async () => {
    const { world } = await open(settings, { connectivity: connectivity() })
    await press('Add an introducer')
    await paste(link)
    const dialog = within(await screen.findByRole('dialog'))
    expect(await dialog.findByText('Harbor')).toBeTruthy()
    expect(world.scene.connectivity.introducers).toEqual([])
    await press('Use this introducer')
    expect(await screen.findByRole('heading', { name: 'Harbor', level: 3 })).toBeTruthy()
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  test.each([
    [`${link}forged`, /tampered with or cut short/],
    [`${link}expired`, /has expired/],
    ['latch://invite/abc', /an invitation by a person/],
    ['/dns4/harbor.example.org/tcp/443/wss', /ends in \/p2p\/ and its key/],
    ['hello', /neither a link to an introducer nor an address/],
  ])('are not added by %s, and it says why', async (text, why) => {
    await open(settings)
    await press('Add an introducer')
    await paste(text)
    expect(await screen.findByText(why)).toBeTruthy()
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Use this introducer' }).disabled).toBe(true)
  })

  test('are added by an address that holds a key', async () => {
    const { world } = await open(settings)
    await press('Add an introducer')
    await paste(`/dns4/harbor.example.org/tcp/443/wss/p2p/${peerIdOf('another')}`)
    await waitFor(() =>
      expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Use this introducer' }).disabled).toBe(false),
    )
    await press('Use this introducer')
    await waitFor(() => expect(world.scene.connectivity.introducers).toHaveLength(2))
  })

  test('are switched off and on, one by one', async () => {
    const { world } = await open(settings)
    const use = await screen.findByRole<HTMLInputElement>('switch', { name: 'Use Harbor' })
    fireEvent.click(use)
    expect(await screen.findByText('Switched off')).toBeTruthy()
    expect(world.scene.connectivity.introducers[0]?.enabled).toBe(false)
    fireEvent.click(use)
    await waitFor(() => expect(world.scene.connectivity.introducers[0]?.enabled).toBe(true))
  })

  test('are forgotten from their menu', async () => {
    const { world } = await open(settings)
    await press('More about Harbor')
    fireEvent.click(await screen.findByRole('menuitem', { name: /^Forget/ }))
    expect(await screen.findByText('No introducer yet')).toBeTruthy()
    expect(world.scene.connectivity.introducers).toEqual([])
  })
})

describe('a link to an introducer', () => {
  test('that the system opened the app with opens at what it says', async () => {
    await open(paths.chats)
    await screen.findByRole('heading', { name: 'Chats', level: 1 })
    window.dispatchEvent(new MessageEvent('message', { data: { type: 'latch:link', link }, source: window }))
    const dialog = within(await screen.findByRole('dialog', { name: 'Add an introducer' }))
    expect(await dialog.findByText('Harbor')).toBeTruthy()
  })

  test('is understood where an invitation was expected', async () => {
    const { world } = await open(paths.network, { connectivity: connectivity() })
    await press('Use a link or an address')
    await paste(link)
    await press('Use this introducer')
    await waitFor(() => expect(world.scene.connectivity.introducers).toHaveLength(1))
    expect(await screen.findByRole('heading', { name: 'Introducers', level: 1 })).toBeTruthy()
  })
})

describe('open invitations', () => {
  const [first, second] = [openInvitation(0), openInvitation(1)]
  const invite = async (scene: Partial<Scene>): Promise<House> => {
    const opened = await open(paths.network, scene)
    await press('Invite someone')
    return opened
  }

  test('are listed where one is made, and one is taken back by its button', async () => {
    const { world } = await invite({ invitations: [first, second] })
    const [, back] = await screen.findAllByRole('button', { name: /^Take back/ })
    if (back !== undefined) fireEvent.click(back)
    await waitFor(() => expect(world.scene.invitations).toEqual([first]))
    expect(await screen.findByText('Taken back: its link opens nothing any more.')).toBeTruthy()
    expect(screen.getAllByRole('button', { name: /^Take back/ })).toHaveLength(1)
  })

  test('hold the one that was just made, and its link goes with it', async () => {
    await invite({ invitations: [first] })
    await press('Make a link')
    expect(await screen.findByText(/the link above/)).toBeTruthy()
    const [back] = await screen.findAllByRole('button', { name: /^Take back/ })
    if (back !== undefined) fireEvent.click(back)
    await waitFor(() => expect(screen.queryByRole('textbox', { name: 'Invitation link' })).toBeNull())
  })

  test('that are gone already say so, and are listed no more', async () => {
    const { world } = await invite({ invitations: [first] })
    await screen.findByRole('button', { name: /^Take back/ })
    world.scene.invitations = []
    await press(/^Take back/)
    expect((await screen.findByRole('alert')).textContent).toMatch(/not there any more/)
    await waitFor(() => expect(screen.queryByRole('button', { name: /^Take back/ })).toBeNull())
  })
})

describe('a relayed conversation', () => {
  const said = messages('Bea', [['them', 60_000, 'Hello.']])
  const fuel = { through: harbor.peerId, dataBytes: 4 * MiB, leftBytes: 3.14 * MiB, durationMs: 30 * MINUTE, untilMs: now() + 26 * MINUTE }
  const talk = (over: Partial<typeof fuel> = {}): Promise<House> =>
    open(paths.chatWith(accountOf('Bea')), {
      conversations: [conversation('Bea', said)],
      messages: said,
      peers: [peer('Bea', { route: 'relayed', transport: 'relay', fuel: { ...fuel, ...over } })],
    })

  test('says who carries it and what is left', async () => {
    await talk()
    expect((await screen.findByRole('button', { name: /^Relayed by Harbor/ })).textContent).toMatch(
      /Relayed by Harbor· 3\.1 of 4 MiB left· 2\d min/,
    )
  })

  test('says first what ends first', async () => {
    await talk({ untilMs: now() + 4.5 * MINUTE })
    expect((await screen.findByRole('button', { name: /^Relayed by Harbor/ })).textContent).toMatch(
      /Harbor· 4 min left· 3\.1 of 4 MiB/,
    )
  })

  test('says on a click that a fresh circuit takes over, and that a direct way is looked for', async () => {
    await talk()
    await press(/^Relayed by Harbor/)
    expect(await screen.findByText(/A fresh circuit takes over by itself/)).toBeTruthy()
    expect(screen.getByText(/goes on looking for a direct way/)).toBeTruthy()
  })

  test('is one like all others once it runs directly', async () => {
    const { world } = await talk()
    await screen.findByRole('button', { name: /^Relayed by Harbor/ })
    act(() => world.peers.tell({ event: 'peer-changed', peer: peer('Bea') }))
    await waitFor(() => expect(screen.queryByRole('button', { name: /^Relayed/ })).toBeNull())
    expect(screen.getByText('Direct · 24 ms')).toBeTruthy()
  })
})
