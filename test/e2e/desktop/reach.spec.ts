import type { Locator } from '@playwright/test'
import { launchAgain } from '../../helpers/electron.ts'
import { go } from '../../helpers/journey.ts'
import { look } from '../../helpers/windows-look.ts'
import { expect, test, type Desk } from './desks.ts'

const NAME = 'The Crossroads'

function previewIn({ page }: Desk): Locator {
  return page.getByRole('dialog', { name: 'Add an introducer' })
}

test('a link to an introducer opened outside shows whose it is, and waits for a yes', async ({ openDesk, openIntroducer }) => {
  const introducer = await openIntroducer(NAME)
  const ada = await openDesk('Ada')

  await test.step('in the app that runs', async () => {
    await go(ada.page, 'Door')
    expect(await launchAgain({ dataFolder: ada.dataFolder, args: ['--some-switch', introducer.link] })).toBe(0)
    const preview = previewIn(ada)
    await expect(preview.getByRole('textbox', { name: 'Link or address' })).toHaveValue(introducer.link)
    await expect(preview.getByText(NAME, { exact: true })).toBeVisible()
    await look(ada.page, 'desktop-reach-introducer', { inElectron: true, asItStands: true })
    await preview.getByRole('button', { name: 'Cancel' }).click()
    await go(ada.page, 'Settings')
    await ada.page.getByRole('link', { name: 'Introducers' }).click()
    await expect(ada.page.getByRole('heading', { name: 'No introducer yet' })).toBeVisible()
  })

  await test.step('and as what the app is started with', async () => {
    await ada.desktop.close()
    await ada.reopen([introducer.link])
    const preview = previewIn(ada)
    await expect(preview.getByText(NAME, { exact: true })).toBeVisible()
    await preview.getByRole('button', { name: 'Use this introducer' }).click()
    await expect(ada.page.getByRole('heading', { name: NAME })).toBeVisible()
    await expect(ada.page.getByText(/^Place held/)).toBeVisible()
  })
})
