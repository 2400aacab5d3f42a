import type { Page } from '@playwright/test'
import { answer, askToChat, connectTo, go, knockOf, newestTick, openChat, ownAddress, said, say } from '../../helpers/journey.ts'
import { look } from '../../helpers/windows-look.ts'
import { expect, test } from './houses.ts'

test.setTimeout(240_000)
// The pictures show as much, and are made in two thirds of the time.
test.use({ trace: 'off' })

/** Something that floats over the screen, closed again. */
async function lookAt(page: Page, name: string, open: () => Promise<void>): Promise<void> {
  await open()
  await look(page, name)
  await page.keyboard.press('Escape')
}

test('the first run, and what every window has', async ({ openHouse }) => {
  const { page, node, context, complaints } = await openHouse('Ada', { named: false })
  complaints.expect(/401|ERR_CONNECTION_REFUSED|WebSocket/)
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ada')
  await look(page, 'welcome')
  await page.getByRole('button', { name: 'I have a recovery phrase' }).click()
  await look(page, 'welcome-restore')
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ada')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('button', { name: 'Show the words' }).waitFor()
  await look(page, 'phrase-offer')
  await page.getByRole('button', { name: 'Show the words' }).click()
  await page.getByRole('list', { name: 'Recovery phrase' }).waitFor()
  await look(page, 'phrase-words')
  await page.getByRole('button', { name: 'I have written them down' }).click()
  await look(page, 'phrase-check')
  await page.keyboard.press('Escape')

  await look(page, 'chats-empty')
  await lookAt(page, 'palette', () => page.keyboard.press('Control+k'))
  await lookAt(page, 'shortcuts', () => page.keyboard.press('?'))
  await lookAt(page, 'start-chat', () => page.getByRole('button', { name: 'Start a chat' }).first().click())
  await lookAt(page, 'lamp', () => page.getByRole('button', { name: /^How you can be reached/ }).click())
  await lookAt(page, 'invite', async () => {
    await page.getByRole('button', { name: 'Invite someone' }).first().click()
    await page.getByRole('button', { name: 'Make a link' }).click()
    await page.getByRole('img', { name: 'The invitation link as a QR code' }).waitFor()
  })
  await go(page, 'Network')
  await look(page, 'network-empty')
  await lookAt(page, 'connect', async () => {
    await page.getByRole('button', { name: 'Use a link or an address' }).click()
    await page.getByRole('textbox', { name: 'Link or address' }).fill('latch://invite/not-a-real-one')
    await page.getByRole('alert').waitFor()
  })

  await go(page, 'Door')
  for (const section of ['At the door', 'Missed', 'Rules', 'Log', 'Blocked']) {
    await page.getByRole('link', { name: section }).click()
    await look(page, `door-${section.toLowerCase().replaceAll(' ', '-')}-empty`)
  }
  await go(page, 'Square')
  await look(page, 'square-rooms')
  await page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: /^lobby/ }).click()
  await look(page, 'square-lobby')

  await go(page, 'Settings')
  const sections = page.getByRole('navigation', { name: 'Sections of the settings' }).getByRole('link')
  for (const [at, section] of (await sections.allInnerTexts()).entries()) {
    await sections.nth(at).click()
    if (section.startsWith('Command line')) await page.getByRole('button', { name: 'Show address and token' }).click()
    await look(page, `settings-${section.toLowerCase().replaceAll(' ', '-')}`)
  }

  const stranger = await context.newPage()
  await stranger.goto(new URL(node.url).origin)
  await stranger.getByRole('heading', { name: 'This window needs the address with its token' }).waitFor()
  await look(stranger, 'no-token')
  await stranger.close()
  await node.kill()
  await page.getByText('Latch’s node does not answer.').waitFor()
  await look(page, 'node-gone')
})

test('a knock and a conversation', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  bea.complaints.expect(/ERR_CONNECTION_REFUSED|WebSocket/)
  await connectTo(ada.page, await ownAddress(bea.page))
  await ada.page.getByRole('textbox', { name: 'Greeting' }).fill('It is me, from the reading group')
  await look(ada.page, 'ask')
  await ada.page.getByRole('button', { name: 'Ask to chat' }).click()
  await ada.page.getByText('Waiting for Bea').waitFor()
  await knockOf(bea.page, 'Ada').waitFor()
  await Promise.all([look(ada.page, 'ask-waiting'), look(bea.page, 'knock-floating')])
  await go(bea.page, 'Door')
  await bea.page.getByRole('link', { name: 'At the door' }).click()
  await look(bea.page, 'door-at-the-door')
  await answer(bea.page, 'Ada', 'Deny')
  await look(bea.page, 'door-answered')
  await ada.page.getByText('Bea said no').waitFor()
  await look(ada.page, 'ask-denied')
  await askToChat(ada.page, 'Bea', 'Please')
  await answer(bea.page, 'Ada', 'Allow always')
  await expect(bea.page.getByText('You let Ada in for good.')).toBeVisible()

  await say(ada.page, 'Bea', 'Thank you. Have you finished the chapter?')
  await say(ada.page, 'Bea', 'I could bring the second volume on Thursday.\n\nOr do you want it earlier?')
  await openChat(bea.page, 'Ada')
  await say(bea.page, 'Ada', 'Nearly. Thursday is fine.')
  await said(ada.page, 'Bea', 'Nearly. Thursday is fine.').waitFor()
  await look(ada.page, 'chat')
  await newestTick(ada.page, 'Bea').click()
  await ada.page.getByRole('complementary', { name: 'How this message fared' }).getByText('Delivered', { exact: true }).waitFor()
  await look(ada.page, 'chat-trace')
  await ada.page.keyboard.press('Escape')
  await lookAt(ada.page, 'chat-safety-words', () => ada.page.getByRole('button', { name: 'Not verified' }).click())
  await lookAt(ada.page, 'chat-person-menu', () => ada.page.getByRole('button', { name: 'More about Bea' }).click())

  await go(ada.page, 'Network')
  await ada.page.getByRole('navigation', { name: 'Peers' }).getByRole('link', { name: 'Bea' }).click()
  await look(ada.page, 'network-peer')
  await ada.page.setViewportSize({ width: 1_200, height: 760 })
  await go(bea.page, 'Door')
  for (const section of ['Rules', 'Log']) {
    await bea.page.getByRole('link', { name: new RegExp(`^${section}`) }).click()
    await bea.page.getByRole('main').getByText('by you').first().or(bea.page.getByText('from an answer').first()).waitFor()
    await look(bea.page, `door-${section.toLowerCase()}`)
  }
  await bea.page.getByRole('link', { name: /^Rules/ }).click()
  await lookAt(bea.page, 'door-add-rule', () => bea.page.getByRole('button', { name: 'Add a rule' }).click())

  await bea.node.stop()
  await openChat(ada.page, 'Bea')
  await say(ada.page, 'Bea', 'It will wait for you.')
  await ada.page.getByText(/1 message waits/).waitFor()
  await look(ada.page, 'chat-away')
  await ada.page.setViewportSize({ width: 400, height: 500 })
  await expect(said(ada.page, 'Bea', 'It will wait for you.')).toBeInViewport()
})
