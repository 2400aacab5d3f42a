import { go } from '../../helpers/journey.ts'
import { look } from '../../helpers/windows-look.ts'
import { expect, test } from './houses.ts'

// The pictures show as much, and are made in two thirds of the time.
test.use({ trace: 'off' })

/** The work that a name costs takes a second on a machine that has nothing else to do. */
test.setTimeout(120_000)
const DECIDED_MS = 40_000

test('a name is claimed alone on one’s own network, pointed at this device, and looked up', async ({ openHouse }) => {
  const { page } = await openHouse('Ada')
  const main = page.getByRole('main')
  const parts = page.getByRole('navigation', { name: 'Parts of Names' })

  await test.step('what is no name is said while it is typed, and a free one is claimed', async () => {
    await go(page, 'Names')
    await expect(main.getByRole('heading', { name: 'Claim your first name' })).toBeVisible()
    await main.getByRole('textbox', { name: 'Name' }).fill('adä')
    await expect(main.getByRole('alert')).toHaveText('A name is made of the letters a to z, digits and hyphens.')
    await main.getByRole('textbox', { name: 'Name' }).fill('ada')
    await expect(main.getByText('ada.peer is free.')).toBeVisible()
    await main.getByRole('button', { name: 'Claim', exact: true }).click()
    await expect(main.getByRole('list', { name: 'Steps of the claim of ada.peer' })).toBeVisible()
    const own = parts.getByRole('region', { name: 'Yours' }).getByRole('link', { name: /^ada\.peer/ })
    await expect(own).toBeVisible({ timeout: DECIDED_MS })
    await look(page, 'names-claimed')
    await own.click()
    await expect(main.getByRole('heading', { level: 1, name: 'ada.peer' })).toBeVisible()
  })

  await test.step('its zone is written as a table, signed and published', async () => {
    // A name that is had points to the device on which it was claimed.
    await expect(main.getByRole('group', { name: 'Record 1: Device' }).getByRole('combobox')).toContainText('This device')
    await main.getByRole('button', { name: 'Add a record' }).click()
    await page.getByRole('menuitem', { name: /^Address/ }).click()
    const address = main.getByRole('group', { name: 'Record 2: Address' })
    await address.getByRole('textbox', { name: 'Label' }).fill('www')
    await address.getByRole('textbox', { name: 'IP address' }).fill('198.51.100')
    await main.getByRole('button', { name: 'Sign and publish' }).click()
    await expect(address.getByText('An address is one of IPv4 or IPv6.')).toBeVisible()
    await address.getByRole('textbox', { name: 'IP address' }).fill('198.51.100.7')
    await address.getByRole('textbox', { name: 'Port, if any' }).fill('8080')
    await expect(main.getByText('1 change, not signed yet')).toBeVisible()
    await look(page, 'names-zone')
    await main.getByRole('button', { name: 'Sign and publish' }).click()
    await expect(main.getByText('Signed. No other device holds it yet.')).toBeVisible()
    await expect(main.getByText('No other device', { exact: true })).toBeVisible()
  })

  await test.step('it is looked up from anywhere, by both clocks and step by step', async () => {
    await go(page, 'Chats')
    // Off the rail, which says what its places are called to whoever points at them.
    await main.hover()
    await page.keyboard.press('Control+l')
    await page.getByRole('combobox', { name: 'Go to a name' }).fill('www.ada.peer')
    await page.getByRole('option', { name: 'Look up www.ada.peer' }).click()
    await expect(main.getByRole('heading', { level: 2, name: 'www.ada.peer' })).toBeVisible()
    await expect(main.getByText(/^Found in /)).toBeVisible()
    const clocks = main.getByRole('region', { name: 'Two clocks' })
    await expect(clocks.getByText('You', { exact: true })).toBeVisible()
    await expect(clocks.getByRole('link', { name: /^block \d/ })).toBeVisible()
    await expect(clocks.getByText('yourself: it is your own')).toBeVisible()
    await expect(main.getByText('198.51.100.7', { exact: true })).toBeVisible()
    await expect(main.getByRole('table').getByRole('rowheader', { name: 'Ledger' })).toBeVisible()
    await look(page, 'names-looked-up')
  })

  await test.step('a name that nobody has is said to be nobody’s, and what is meant is offered', async () => {
    await main.getByRole('textbox', { name: 'Name to look up' }).fill('nobodys.peer')
    await page.keyboard.press('Enter')
    await expect(main.getByText('Nobody has nobodys.peer', { exact: true })).toBeVisible()
    await main.getByRole('textbox', { name: 'Name to look up' }).fill('Ada.Peer')
    await page.keyboard.press('Enter')
    await main.getByRole('button', { name: 'Look up ada.peer' }).click()
    await expect(main.getByText(/^Found in /)).toBeVisible()
  })
})
