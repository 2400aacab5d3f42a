import {
  actOn,
  befriend,
  connectTo,
  conversation,
  go,
  messageOf,
  newestTick,
  openChat,
  ownAddress,
  said,
  say,
} from '../../helpers/journey.ts'
import { look } from '../../helpers/windows-look.ts'
import { expect, test } from './desks.ts'

const NARROW = { width: 480, height: 760 } as const

test('what is done with messages is seen on the other side', async ({ openDesk }) => {
  test.setTimeout(90_000)
  const [ada, bea] = [await openDesk('Ada'), await openDesk('Bea')]
  const [a, b] = [ada.page, bea.page]
  await befriend(a, b, { asking: 'Ada', asked: 'Bea' })
  await say(a, 'Bea', 'Shall we **row** on Sunday?\n\n```ts\nconst boat = "the old one"\n```\n\n<b>early</b> [here](javascript:alert(1))')

  await test.step('Markdown is shown, and nothing of it is run', async () => {
    const message = messageOf(b, 'Ada', 'on Sunday?')
    await expect(message.locator('strong', { hasText: 'row' })).toBeVisible()
    await expect(message.getByText('const boat = "the old one"')).toBeVisible()
    await expect(message.getByText('<b>early</b>')).toBeVisible()
    await expect(message.getByRole('link')).toHaveCount(0)
  })

  await test.step('answered, changed, reacted to and pinned', async () => {
    await actOn(messageOf(b, 'Ada', 'on Sunday?'), 'Reply')
    await say(b, 'Ada', 'On Saturday')
    const reply = messageOf(a, 'Bea', 'On Saturday')
    await expect(reply.getByRole('button', { name: 'In answer to You Shall we row on Sunday?' })).toBeVisible()

    await actOn(messageOf(b, 'Ada', 'On Saturday'), 'Edit')
    const field = b.getByRole('textbox', { name: 'Message to Ada' })
    await expect(field).toHaveValue('On Saturday')
    await field.fill('On Saturday, early')
    await field.press('Enter')
    await expect(messageOf(a, 'Bea', 'On Saturday, early').getByText('edited')).toBeVisible()

    await messageOf(a, 'Bea', 'On Saturday').hover()
    const react = a.getByRole('toolbar').getByRole('button', { name: 'React' })
    const near = await react.boundingBox()
    await react.click()
    const thumb = a.getByRole('button', { name: 'React with 👍' })
    const floats = await thumb.boundingBox()
    expect(Math.abs((floats?.y ?? 0) - (near?.y ?? 9_999)), 'it opens beside the message').toBeLessThan(80)
    await thumb.click()
    await expect(conversation(b, 'Ada').getByRole('button', { name: '👍 by Ada' })).toBeVisible()

    await actOn(messageOf(a, 'Bea', 'On Saturday'), 'Pin for everybody')
    await expect(b.getByRole('button', { name: 'Pinned message You: On Saturday, early' })).toBeVisible()
  })

  await test.step('taken back for all, or deleted for oneself', async () => {
    await say(a, 'Bea', 'a slip')
    await say(a, 'Bea', 'for you alone')
    await actOn(messageOf(a, 'Bea', 'a slip'), 'Delete')
    await a.getByRole('button', { name: 'Take back for everybody' }).click()
    await expect(said(b, 'Ada', 'This message was taken back.')).toBeVisible()
    await expect(said(b, 'Ada', 'a slip')).toBeHidden()
    await actOn(messageOf(a, 'Bea', 'for you alone'), 'Delete')
    await a.getByRole('button', { name: 'Delete for me' }).click()
    await expect(said(a, 'Bea', 'for you alone')).toBeHidden()
    await expect(said(b, 'Ada', 'for you alone')).toBeVisible()
  })

  await test.step('forwarded to notes of one’s own, where there were none', async () => {
    await actOn(messageOf(a, 'Bea', 'On Saturday'), 'Forward')
    const dialog = a.getByRole('dialog', { name: 'Forward to' })
    await dialog.getByText('Notes to yourself').click()
    await dialog.getByRole('button', { name: 'Forward to 1' }).click()
    await expect(dialog).toBeHidden()
    await a.getByRole('navigation', { name: 'Conversations' }).getByRole('link', { name: /Notes to yourself/ }).click()
    await expect(a.getByRole('log').getByText('Forwarded')).toBeVisible()
    await expect(a.getByRole('textbox', { name: 'Note to yourself' })).toBeVisible()
  })

  await test.step('a draft is kept, and a search leads to what was said', async () => {
    await openChat(a, 'Bea')
    await a.getByRole('textbox', { name: 'Message to Bea' }).fill('half a thought')
    await go(a, 'Chats')
    await expect(a.getByRole('navigation', { name: 'Conversations' }).getByText('half a thought')).toBeVisible()
    await a.getByRole('searchbox', { name: 'Find a conversation' }).fill('boat')
    await a.getByRole('link', { name: 'Search all messages for “boat”' }).click()
    await a.getByRole('main').getByRole('option', { name: /the old one/ }).click()
    await expect(messageOf(a, 'Bea', 'on Sunday?').first()).toBeInViewport()
    await expect(a.getByRole('textbox', { name: 'Message to Bea' })).toHaveValue('half a thought')
    await a.getByRole('textbox', { name: 'Message to Bea' }).fill('')
    await a.getByRole('searchbox', { name: 'Find a conversation' }).fill('')
  })

  await test.step('messages disappear, and both see that they will', async () => {
    await a.getByRole('button', { name: 'Details' }).click()
    const details = a.getByRole('complementary', { name: 'Details' })
    await details.getByRole('combobox', { name: 'Messages disappear' }).selectOption('After 5 min')
    await expect(b.getByRole('button', { name: 'What is written here disappears after 5 min' })).toBeVisible()
    await say(a, 'Bea', 'soon gone')
    await expect(messageOf(b, 'Ada', 'soon gone').getByText(/^Disappears in (5|4) min$/)).toBeAttached()
    await details.getByRole('combobox', { name: 'Messages disappear' }).selectOption('Never')
    await expect(b.getByRole('button', { name: /^What is written here disappears/ })).toBeHidden()
  })

  await test.step('that one writes and reads is told, until one says otherwise', async () => {
    const field = a.getByRole('textbox', { name: 'Message to Bea' })
    await expect(async () => {
      await field.pressSequentially('Well ')
      await expect(b.getByText('Ada is writing…').first()).toBeVisible({ timeout: 1_000 })
    }).toPass({ timeout: 15_000 })
    await field.press('Enter')
    await b.getByRole('button', { name: 'Details' }).click()
    const details = b.getByRole('complementary', { name: 'Details' })
    await details.getByRole('combobox', { name: 'They see what you have read' }).selectOption('No')
    await say(a, 'Bea', 'Not to be told')
    await expect(said(b, 'Ada', 'Not to be told')).toBeVisible()
    await expect(newestTick(a, 'Bea')).toHaveAccessibleName(/^Delivered/)
    await b.getByRole('button', { name: 'Close the details' }).click()
  })

  await test.step('both see the same safety words, and who compared them says so', async () => {
    const wordsOf = async (page: typeof a, name: string): Promise<string> => {
      await page.getByRole('button', { name: 'Not verified' }).click()
      const words = await page.getByRole('dialog').getByRole('list', { name: `Safety words with ${name}` }).innerText()
      return words
    }
    expect(await wordsOf(a, 'Bea')).toBe(await wordsOf(b, 'Ada'))
    await a.getByRole('dialog').getByRole('button', { name: 'They match' }).click()
    await expect(a.getByRole('button', { name: 'Verified', exact: true })).toBeVisible()
    await a.keyboard.press('Escape')
    await b.keyboard.press('Escape')
  })

  await look(a, 'chat-talk', { inElectron: true, asItStands: true })
  await ada.desktop.app.evaluate(({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height), NARROW)
  await look(a, 'chat-talk-480', { inElectron: true, asItStands: true })

  await test.step('muted, put away and cleared', async () => {
    const row = b.getByRole('navigation', { name: 'Conversations' }).getByRole('link', { name: 'Ada' })
    const choose = async (what: string): Promise<void> => {
      await row.click({ button: 'right' })
      await b.getByRole('menuitem', { name: what }).click()
    }
    await choose('Mute…')
    await b.getByRole('menuitem', { name: 'Muted for an hour' }).click()
    await expect(row.getByText('Muted')).toBeAttached()
    await choose('Clear this conversation')
    await b.getByRole('dialog').getByRole('button', { name: 'Clear' }).click()
    await expect(said(b, 'Ada', 'for you alone')).toBeHidden()
    await expect(said(a, 'Bea', 'Not to be told')).toBeVisible()
    await choose('Archive')
    await expect(row).toBeHidden()
    await b.getByRole('button', { name: /^Show archived/ }).click()
    await expect(row).toBeVisible()
  })

  await test.step('nothing of who is blocked gets in', async () => {
    await row(b).click({ button: 'right' })
    await b.getByRole('menuitem', { name: 'Block' }).click()
    await b.getByRole('dialog').getByRole('button', { name: 'Block' }).click()
    await expect(b.getByText('You blocked Ada')).toBeVisible()
    await say(a, 'Bea', 'Are you there?')
    await expect(newestTick(a, 'Bea')).toHaveAccessibleName(/^Queued/)
    await expect(b.getByText('Are you there?')).toBeHidden()
  })

  function row(page: typeof a) {
    return page.getByRole('navigation', { name: 'Conversations' }).getByRole('link', { name: 'Ada' })
  }
})

test('a group goes on without whoever made it, and a removal holds everywhere', async ({ openDesk }) => {
  test.setTimeout(120_000)
  const [ada, bea, cem] = [await openDesk('Ada'), await openDesk('Bea'), await openDesk('Cem')]
  const [a, b, c] = [ada.page, bea.page, cem.page]
  await befriend(a, b, { asking: 'Ada', asked: 'Bea' })
  await befriend(a, c, { asking: 'Ada', asked: 'Cem' })
  await connectTo(b, await ownAddress(c))

  await test.step('made and joined', async () => {
    await go(a, 'Chats')
    await a.getByRole('button', { name: 'New group' }).click()
    const dialog = a.getByRole('dialog', { name: 'New group' })
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Rowing club')
    await dialog.getByText('Bea', { exact: true }).click()
    await dialog.getByRole('button', { name: 'Make the group' }).click()
    await say(a, 'Rowing club', 'Welcome')
    await openGroup(b)
    await b.getByRole('region', { name: 'Invitation to Rowing club' }).getByRole('button', { name: 'Join' }).click()
    await expect(b.getByRole('log').getByText('Bea joined').or(b.getByRole('log').getByText('You joined'))).toBeVisible()
    await say(b, 'Rowing club', 'Glad to be here')
    await expect(a.getByRole('log').getByText('Glad to be here', { exact: true })).toBeVisible()
  })

  await test.step('a third comes in, named by the owner', async () => {
    await a.getByRole('button', { name: 'Details' }).click()
    await a.getByRole('link', { name: 'The group’s own page' }).click()
    await a.getByRole('button', { name: 'More about Bea' }).click()
    await a.getByRole('menuitem', { name: /^Make a moderator/ }).click()
    await expect(a.getByText('Moderator', { exact: true })).toBeVisible()
    await a.getByRole('button', { name: 'Invite people' }).click()
    const dialog = a.getByRole('dialog', { name: 'Invite people to Rowing club' })
    await dialog.getByText('Cem', { exact: true }).click()
    await dialog.getByRole('button', { name: 'Invite 1 person' }).click()
    await openGroup(c)
    await c.getByRole('button', { name: 'Join' }).click()
    await say(c, 'Rowing club', 'Hello all')
    await expect(b.getByRole('log').getByText('Hello all', { exact: true })).toBeVisible()
    await look(b, 'chat-group', { inElectron: true, asItStands: true })
  })

  await test.step('it works while who made it is away, and a moderator removes', async () => {
    await ada.desktop.close()
    await say(b, 'Rowing club', 'Ada is out')
    await expect(c.getByRole('log').getByText('Ada is out', { exact: true })).toBeVisible()
    await b.getByRole('textbox', { name: 'Message to Rowing club' }).pressSequentially('@Ce')
    await b.getByRole('option', { name: /Cem/ }).click()
    await b.getByRole('textbox', { name: 'Message to Rowing club' }).press('Enter')
    await expect(c.getByRole('log').getByText('@Cem', { exact: true })).toBeVisible()
    await b.getByRole('button', { name: 'Details' }).click()
    await b.getByRole('link', { name: 'The group’s own page' }).click()
    await b.getByRole('button', { name: 'More about Cem' }).click()
    await b.getByRole('menuitem', { name: 'Remove from the group' }).click()
    await b.getByRole('dialog', { name: 'Remove Cem' }).getByRole('button', { name: 'Remove' }).click()
    await expect(c.getByText(/removed you from this group/)).toBeVisible()
    await expect(c.getByRole('textbox', { name: 'Message to Rowing club' })).toHaveCount(0)
  })

  await test.step('whoever comes back hears of it, and one leaves', async () => {
    await ada.reopen()
    await openGroup(ada.page)
    await expect(ada.page.getByRole('log').getByText('Bea removed Cem')).toBeVisible()
    await b.getByRole('button', { name: 'Leave the group' }).click()
    await b.getByRole('dialog', { name: 'Leave Rowing club' }).getByRole('button', { name: 'Leave' }).click()
    await expect(ada.page.getByRole('log').getByText('Bea left')).toBeVisible()
  })

  async function openGroup(page: typeof a): Promise<void> {
    await go(page, 'Chats')
    await page.getByRole('navigation', { name: 'Conversations' }).getByRole('link', { name: 'Rowing club' }).click()
  }
})
