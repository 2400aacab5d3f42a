import { askToChat, befriend, connectTo, go, newestTick, ownAddress, said, say } from '../../helpers/journey.ts'
import { busKind, NotificationDesk, openPrivateBus, type OnDesk } from '../../helpers/notification-desk.ts'
import { test as base, expect, type Desk } from './desks.ts'

interface Fixtures {
  /** What shows the notifications of whoever is told of this bus. */
  showing: { readonly desk: NotificationDesk; readonly env: Readonly<Record<string, string>> }
}

/** A desktop of our own: no notification of a test reaches the one that the tests run on. */
const test = base.extend<Fixtures>({
  showing: async ({ playwright: _playwright }, use) => {
    const bus = await openPrivateBus()
    const desk = await NotificationDesk.open(bus.address, ['body', 'actions', 'inline-reply'])
    await use({ desk, env: { DBUS_SESSION_BUS_ADDRESS: bus.address } })
    await desk.leave()
    await bus.close()
  },
})

test.skip(process.platform !== 'linux', 'skipped, because only Linux desktops show notifications over a bus')

const isVisible = (who: Desk): Promise<boolean | undefined> =>
  who.desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())

/** The window goes to the tray, as by its closing. */
async function putAway(who: Desk): Promise<void> {
  await who.desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide())
  await expect.poll(() => isVisible(who)).toBe(false)
  await expect
    .poll(() => who.desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getFocusedWindow() === null))
    .toBe(true)
}

/** Bea asks Ada, whose window is away; as Ada's desktop shows it. */
async function knockOn(desk: NotificationDesk, ada: Desk, bea: Desk): Promise<OnDesk> {
  await connectTo(bea.page, await ownAddress(ada.page))
  await putAway(ada)
  await askToChat(bea.page, 'Ada', 'It is Bea')
  await expect.poll(() => desk.onScreen.length, `a notification over ${busKind}`).toBe(1)
  const [shown] = desk.onScreen
  if (shown === undefined) throw new Error('the notification went')
  expect(shown).toMatchObject({ title: 'Somebody new knocks', app: 'Latch' })
  expect(shown.body).toContain('“Bea” would like to chat')
  return shown
}

test('a knock that comes while the window is away is let in from its notification', async ({ openDesk, showing }) => {
  const ada = await openDesk('Ada', { env: showing.env })
  const bea = await openDesk('Bea')
  const { id } = await knockOn(showing.desk, ada, bea)
  const shownMs = Date.now()
  await expect.poll(() => Date.now() - shownMs, 'longer on the screen than a stray click').toBeGreaterThan(800)
  showing.desk.press(id, 'allow')
  await expect(bea.page.getByRole('textbox', { name: 'Message to Ada' })).toBeVisible()
  expect(await isVisible(ada)).toBe(false)
})

test('a knock is denied from its notification, and the one who knocked is told', async ({ openDesk, showing }) => {
  const ada = await openDesk('Ada', { env: showing.env })
  const bea = await openDesk('Bea')
  const { id } = await knockOn(showing.desk, ada, bea)
  showing.desk.press(id, 'deny')
  await expect(bea.page.getByText('Ada said no')).toBeVisible()
  expect(await isVisible(ada)).toBe(false)
})

test('a message that comes while the window is away is answered on its notification', async ({ openDesk, showing }) => {
  const ada = await openDesk('Ada', { env: showing.env })
  const bea = await openDesk('Bea')
  await befriend(bea.page, ada.page, { asking: 'Bea', asked: 'Ada' })
  // A page that is driven believes that it is looked at: what is open in it would be read at once.
  await go(ada.page, 'Door')
  await putAway(ada)
  await say(bea.page, 'Ada', 'Where are you?')
  await expect.poll(() => showing.desk.onScreen.map(({ title, body }) => [title, body])).toEqual([['Bea', 'Where are you?']])
  const [shown] = showing.desk.onScreen
  if (shown === undefined) throw new Error('the notification went')
  showing.desk.reply(shown.id, 'Nearly there')
  await expect(said(bea.page, 'Ada', 'Nearly there')).toBeVisible()
  await expect(newestTick(bea.page, 'Ada')).toHaveAccessibleName(/^Read/)
  expect(await isVisible(ada)).toBe(false)
})

test('a click on a notification opens the door, and takes it away', async ({ openDesk, showing }) => {
  const ada = await openDesk('Ada', { env: showing.env })
  const bea = await openDesk('Bea')
  const { id } = await knockOn(showing.desk, ada, bea)
  showing.desk.invoke(id, 'default')
  await expect.poll(() => isVisible(ada)).toBe(true)
  await expect(ada.page.getByRole('heading', { name: 'At the door' })).toBeVisible()
  await expect.poll(() => showing.desk.onScreen.length).toBe(0)
})

test('who stops asking takes the notification away', async ({ openDesk, showing }) => {
  const ada = await openDesk('Ada', { env: showing.env })
  const bea = await openDesk('Bea')
  await knockOn(showing.desk, ada, bea)
  await bea.page.getByRole('button', { name: 'Stop asking' }).click()
  await expect.poll(() => showing.desk.onScreen.length).toBe(0)
})

test('while nobody is to disturb, a knock waits at the door without a notification', async ({ openDesk, showing }) => {
  const ada = await openDesk('Ada', { env: showing.env })
  const bea = await openDesk('Bea')
  await go(ada.page, 'Settings')
  await ada.page.getByRole('link', { name: 'Notifications' }).click()
  await ada.page.getByRole('switch', { name: 'Do not disturb me' }).click()
  await expect(ada.page.getByRole('button', { name: 'Do not disturb: On' })).toBeVisible()
  await connectTo(bea.page, await ownAddress(ada.page))
  await putAway(ada)
  await askToChat(bea.page, 'Ada', 'It is Bea')
  await expect(bea.page.getByText('Ada does not want to be disturbed now')).toBeVisible()
  expect(showing.desk.all).toEqual([])
  await ada.desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.show())
  await go(ada.page, 'Door')
  await expect(ada.page.getByText('It is Bea')).toBeVisible()
})
