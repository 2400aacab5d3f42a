import { answer, askToChat, go, knockOf, newestTick, openChat, said, say } from '../../helpers/journey.ts'
import { expect, introduce, test } from './houses.ts'

test('two people talk after one knock', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]

  await test.step('one asks, and sees that a person is being asked', async () => {
    await introduce(ada, bea)
    await askToChat(ada.page, 'Bea', 'It is me, from the reading group')
    await expect(ada.page.getByText('Waiting for Bea')).toBeVisible()
    await expect(ada.page.getByText(/\d s left/)).toBeVisible()
    await expect(ada.page.getByText('You said: “It is me, from the reading group”')).toBeVisible()
  })

  await test.step('the other sees who, what, from where and until when', async () => {
    const card = knockOf(bea.page, 'Ada')
    await expect(card.getByRole('heading', { name: 'Ada' })).toBeVisible()
    await expect(card.getByText('wants to chat with you')).toBeVisible()
    await expect(card.getByRole('blockquote')).toHaveText('“It is me, from the reading group”')
    await expect(card.getByText(/^Safety words: ?(\w+ ){5}\w+$/)).toBeVisible()
    await expect(card.getByText(/^This device · 127\.0\.0\.1/)).toBeVisible()
    await expect(card.getByText('First knock')).toBeVisible()
    await expect(card.getByText(/\d s left, then denied once and kept under Missed/)).toBeVisible()
    await expect(bea.page.getByRole('link', { name: 'Door 1 knock waits for your answer' })).toBeVisible()
  })

  await test.step('allowed for this session, they talk both ways', async () => {
    await answer(bea.page, 'Ada', 'Allow this session')
    await expect(knockOf(bea.page, 'Ada')).toBeHidden()
    await expect(bea.page.getByText('You let Ada in until Latch is quit.')).toBeVisible()
    await say(ada.page, 'Bea', 'Hello Bea')
    // Bea looks at the Network screen, and is told how many she has not read.
    await expect(bea.page.getByRole('link', { name: 'Chats 1 unread message' })).toBeVisible()
    await say(ada.page, 'Bea', 'Are you there?')
    await expect(bea.page.getByRole('link', { name: 'Chats 2 unread messages' })).toBeVisible()

    await openChat(bea.page, 'Ada')
    await expect(said(bea.page, 'Ada', 'Are you there?')).toBeVisible()
    await expect(bea.page.getByText('New messages')).toBeVisible()
    await expect(bea.page.getByRole('link', { name: 'Chats', exact: true })).toBeVisible()
    await say(bea.page, 'Ada', 'Here I am')
    await expect(said(ada.page, 'Bea', 'Here I am')).toBeVisible()
  })

  await test.step('the tick says what became of a message, and its trace how', async () => {
    await expect(newestTick(ada.page, 'Bea')).toHaveAccessibleName(/^Read\./)
    await newestTick(ada.page, 'Bea').click()
    const trace = ada.page.getByRole('complementary', { name: 'How this message fared' })
    const steps = trace.getByRole('listitem')
    await expect(steps.first()).toContainText('Queued')
    await expect(steps.filter({ hasText: 'Sent' })).toContainText('This device')
    await expect(steps.filter({ hasText: 'Delivered' })).toBeVisible()
    await expect(steps.last()).toContainText('Read')
    await ada.page.keyboard.press('Escape')
    await expect(trace).toBeHidden()
  })

  await test.step('both see the same safety words, and one says that they match', async () => {
    const words = async (page: typeof ada.page, name: string): Promise<string[]> => {
      await page.getByRole('button', { name: 'Not verified' }).click()
      const list = page.getByRole('list', { name: `Safety words with ${name}` }).getByRole('listitem')
      await expect(list).toHaveCount(6)
      return list.allInnerTexts()
    }
    expect(await words(ada.page, 'Bea')).toEqual(await words(bea.page, 'Ada'))
    await ada.page.getByRole('button', { name: 'They match' }).click()
    await expect(ada.page.getByRole('button', { name: 'Verified', exact: true })).toBeVisible()
  })

  await test.step('the door wrote down what was decided', async () => {
    await go(bea.page, 'Door')
    await bea.page.getByRole('link', { name: 'Log' }).click()
    await expect(bea.page.getByRole('main').getByText('by you').first()).toBeVisible()
    // By the keyboard: what was answered lies over the button for as long as it can be taken back.
    await bea.page.getByRole('button', { name: 'Check the log' }).press('Enter')
    await expect(bea.page.getByText(/^The log is whole/)).toBeVisible()
  })
})

test('who is denied is told so, and who is blocked is told nothing', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  await introduce(ada, bea)
  await askToChat(ada.page, 'Bea', 'May I?')
  await answer(bea.page, 'Ada', 'Deny')
  await expect(bea.page.getByText('You denied Ada.')).toBeVisible()
  await expect(ada.page.getByText('Bea said no')).toBeVisible()

  await askToChat(ada.page, 'Bea', 'Please')
  await go(bea.page, 'Door')
  await expect(knockOf(bea.page, 'Ada').getByText('Knocked once before')).toBeVisible()
  await answer(bea.page, 'Ada', 'Block')
  await expect(bea.page.getByText('You blocked Ada.').filter({ visible: true })).toHaveCount(1)
  await expect(bea.page.getByRole('link', { name: 'Blocked 1 blocked person' })).toBeVisible()
  await expect(ada.page.getByText('Waiting for Bea')).toBeVisible()

  await bea.page.getByRole('link', { name: 'Blocked 1 blocked person' }).click()
  await bea.page.getByRole('button', { name: 'Unblock Ada' }).press('Enter')
  await expect(bea.page.getByText('Nobody is blocked')).toBeVisible()
})

test('an answer can be taken back', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  await introduce(ada, bea)
  await askToChat(ada.page, 'Bea', '')
  await answer(bea.page, 'Ada', 'Deny')
  await bea.page.getByRole('button', { name: 'Undo: You denied Ada.' }).click()
  await answer(bea.page, 'Ada', 'Allow once')
  await expect(ada.page.getByRole('textbox', { name: 'Message to Bea' })).toBeVisible()
})

test('an invitation lets in without a question', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  await bea.page.getByRole('button', { name: 'Invite someone' }).first().click()
  const dialog = bea.page.getByRole('dialog', { name: 'Invite someone' })
  await dialog.getByRole('button', { name: 'Make a link' }).click()
  await expect(dialog.getByRole('img', { name: 'The invitation link as a QR code' })).toBeVisible()
  await dialog.getByRole('button', { name: 'Copy link' }).click()
  const link = await bea.page.evaluate(() => navigator.clipboard.readText())
  expect(link).toMatch(/^latch:\/\/invite\//)
  await bea.page.keyboard.press('Escape')

  await go(ada.page, 'Network')
  await ada.page.getByRole('button', { name: 'Use a link or an address' }).click()
  const connect = ada.page.getByRole('dialog', { name: 'Connect to someone' })
  await connect.getByRole('textbox', { name: 'Link or address' }).fill(link)
  await expect(connect.getByText('Bea invites you')).toBeVisible()
  await connect.getByRole('button', { name: 'Connect' }).click()

  await say(ada.page, 'Bea', 'Thank you for the link')
  await openChat(bea.page, 'Ada')
  await expect(said(bea.page, 'Ada', 'Thank you for the link')).toBeVisible()
  await expect(knockOf(bea.page, 'Ada')).toBeHidden()
})
