import { addIntroducer, connectTo, go, invite, knockOf, openAddIntroducer, openChat, said, say } from '../../helpers/journey.ts'
import { look } from '../../helpers/windows-look.ts'
import { expect, test } from './houses.ts'

const CROSSROADS = 'The Crossroads'

// The pictures show as much, and are made in two thirds of the time.
test.use({ trace: 'off' })

test('two people whom nobody can dial meet through an introducer, and talk', async ({ openHouse, openIntroducer }) => {
  const { link } = await openIntroducer(CROSSROADS)
  const [ada, bea] = [await openHouse('Ada', { hidden: true }), await openHouse('Bea', { hidden: true })]

  await test.step('both add it by its link, which says whose it is before it is used', async () => {
    const dialog = await openAddIntroducer(ada.page)
    await dialog.getByRole('textbox', { name: 'Link or address' }).fill(link)
    await expect(dialog.getByText(CROSSROADS, { exact: true })).toBeVisible()
    await look(ada.page, 'reach-introducer')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    for (const { page } of [ada, bea]) await addIntroducer(page, link, CROSSROADS)
    await look(ada.page, 'reach-introducers')
    await go(ada.page, 'Network')
    await ada.page.getByRole('link', { name: 'This device', exact: true }).click()
    await expect(ada.page.getByRole('main').getByText('Reachable through a relay')).toBeVisible()
    await look(ada.page, 'reach-device')
    await ada.page.getByRole('link', { name: 'Which networks reach which, measured' }).click()
    await expect(ada.page.getByRole('heading', { level: 1, name: 'Which networks reach which' })).toBeVisible()
    await look(ada.page, 'reach-measured')
  })

  await test.step('one invites, the other pastes', async () => {
    const invitation = await invite(ada.page)
    await look(ada.page, 'reach-invitation')
    await ada.page.keyboard.press('Escape')
    await connectTo(bea.page, invitation)
    await say(bea.page, 'Ada', 'Can you hear me?')
    await openChat(ada.page, 'Bea')
    await expect(said(ada.page, 'Bea', 'Can you hear me?')).toBeVisible()
    await say(ada.page, 'Bea', 'Yes, from behind my wall')
    await expect(said(bea.page, 'Ada', 'Yes, from behind my wall')).toBeVisible()
  })

  await test.step('each sees who carries it, and what is left', async () => {
    for (const { page } of [ada, bea]) {
      await page.getByRole('button', { name: new RegExp(`^Relayed by ${CROSSROADS}`) }).click()
      await expect(page.getByText(/^This circuit carries another 3\.\d MiB, or lasts \d min/)).toBeVisible()
    }
    await look(bea.page, 'reach-chat')
  })
})

test('a link to an introducer that was tampered with says so, and cannot be used', async ({ openHouse, openIntroducer }) => {
  const { link } = await openIntroducer(CROSSROADS)
  const { page } = await openHouse('Ada')
  const dialog = await openAddIntroducer(page)
  const middle = Math.floor(link.length / 2)
  const other = link[middle] === 'A' ? 'B' : 'A'
  await dialog.getByRole('textbox', { name: 'Link or address' }).fill(`${link.slice(0, middle)}${other}${link.slice(middle + 1)}`)
  await expect(dialog.getByRole('alert')).toContainText('tampered with')
  await expect(dialog.getByText(CROSSROADS)).toHaveCount(0)
  await expect(dialog.getByRole('button', { name: 'Use this introducer' })).toBeDisabled()
  await look(page, 'reach-tampered')
})

test('an invitation that was taken back leads to a question like any other', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  const invitation = await invite(ada.page)
  const dialog = ada.page.getByRole('dialog', { name: 'Invite someone' })
  await dialog.getByRole('button', { name: /^Take back/ }).click()
  await expect(dialog.getByText('Taken back: its link opens nothing any more.')).toBeVisible()
  await expect(dialog.getByRole('textbox', { name: 'Invitation link' })).toHaveCount(0)
  await look(ada.page, 'reach-taken-back')
  await ada.page.keyboard.press('Escape')

  await connectTo(bea.page, invitation)
  await expect(bea.page.getByText('Waiting for Ada')).toBeVisible()
  await expect(knockOf(ada.page, 'Bea')).toBeVisible()
  await look(bea.page, 'reach-asked')
})

test('somebody whose computer stays on introduces their contacts', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea', { hidden: true })]
  const invitation = await invite(ada.page)
  await ada.page.keyboard.press('Escape')
  await connectTo(bea.page, invitation)
  await say(bea.page, 'Ada', 'Here I am')

  await go(ada.page, 'Settings')
  await ada.page.getByRole('link', { name: 'Introducers' }).click()
  await ada.page.getByRole('switch', { name: 'Introduce my contacts' }).click()
  const link = await ada.page.getByRole('textbox', { name: 'Link to give away' }).inputValue()
  await addIntroducer(bea.page, link, 'Ada')
  await expect(ada.page.getByText('1 device can be reached through this one')).toBeVisible()
  await ada.page.getByRole('heading', { name: 'This device as an introducer' }).scrollIntoViewIfNeeded()
  await look(ada.page, 'reach-introducing')

  await ada.page.getByRole('switch', { name: 'Introduce my contacts' }).click()
  await expect(ada.page.getByRole('textbox', { name: 'Link to give away' })).toHaveCount(0)
})
