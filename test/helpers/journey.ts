import { expect, type Locator, type Page } from '@playwright/test'

/*
 * What a person does in a window, by the roles and names that they see or hear. Nothing here knows how the window is
 * made, or whether it stands in Electron or in a browser.
 */

export type Place = 'Chats' | 'Door' | 'Names' | 'Browse' | 'Network' | 'Ledger' | 'Square' | 'Settings'

/** The first run: a name, and the recovery phrase put off. */
export async function nameYourself(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name)
  await page.getByRole('button', { name: 'Create account' }).click()
  const offer = page.getByRole('dialog', { name: 'Recovery phrase' })
  await offer.getByRole('button', { name: 'Later' }).click()
  await expect(offer).toBeHidden()
}

export async function go(page: Page, place: Place): Promise<void> {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place }).click()
}

/** Where this device listens: shown short on the Network screen, and whole to whoever points at it. */
export async function ownAddress(page: Page): Promise<string> {
  await go(page, 'Network')
  await page.getByRole('link', { name: 'This device', exact: true }).click()
  await page.getByRole('main').getByRole('button', { name: /\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\// }).first().hover()
  const whole = page.getByText(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/\w+$/).first()
  const address = await whole.innerText()
  await page.mouse.move(0, 0)
  await expect(whole).toBeHidden()
  return address
}

/** An address or an invitation link; ends where the window goes by itself. */
export async function connectTo(page: Page, linkOrAddress: string): Promise<void> {
  await go(page, 'Network')
  await page.getByRole('button', { name: 'Use a link or an address' }).click()
  const dialog = page.getByRole('dialog', { name: 'Connect to someone' })
  await dialog.getByRole('textbox', { name: 'Link or address' }).fill(linkOrAddress)
  await dialog.getByRole('button', { name: 'Connect' }).click()
  await expect(dialog).toBeHidden()
}

/** At the end of the settings about introducers, or where there are none yet. */
export async function openAddIntroducer(page: Page): Promise<Locator> {
  await go(page, 'Settings')
  await page.getByRole('link', { name: 'Introducers' }).click()
  await page.getByRole('main').getByRole('button', { name: 'Add an introducer' }).click()
  return page.getByRole('dialog', { name: 'Add an introducer' })
}

/** By its link; ends when this device holds a place there. */
export async function addIntroducer(page: Page, link: string, name: string): Promise<void> {
  const dialog = await openAddIntroducer(page)
  await dialog.getByRole('textbox', { name: 'Link or address' }).fill(link)
  await expect(dialog.getByText(name, { exact: true })).toBeVisible()
  await dialog.getByRole('button', { name: 'Use this introducer' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) })).toContainText('Place held')
}

/** A link that lets one person in. The dialog stays open. */
export async function invite(page: Page): Promise<string> {
  await go(page, 'Network')
  await page.getByRole('main').getByRole('button', { name: 'Invite someone' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Invite someone' })
  await dialog.getByRole('button', { name: 'Make a link' }).click()
  return dialog.getByRole('textbox', { name: 'Invitation link' }).inputValue()
}

/** From any place; the person was met before. */
export async function openChat(page: Page, name: string): Promise<void> {
  await go(page, 'Chats')
  await page.getByRole('navigation', { name: 'Conversations' }).getByRole('link', { name }).click()
  await expect(page.getByRole('main').getByRole('heading', { level: 1, name })).toBeVisible()
}

/** In the open conversation with somebody who has not let you in. */
export async function askToChat(page: Page, name: string, greeting: string): Promise<void> {
  const asking = page.getByRole('region', { name: new RegExp(`^${name} has `) })
  await asking.getByRole('textbox', { name: 'Greeting' }).fill(greeting)
  await asking.getByRole('button', { name: /^Ask/ }).click()
}

/** The card of somebody at the door, on whichever screen. */
export function knockOf(page: Page, name: string): Locator {
  return page.getByRole('region', { name: `Knock of ${name}` })
}

export type Answer = 'Deny' | 'Allow once' | 'Allow this session' | 'Allow always' | 'Block'

/** Under "Other answers": the verdict, for how long, and the button that then gives it. */
const chosen: Partial<Record<Answer, readonly [verdict: string, howLong: string | null, button: string]>> = {
  'Allow this session': ['Allow', 'Until I quit', 'Allow until I quit'],
  'Allow always': ['Allow', 'Always', 'Allow always'],
  Block: ['Block', null, 'Block them'],
}

/** As soon as the buttons answer: they stay still for a moment, so that nobody hits one that just appeared. */
export async function answer(page: Page, name: string, how: Answer): Promise<void> {
  const card = knockOf(page, name)
  await expect(card).toBeVisible()
  const choice = chosen[how]
  if (choice === undefined) return card.getByRole('button', { name: how, exact: true }).click()
  const [verdict, howLong, button] = choice
  await card.getByRole('button', { name: 'Other answers' }).click()
  const chooser = page.getByRole('dialog', { name: `Other answers to ${name}` })
  await chooser.getByText(verdict, { exact: true }).click()
  if (howLong !== null) await chooser.getByText(howLong, { exact: true }).click()
  await chooser.getByRole('button', { name: button, exact: true }).click()
}

/** In the open conversation. */
export async function say(page: Page, name: string, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: `Message to ${name}` })
  await field.fill(text)
  await field.press('Enter')
  await expect(field).toHaveValue('')
}

/** The open conversation. */
export function conversation(page: Page, name: string): Locator {
  return page.getByRole('log', { name: `Conversation with ${name}` })
}

/** A message in the open conversation: its whole text, or how it begins. */
export function said(page: Page, name: string, text: string | RegExp): Locator {
  return conversation(page, name).getByText(text, { exact: true })
}

/** The tick of the newest message of mine. */
export function newestTick(page: Page, name: string): Locator {
  return conversation(page, name).getByRole('button', { name: 'Show how it was delivered' }).last()
}

/** What somebody said, with everything that is on it: by some of its words. */
export function messageOf(page: Page, name: string, text: string | RegExp): Locator {
  return conversation(page, name).getByRole('article').filter({ hasText: text })
}

/** From the menu of a message, as with the other button. */
export async function actOn(message: Locator, act: string): Promise<void> {
  await message.click({ button: 'right' })
  await message.page().getByRole('menuitem', { name: act }).click()
}

/** Two who never met: one asks, the other lets them in for good, and both have the conversation open. */
export async function befriend(asking: Page, asked: Page, names: { asking: string; asked: string }, address?: string): Promise<void> {
  await connectTo(asking, address ?? (await ownAddress(asked)))
  await askToChat(asking, names.asked, 'It is me')
  await answer(asked, names.asking, 'Allow always')
  await openChat(asked, names.asking)
  await expect(asking.getByRole('textbox', { name: `Message to ${names.asked}` })).toBeVisible()
}
