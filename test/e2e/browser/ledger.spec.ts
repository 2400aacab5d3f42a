import type { Page } from '@playwright/test'
import { go } from '../../helpers/journey.ts'
import { look } from '../../helpers/windows-look.ts'
import { expect, test } from './houses.ts'

// The pictures show as much, and are made in two thirds of the time.
test.use({ trace: 'off' })

/** The work that a name costs takes a second on a machine that has nothing else to do. */
test.setTimeout(120_000)
const DECIDED_MS = 40_000

/** As another program of this person would, over HTTP, with the token of this window. */
async function submit(page: Page, op: { kind: 'claim' | 'register'; name: string }): Promise<{ outcome: string }> {
  return page.evaluate(async (op) => {
    const token = sessionStorage.getItem('latch.session') ?? ''
    const response = await fetch('/api/ledger/entries', {
      method: 'POST',
      headers: { 'authorization': `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ op }),
    })
    return (await response.json()) as { outcome: string }
  }, op)
}

const block = (page: Page, height: number) =>
  page.getByRole('link', { name: new RegExp(`^Block ${height}\\D`) }).last()

test('a network of one’s own begins without a block, and a name that is claimed is written down before one’s eyes', async ({
  openHouse,
}) => {
  const { page } = await openHouse('Ada')
  const main = page.getByRole('main')

  await test.step('the ledger says what it is, and what to do', async () => {
    await go(page, 'Ledger')
    await expect(main.getByRole('heading', { name: 'No block yet' })).toBeVisible()
    await expect(main.getByText('latch ledger submit claim ada')).toBeVisible()
    await look(page, 'ledger-fresh')
  })

  await test.step('the claim makes the first block, live', async () => {
    expect(await submit(page, { kind: 'claim', name: 'ada' })).toMatchObject({ outcome: 'taken' })
    await expect(block(page, 1)).toBeVisible({ timeout: DECIDED_MS })
    await block(page, 1).click()
    await expect(main.getByRole('heading', { level: 1, name: 'Block 1' })).toBeVisible()
    await expect(main.getByRole('button', { name: 'You claim ada.peer, sealed' })).toBeVisible()
    await look(page, 'ledger-block')
  })

  await test.step('the opening of it gives the name, in a later block', async () => {
    expect(await submit(page, { kind: 'register', name: 'ada' })).toMatchObject({ outcome: 'taken' })
    await main.getByRole('link', { name: /^Entries/ }).click()
    const settled = main.getByRole('list', { name: 'In the newest blocks' })
    await expect(settled.getByRole('button', { name: /^You register ada\.peer/ })).toBeVisible({ timeout: DECIDED_MS })
    await look(page, 'ledger-entries')
  })

  await test.step('who decides, how, and that the chain is whole', async () => {
    await main.getByRole('link', { name: /^Validators/ }).click()
    await expect(main.getByText('This device is the only one, so there is nothing to agree about.')).toBeVisible()
    await look(page, 'ledger-validators')
    await main.getByRole('link', { name: 'Rounds' }).click()
    await expect(main.getByRole('heading', { level: 1, name: 'Rounds' })).toBeVisible()
    await look(page, 'ledger-rounds')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Command palette' }).fill('check this chain')
    await page.keyboard.press('Enter')
    await expect(main.getByText(/^Whole up to block \d/)).toBeVisible({ timeout: DECIDED_MS })
    await look(page, 'ledger-checked')
  })
})
