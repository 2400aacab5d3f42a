import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import type { Message } from '../../../../src/shared/model/chat.ts'
import { fileIdOf, offerOf, transferOf } from '../../../gallery/files.ts'
import { accountOf } from '../../../gallery/ids.ts'
import { conversation, messages, peer, person } from '../../../gallery/people.ts'
import { smallPicture } from '../../../gallery/picture.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

const said = messages('Bea', [
  ['them', 90_000, 'The key is **under** the mat.'],
  ['them', 60_000, 'Pictures'],
  ['me', 30_000, 'Thanks'],
]).map((message, index) => ({ ...message, pinned: index === 0 }))
const [pinned, pictures] = said as [Message, Message]
const inBea = conversation('Bea', said)
const at = { conversation: inBea.id, message: pictures.id }
const photos = Array.from({ length: 12 }, (_, index) =>
  transferOf('Bea', offerOf(`photo ${index}.png`, { kind: 'picture', type: 'image/png', thumbnail: smallPicture, file: fileIdOf(`p${index}`) }), at),
)
const plan = transferOf('Bea', offerOf('plan.pdf', { file: fileIdOf('plan') }), at)

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

async function details(): Promise<{ world: House['world']; panel: ReturnType<typeof within> }> {
  house = openHouse({
    people: [person('Bea')],
    peers: [peer('Bea')],
    conversations: [{ ...inBea, pinned: [pinned.id] }],
    messages: said,
    files: { folder: '/f', transfers: [...photos, plan] },
  })
  showWindow(house, paths.chatWith(accountOf('Bea')))
  fireEvent.click(await screen.findByRole('button', { name: 'Details' }))
  return { world: house.world, panel: within(await screen.findByRole('complementary', { name: 'Details' })) }
}

test('what is pinned is listed beside the conversation, gone to, and taken down', async () => {
  const { world, panel } = await details()
  fireEvent.click(await panel.findByRole('button', { name: /^The key is under the mat\./ }))
  const log = within(await screen.findByRole('log'))
  await waitFor(() => expect(log.getAllByRole('article')[0]?.className).toMatch(/lit/))
  fireEvent.click(panel.getByRole('button', { name: 'Unpin it for everybody' }))
  await waitFor(() => expect(world.scene.messages.find(({ id }) => id === pinned.id)?.pinned).toBe(false))
  await waitFor(() => expect(panel.queryByRole('heading', { name: 'Pinned here' })).toBeNull())
})

test('pictures lie together, some of them first and more when they are asked for; other files are a list', async () => {
  const { panel } = await details()
  expect(await panel.findAllByRole('button', { name: /^Go to photo/ })).toHaveLength(9)
  fireEvent.click(panel.getByRole('button', { name: 'Show 3 more' }))
  expect(panel.getAllByRole('button', { name: /^Go to photo/ })).toHaveLength(12)
  expect(panel.getByRole('button', { name: /^plan\.pdf/ })).toBeTruthy()
})
