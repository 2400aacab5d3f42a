import { connectTo, go, invite } from '../../helpers/journey.ts'
import { look } from '../../helpers/windows-look.ts'
import { expect, test } from './desks.ts'

/** The work that a name costs takes a second on a machine that has nothing else to do. */
test.setTimeout(180_000)
const DECIDED_MS = 60_000

test('a name is claimed in one window, and looked up, connected and written to in another', async ({ openDesk }) => {
  const [ada, bea] = [await openDesk('Ada'), await openDesk('Bea')]
  const adas = ada.page.getByRole('main')
  const beas = bea.page.getByRole('main')

  await test.step('claimed', async () => {
    await go(ada.page, 'Names')
    await adas.getByRole('textbox', { name: 'Name' }).fill('ada')
    await expect(adas.getByText('ada.peer is free.')).toBeVisible()
    await adas.getByRole('button', { name: 'Claim', exact: true }).click()
    const parts = ada.page.getByRole('navigation', { name: 'Parts of Names' })
    await expect(parts.getByRole('region', { name: 'Yours' }).getByRole('link', { name: /^ada\.peer/ })).toBeVisible({ timeout: DECIDED_MS })
    await look(ada.page, 'desktop-names-claimed', { inElectron: true, asItStands: true })
  })

  await test.step('looked up by somebody who was invited, with both clocks, and connected', async () => {
    const link = await invite(ada.page)
    await ada.page.keyboard.press('Escape')
    await connectTo(bea.page, link)
    await expect(async () => {
      await bea.page.keyboard.press('Control+l')
      await bea.page.getByRole('combobox', { name: 'Go to a name' }).fill('ada.peer')
      await bea.page.getByRole('option', { name: 'Look up ada.peer' }).click()
      await expect(beas.getByText(/^Found in /)).toBeVisible({ timeout: 3_000 })
    }).toPass({ timeout: DECIDED_MS })
    await expect(beas.getByRole('region', { name: 'Two clocks' }).getByText('Ada', { exact: true }).first()).toBeVisible()
    await beas.getByRole('button', { name: 'Connect' }).click()
    await expect(beas.getByText('On this machine', { exact: false }).first()).toBeVisible()
    await look(bea.page, 'desktop-names-connected', { inElectron: true, asItStands: true })
  })

  await test.step('written to by its name', async () => {
    await beas.getByRole('button', { name: 'Chat', exact: true }).click()
    await expect(beas.getByText('ada.peer').first()).toBeVisible()
    await look(bea.page, 'desktop-names-chat', { inElectron: true, asItStands: true })
  })
})
