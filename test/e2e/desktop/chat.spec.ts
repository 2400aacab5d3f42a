import {
  answer,
  askToChat,
  connectTo,
  knockOf,
  newestTick,
  openChat,
  ownAddress,
  said,
  say,
} from '../../helpers/journey.ts'
import { expect, test, type Desk } from './desks.ts'

async function talk(ada: Desk, bea: Desk): Promise<void> {
  await connectTo(ada.page, await ownAddress(bea.page))
  await askToChat(ada.page, 'Bea', 'It is me')
  await expect(knockOf(bea.page, 'Ada').getByRole('blockquote')).toHaveText('“It is me”')
  await answer(bea.page, 'Ada', 'Allow always')
  await say(ada.page, 'Bea', 'Hello Bea')
  await openChat(bea.page, 'Ada')
  await expect(said(bea.page, 'Ada', 'Hello Bea')).toBeVisible()
  await say(bea.page, 'Ada', 'Hello Ada')
  await expect(said(ada.page, 'Bea', 'Hello Ada')).toBeVisible()
}

test('two windows side by side talk after one knock', async ({ openDesk }) => {
  const [ada, bea] = [await openDesk('Ada'), await openDesk('Bea')]
  await talk(ada, bea)

  await test.step('closed and opened again, both have what was said', async () => {
    await ada.desktop.close()
    expect(ada.desktop.process.exitCode).toBe(0)
    await say(bea.page, 'Ada', 'for when you are back')
    await expect(newestTick(bea.page, 'Ada')).toHaveAccessibleName(/^Queued/)
    await ada.reopen()
    await openChat(ada.page, 'Bea')
    for (const text of ['Hello Bea', 'Hello Ada', 'for when you are back']) {
      await expect(said(ada.page, 'Bea', text)).toBeVisible()
    }
    await expect(newestTick(bea.page, 'Ada')).toHaveAccessibleName(/^(Delivered|Read)/)
  })

  await test.step('killed in the middle, both have what was acknowledged', async () => {
    await say(bea.page, 'Ada', 'one')
    await say(bea.page, 'Ada', 'two')
    await expect(newestTick(bea.page, 'Ada')).toHaveAccessibleName(/^(Delivered|Read)/)
    await say(bea.page, 'Ada', 'three')
    await Promise.all([ada.desktop.kill(), bea.desktop.kill()])
    await ada.reopen()
    await openChat(ada.page, 'Bea')
    await expect(said(ada.page, 'Bea', 'two')).toBeVisible()
    await bea.reopen()
    await openChat(bea.page, 'Ada')
    await expect(said(bea.page, 'Ada', 'three')).toBeVisible()
    await expect(said(ada.page, 'Bea', 'three')).toBeVisible()
  })
})

test('the demonstration peer knocks at the first run, and answers once it is let in', async ({ openDesk }) => {
  const { page } = await openDesk('Ada', { demo: true })
  const name = 'Latch demonstration'
  const card = knockOf(page, name)
  await expect(card.getByText('demonstration', { exact: true })).toBeVisible()
  await answer(page, name, 'Allow always')
  await openChat(page, name)
  await expect(said(page, name, /^You lifted the latch/)).toBeVisible()
  await say(page, name, 'What do the ticks mean?')
  await expect(said(page, name, /^The tick on a message tells the truth/)).toBeVisible()
  await expect(newestTick(page, name)).toHaveAccessibleName(/^Read/)
})
