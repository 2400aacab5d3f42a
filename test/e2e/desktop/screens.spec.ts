import { answer, askToChat, connectTo, go, knockOf, openChat, ownAddress, said, say } from '../../helpers/journey.ts'
import { look } from '../../helpers/windows-look.ts'
import { test, type Desk } from './desks.ts'

test.setTimeout(240_000)
// The pictures show as much, and are made in two thirds of the time.
test.use({ trace: 'off' })

const SIZES = { wide: { width: 1_120, height: 700 }, narrow: { width: 400, height: 760 } } as const

async function resize({ desktop, page }: Desk, size: keyof typeof SIZES): Promise<void> {
  const { width, height } = SIZES[size]
  await desktop.app.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setContentSize(to.width, to.height), SIZES[size])
  await page.waitForFunction((to) => window.innerWidth === to.width && window.innerHeight === to.height, { width, height })
}

/** The window of the desktop as it is, wide and narrow, light and dark. */
async function lookAt(desk: Desk, name: string): Promise<void> {
  for (const size of ['narrow', 'wide'] as const) {
    await resize(desk, size)
    await look(desk.page, `desktop-${name}-${size}`, { inElectron: true, asItStands: true })
  }
}

const TALK = [
  ['Ada', 'The parcel with the old letters came this morning. I have read the first twenty.'],
  ['Bea', 'And?'],
  ['Ada', 'Most are about the mill, and one is a recipe for quince.'],
  ['Bea', 'That is my grandmother’s. Keep it for yourself, she would have liked that.'],
  ['Ada', 'Thank you. I will try it on Sunday.\n\nShall I scan the others before I send them back?'],
  ['Bea', 'Please. No hurry.'],
] as const

/** The pictures of README are desktop-chat-wide-light, desktop-chat-wide-dark and desktop-door-wide-light of this test. */
test('the screens of the desktop, with a conversation as people have it', async ({ openDesk }) => {
  const ada = await openDesk('Ada', { named: false, demo: true })
  await ada.page.getByRole('textbox', { name: 'Your name' }).waitFor()
  await lookAt(ada, 'welcome')
  await resize(ada, 'wide')
  await ada.page.getByRole('textbox', { name: 'Your name' }).fill('Ada')
  await ada.page.keyboard.press('Enter')
  await ada.page.getByRole('button', { name: 'Later' }).click()
  await answer(ada.page, 'Latch demonstration', 'Allow always')
  await openChat(ada.page, 'Latch demonstration')
  await said(ada.page, 'Latch demonstration', /^You lifted the latch/).waitFor()

  const bea = await openDesk('Bea')
  await connectTo(bea.page, await ownAddress(ada.page))
  await askToChat(bea.page, 'Ada', 'It is Bea, from the archive')
  await answer(ada.page, 'Bea', 'Allow always')
  await openChat(ada.page, 'Bea')
  for (const [name, text] of TALK) {
    const [from, to] = name === 'Ada' ? [ada, bea] : [bea, ada]
    await say(from.page, to.name, text)
    await said(to.page, from.name, text.replaceAll(/\s+/g, ' ')).waitFor()
  }
  await ada.page.getByRole('button', { name: 'Not verified' }).click()
  await ada.page.getByRole('button', { name: 'They match' }).click()
  await ada.page.keyboard.press('Escape')
  await ada.page.getByText('You let Bea in for good.').waitFor({ state: 'hidden' })
  await ada.page.getByText('This is where your conversation with Bea begins.').click()
  await lookAt(ada, 'chat')
  await go(ada.page, 'Network')
  await lookAt(ada, 'network')
  await go(ada.page, 'Settings')
  await ada.page.getByRole('link', { name: 'Account and recovery' }).click()
  await lookAt(ada, 'settings')

  const tom = await openDesk('Tom Okafor')
  await connectTo(tom.page, await ownAddress(ada.page))
  await askToChat(tom.page, 'Ada', 'We met at the book fair in Lyon. May I ask you about the bindings?')
  await knockOf(ada.page, 'Tom Okafor').waitFor()
  await go(ada.page, 'Door')
  await ada.page.getByRole('link', { name: /^At the door/ }).click()
  await ada.page.getByRole('button', { name: 'Deny', disabled: false }).waitFor()
  await lookAt(ada, 'door')
})
