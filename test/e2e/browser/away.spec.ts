import { answer, askToChat, conversation, newestTick, openChat, said, say } from '../../helpers/journey.ts'
import { expect, introduce, test, type House } from './houses.ts'

/** The tabs of those whose node is stopped try to reach it, and Chromium writes that down. */
const UNREACHED = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_SOCKET_NOT_CONNECTED|WebSocket|401/

/** They have talked, and each will be let in again after a restart. */
async function openTwoFriends(openHouse: (name: string) => Promise<House>): Promise<[House, House]> {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  for (const { complaints } of [ada, bea]) complaints.expect(UNREACHED)
  await introduce(ada, bea)
  await askToChat(ada.page, 'Bea', 'Hello')
  await answer(bea.page, 'Ada', 'Allow always')
  await say(ada.page, 'Bea', 'first')
  await openChat(bea.page, 'Ada')
  await expect(said(bea.page, 'Ada', 'first')).toBeVisible()
  return [ada, bea]
}

test('what is written to somebody who is away arrives when they return', async ({ openHouse }) => {
  const [ada, bea] = await openTwoFriends(openHouse)

  await test.step('while their node is stopped it waits, and says so', async () => {
    await bea.node.stop()
    await expect(ada.page.getByText('Bea is away. What you write waits here and goes when they return.')).toBeVisible()
    await say(ada.page, 'Bea', 'written while you were away')
    await expect(newestTick(ada.page, 'Bea')).toHaveAccessibleName(/^Queued/)
    await expect(ada.page.getByText('Bea is away. 1 message waits; it goes when they return.')).toBeVisible()
  })

  await test.step('they return, and nobody does anything', async () => {
    await bea.start()
    await expect(newestTick(ada.page, 'Bea')).toHaveAccessibleName(/^Delivered/)
    await bea.enter()
    await openChat(bea.page, 'Ada')
    await expect(said(bea.page, 'Ada', 'written while you were away')).toBeVisible()
  })

  await test.step('also when both were restarted in between', async () => {
    await bea.node.stop()
    await say(ada.page, 'Bea', 'before I left too')
    await ada.node.stop()
    await bea.start()
    await bea.enter()
    await openChat(bea.page, 'Ada')
    await ada.start()
    await expect(said(bea.page, 'Ada', 'before I left too')).toBeVisible()
    await ada.enter()
    await openChat(ada.page, 'Bea')
    await expect(newestTick(ada.page, 'Bea')).toHaveAccessibleName(/^(Delivered|Read)/)
    await expect(said(ada.page, 'Bea', 'first')).toBeVisible()
  })
})

test('a node killed in the middle loses nothing that it took', async ({ openHouse }) => {
  const [ada, bea] = await openTwoFriends(openHouse)
  const texts = (house: House, other: string) => conversation(house.page, other).getByText(/^(first|m\d+)$/).allInnerTexts()
  const all = ['first', ...Array.from({ length: 10 }, (_, index) => `m${index}`)]

  await test.step('the receiver, while messages come in', async () => {
    for (const text of all.slice(1, 4)) await say(ada.page, 'Bea', text)
    await bea.node.kill()
    for (const text of all.slice(4, 7)) await say(ada.page, 'Bea', text)
    await bea.start()
    await bea.enter()
    await openChat(bea.page, 'Ada')
    await expect.poll(() => texts(bea, 'Ada')).toEqual(all.slice(0, 7))
  })

  await test.step('the sender, as soon as its window says that a message is kept', async () => {
    await bea.node.stop()
    for (const text of all.slice(7)) await say(ada.page, 'Bea', text)
    await ada.node.kill()
    await ada.start()
    await ada.enter()
    await openChat(ada.page, 'Bea')
    await expect.poll(() => texts(ada, 'Bea')).toEqual(all)
    await bea.start()
    await bea.enter()
    await openChat(bea.page, 'Ada')
    await expect.poll(() => texts(bea, 'Ada')).toEqual(all)
    await expect(newestTick(ada.page, 'Bea')).toHaveAccessibleName(/^(Delivered|Read)/)
  })
})

test('who was let in for a session asks again after it', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  bea.complaints.expect(UNREACHED)
  await introduce(ada, bea)
  await askToChat(ada.page, 'Bea', 'Hello')
  await answer(bea.page, 'Ada', 'Allow this session')
  await say(ada.page, 'Bea', 'today')
  await expect(newestTick(ada.page, 'Bea')).toHaveAccessibleName(/^Delivered/)
  await bea.node.stop()
  await say(ada.page, 'Bea', 'tomorrow')
  await bea.start()
  await bea.enter()
  await expect(ada.page.getByText('1 message waits until Bea lets you in.')).toBeVisible()
  await askToChat(ada.page, 'Bea', 'Me again')
  await answer(bea.page, 'Ada', 'Allow this session')
  await expect(newestTick(ada.page, 'Bea')).toHaveAccessibleName(/^Delivered/)
  await openChat(bea.page, 'Ada')
  await expect(said(bea.page, 'Ada', 'tomorrow')).toBeVisible()
})
