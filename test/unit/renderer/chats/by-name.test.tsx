import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, test } from 'vitest'
import { foundIn, isWorthAgain, mustConnect } from '../../../../src/renderer/features/chats/by-name.ts'
import { nameToLookUp } from '../../../../src/renderer/features/chats/StartChat.tsx'
import { noLookup } from '../../../../src/renderer/features/names/lookup-state.ts'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import type { Lookup } from '../../../../src/shared/model/names.ts'
import { accountOf, peerIdOf } from '../../../gallery/ids.ts'
import { namesScene } from '../../../gallery/names.ts'
import { found, peerRecord, step, told, zoneOf } from '../../../gallery/names-parts.ts'
import { conversation, messages, movedTo, peer, person, pinOf } from '../../../gallery/people.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

const said = messages('Bea', [['them', 60_000, 'Write to @ines.peer, not to bea@ines.peer.']])
const bea = person('Bea', { names: ['bea.peer', 'harbour.peer'] })
const ines = zoneOf('ines', [peerRecord('Ines')], {}, 'Ines')
const answer = found(ines, [peerRecord('Ines')])
const nobody: Lookup = { ...answer, zone: null, outcome: { outcome: 'nobody', why: 'The ledger has no such name.' } }
const scene: Partial<Scene> = {
  people: [bea, person('Ines', { names: ['ines.peer'] })],
  peers: [peer('Bea')],
  conversations: [conversation('Bea', said, { pin: pinOf('bea.peer') })],
  messages: said,
  names: namesScene({ lookups: { '*': told(answer) } }),
}

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

async function open(changes: Partial<Scene> = {}): Promise<House> {
  house = openHouse({ ...scene, ...changes })
  showWindow(house, paths.chatWith(accountOf('Bea')))
  await screen.findByRole('heading', { name: /Bea/, level: 1 })
  return house
}

const button = (name: string | RegExp): Promise<HTMLElement> => screen.findByRole('button', { name })
const armed = async (name: string): Promise<HTMLElement> => {
  const found = await button(name)
  await waitFor(() => expect(found.getAttribute('aria-disabled')).toBeNull(), { timeout: 5_000 })
  return found
}
const frozen = (changes = {}): Partial<Scene> => ({
  conversations: [
    conversation('Bea', said, { pin: pinOf('bea.peer', { moved: movedTo('Mallory', bea.safetyWords), ...changes }) }),
  ],
})

describe('a conversation by a name', () => {
  test('shows the name that the ledger has beside the one you use, and what the pin means', async () => {
    await open()
    expect(await within(screen.getByRole('heading', { name: /Bea/, level: 1 })).findByText(/bea\.peer, harbour\.peer/)).toBeTruthy()
    fireEvent.click(await button('Pinned to bea.peer'))
    expect(await screen.findByText(/nothing more is sent here until you say whom you mean/)).toBeTruthy()
  })

  test('whose name lapsed says so, and goes on', async () => {
    await open({ conversations: [conversation('Bea', said, { pin: pinOf('bea.peer', { lapsed: true }) })] })
    expect(await screen.findByText(/^Nobody has bea\.peer any more/)).toBeTruthy()
    expect(screen.getByRole('textbox', { name: 'Message to Bea' })).toBeTruthy()
  })

  test('that was left says with whom one went on, and what waits', async () => {
    const left = { fullName: 'bea.peer', to: accountOf('Mallory'), atMs: 1_000 }
    await open({ conversations: [conversation('Bea', said, { left, waiting: 1, waitingFor: 'name' })] })
    expect(await screen.findByText(/You went on with the new owner of bea\.peer/)).toBeTruthy()
    expect(screen.getByText(/1 message waits; it goes to Bea when you write here again/)).toBeTruthy()
    expect(screen.getByRole('link', { name: 'Go to the new owner' }).getAttribute('href')).toContain(accountOf('Mallory'))
  })
})

describe('a name that moved', () => {
  test('takes the composer’s place, and shows both accounts with their keys and words; the draft is kept', async () => {
    const { world } = await open()
    const field = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Message to Bea' })
    fireEvent.change(field, { target: { value: 'half a thou' } })
    act(() => void world.putConversation({ ...conversation('Bea', said), ...frozen().conversations?.[0] }))
    const panel = await screen.findByRole('region', { name: 'bea.peer now belongs to another account' })
    expect(screen.queryByRole('textbox', { name: 'Message to Bea' })).toBeNull()
    expect(within(panel).getByText(/Your draft is kept\./)).toBeTruthy()
    const [before, now] = [within(panel).getByRole('region', { name: 'The account you know' }), within(panel).getByRole('region', { name: 'The new owner' })]
    expect(within(before).getByText('Bea')).toBeTruthy()
    expect(within(now).getByText('Somebody you have not met')).toBeTruthy()
    for (const side of [before, now]) {
      expect(within(side).getAllByRole('listitem')).toHaveLength(6)
      expect(within(side).getByRole('button', { name: /Copy/ })).toBeTruthy()
    }
    fireEvent.click(await armed('Keep talking with Bea'))
    expect((await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Message to Bea' })).value).toBe('half a thou')
    expect(world.scene.conversations[0]?.pin).toBeNull()
  })

  test('is not decided by a click before it was looked at, nor by Enter', async () => {
    const { world } = await open(frozen())
    fireEvent.click(await button('Talk with the new owner'))
    const follow = await armed('Talk with the new owner')
    expect(fireEvent.keyDown(follow, { key: 'Enter' })).toBe(false)
    expect(world.scene.conversations).toHaveLength(1)
    expect(document.activeElement).not.toBe(follow)
  })

  test('leads to the new owner when one chooses to follow it', async () => {
    const { world } = await open(frozen())
    fireEvent.click(await armed('Talk with the new owner'))
    await waitFor(() => expect(window.location.hash).toBe(`#${paths.chatWith(accountOf('Mallory'))}`))
    expect(world.scene.conversations).toMatchObject([{ left: { fullName: 'bea.peer' } }, { pin: { fullName: 'bea.peer' } }])
  })

  test('that nobody has any more, or that is one’s own, cannot be followed', async () => {
    await open(frozen({ lapsed: true }))
    expect(await screen.findByRole('region', { name: /nobody has it now/ })).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Talk with the new owner' })).toBeNull()
    act(() => {
      const [held] = house?.world.scene.conversations ?? []
      if (held?.pin?.moved == null) throw new Error('there is no frozen conversation')
      house?.world.putConversation({ ...held, pin: { ...held.pin, lapsed: false, moved: { ...held.pin.moved, to: accountOf('me'), wordsNow: [] } } })
    })
    expect(await screen.findByRole('region', { name: 'bea.peer now belongs to you' })).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Talk with the new owner' })).toBeNull()
  })

  test('is said in the list too', async () => {
    await open(frozen())
    expect(await within(screen.getByRole('navigation', { name: 'Conversations' })).findByText('bea.peer has moved')).toBeTruthy()
  })

  test('whose decision fails says why, and is still to be decided', async () => {
    await open({ ...frozen(), failing: { 'chat.decide': 'CONFLICT' } })
    fireEvent.click(await armed('Keep talking with Bea'))
    expect(await screen.findByRole('alert')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Keep talking with Bea' })).toBeTruthy()
  })
})

describe('a name in a message', () => {
  test('is looked up when it is clicked, and leads to a chat that is pinned to it', async () => {
    const { world } = await open({ peers: [peer('Bea'), peer('Ines')] })
    fireEvent.click(await button('@ines.peer'))
    const card = await screen.findByRole('dialog', { name: 'About ines.peer' })
    expect(await within(card).findByText('Ines')).toBeTruthy()
    expect(within(card).getByText(/Owner as of block/)).toBeTruthy()
    fireEvent.click(within(card).getByRole('button', { name: 'Chat' }))
    await waitFor(() => expect(window.location.hash).toBe(`#${paths.chatWith(accountOf('Ines'))}`))
    expect(world.scene.conversations.at(-1)).toMatchObject({ with: accountOf('Ines'), pin: { fullName: 'ines.peer' } })
  })

  test('that nobody has says so once', async () => {
    const outcome = { outcome: 'nobody', why: 'Nobody has ines.peer.' } as const
    await open({ names: namesScene({ lookups: { '*': told({ ...nobody, fullName: 'ines.peer', outcome }) } }) })
    fireEvent.click(await button('@ines.peer'))
    const card = await screen.findByRole('dialog', { name: 'About ines.peer' })
    await within(card).findByText('Nobody has ines.peer')
    expect(within(card).queryByText('Nobody has ines.peer.')).toBeNull()
  })

  test('that nobody has says so, and can be looked at closely', async () => {
    await open({ names: namesScene({ lookups: { '*': told(nobody) } }) })
    fireEvent.click(await button('@ines.peer'))
    const card = await screen.findByRole('dialog', { name: 'About ines.peer' })
    expect(await within(card).findByText('The ledger has no such name.')).toBeTruthy()
    expect(within(card).queryByRole('button', { name: 'Chat' })).toBeNull()
    fireEvent.click(within(card).getByRole('button', { name: 'Look up' }))
    await waitFor(() => expect(window.location.hash).toBe(`#${paths.lookUpOf('ines.peer')}`))
  })
})

describe('starting a chat by a name', () => {
  async function type(text: string, changes: Partial<Scene> = {}): Promise<HTMLElement> {
    await open(changes)
    fireEvent.keyDown(window, { key: 'n', ctrlKey: true })
    const dialog = await screen.findByRole('dialog', { name: 'Start a chat' })
    fireEvent.change(within(dialog).getByRole('combobox'), { target: { value: text } })
    return dialog
  }
  const lookUp = async (dialog: HTMLElement, name: string): Promise<void> => {
    fireEvent.click(await within(dialog).findByRole('option', { name: new RegExp(`^Look up ${name}`) }))
  }

  test('looks it up, shows whose it is, and opens the conversation pinned to it', async () => {
    const dialog = await type('@ines.peer')
    await lookUp(dialog, 'ines.peer')
    expect(await within(dialog).findByText('Ines')).toBeTruthy()
    const chat = await within(dialog).findByRole('button', { name: 'Chat' })
    expect(document.activeElement).toBe(chat)
    fireEvent.click(chat)
    await waitFor(() => expect(house?.world.scene.conversations.at(-1)?.pin?.fullName).toBe('ines.peer'))
    expect(window.location.hash).toBe(`#${paths.chatWith(accountOf('Ines'))}`)
  })

  test('of somebody never met connects first, and says when that is not possible', async () => {
    const dialog = await type('ines.peer', { people: [bea] })
    await lookUp(dialog, 'ines.peer')
    expect(await within(dialog).findByText('They are asked before a word of yours gets in.')).toBeTruthy()
    fireEvent.click(await within(dialog).findByRole('button', { name: 'Chat' }))
    expect(await within(dialog).findByText('None of their devices could be reached.')).toBeTruthy()
    expect(house?.world.scene.conversations).toHaveLength(1)
  })

  test('of somebody never met asks at their door once a device of theirs is connected', async () => {
    const connection = { peerId: peerIdOf('Ines'), route: 'direct', address: '/ip4/198.51.100.7/tcp/4001', rttMs: 20 } as const
    const dialog = await type('ines.peer', {
      people: [bea],
      names: namesScene({ lookups: { '*': told({ ...answer, connection }) } }),
    })
    await lookUp(dialog, 'ines.peer')
    fireEvent.click(await within(dialog).findByRole('button', { name: 'Chat' }))
    expect(await button('Ask to chat')).toBeTruthy()
    expect(house?.world.scene.conversations.at(-1)).toMatchObject({ with: accountOf('Ines'), pin: { fullName: 'ines.peer' } })
  })

  test('shows what is done while it goes on, and can be stopped', async () => {
    const steps = [step(0, 1, 'ledger', 'found', 'The ledger says whose it is.')]
    const dialog = await type('ines.peer', {
      names: namesScene({ lookups: { '*': steps.map((one) => ({ kind: 'step', step: one })) }, lookupHangs: true }),
    })
    await lookUp(dialog, 'ines.peer')
    expect(await within(dialog).findByText('The ledger says whose it is.')).toBeTruthy()
    fireEvent.click(within(dialog).getByRole('button', { name: 'Stop' }))
    expect(await within(dialog).findByText('You stopped it before anything was found.')).toBeTruthy()
    fireEvent.click(within(dialog).getByRole('button', { name: 'Another name' }))
    expect((await within(dialog).findByRole<HTMLInputElement>('combobox')).value).toBe('ines.peer')
  })

  test('never says whose it is while the ledger is behind', async () => {
    const behind: Lookup = { ...nobody, outcome: { outcome: 'catching-up', blocksLeft: 312 } }
    const dialog = await type('ines.peer', { names: namesScene({ lookups: { '*': told(behind) } }) })
    await lookUp(dialog, 'ines.peer')
    expect(await within(dialog).findByText(/^312 blocks left\./)).toBeTruthy()
    expect(within(dialog).queryByRole('button', { name: 'Chat' })).toBeNull()
    expect(within(dialog).getByRole('button', { name: 'Ask again' })).toBeTruthy()
  })

  test('that was mistyped says what is wrong, and what may have been meant', async () => {
    const refused: Lookup = { ...nobody, outcome: { outcome: 'refused', why: 'A name has no two dots in a row: did you mean ines.peer?' } }
    const dialog = await type('@ines..peer', { names: namesScene({ lookups: { '*': told(refused) } }) })
    await lookUp(dialog, 'ines')
    fireEvent.click(await within(dialog).findByRole('button', { name: 'Look up ines.peer' }))
    expect((await within(dialog).findByRole<HTMLInputElement>('combobox')).value).toBe('ines.peer')
  })
})

describe('what is typed', () => {
  test.each([
    ['alice.peer', 'alice.peer'],
    ['@alice.peer', 'alice.peer'],
    ['@alice', 'alice.peer'],
    ['Alice.PEER', 'alice.peer'],
    ['peer://www.alice.peer/x', 'www.alice.peer'],
    // What is wrong with it main says.
    ['alícè.peer', 'alícè.peer'],
    ['@Ålice', '@Ålice'],
    ['Alice', null],
    ['@', null],
    ['alice.example', null],
    ['latch://invite/x', null],
    ['', null],
  ])('%j may be looked up as %j', (typed, name) => {
    expect(nameToLookUp(typed, 'peer')).toBe(name)
  })
})

describe('whom a look-up leads to', () => {
  test('is pinned by the name whose zone answered, not by what is below it or points to it', () => {
    expect(foundIn({ ...answer, fullName: 'www.alice.peer' }, 'peer')).toEqual({ owner: accountOf('Ines'), pinned: 'ines.peer' })
    const noZone: Lookup = { ...answer, fullName: 'www.ines.peer', outcome: { outcome: 'no-zone', owner: accountOf('Ines') } }
    expect(foundIn(noZone, 'peer')).toEqual({ owner: accountOf('Ines'), pinned: 'ines.peer' })
    expect(foundIn(nobody, 'peer')).toBeNull()
  })

  test('is connected first, unless one may write to them or they are connected', () => {
    expect([mustConnect(false, false), mustConnect(true, false), mustConnect(false, true)]).toEqual([true, false, false])
  })

  test('is asked again only where that may change something', () => {
    expect(isWorthAgain(noLookup)).toBe(false)
    expect(isWorthAgain({ ...noLookup, phase: 'stopped' })).toBe(true)
    expect(isWorthAgain({ ...noLookup, phase: 'done', lookup: nobody })).toBe(false)
    expect(isWorthAgain({ ...noLookup, phase: 'done', lookup: { ...nobody, outcome: { outcome: 'catching-up', blocksLeft: null } } })).toBe(true)
  })
})
