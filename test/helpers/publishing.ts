import { expect } from '@playwright/test'
import type { Desk } from '../e2e/desktop/desks.ts'
import { go } from './journey.ts'

/* From a name to a site under it, as somebody does that in the window. */

export const DECIDED_MS = 60_000

export async function openAddress({ page }: Desk, address: string): Promise<void> {
  const field = page.getByRole('combobox', { name: 'Address' })
  await field.fill(address)
  await field.press('Enter')
}

export async function claim({ page }: Desk, name: string): Promise<void> {
  await go(page, 'Names')
  const main = page.getByRole('main')
  await main.getByRole('textbox', { name: 'Name' }).fill(name)
  await expect(main.getByText(`${name}.peer is free.`)).toBeVisible()
  await main.getByRole('button', { name: 'Claim', exact: true }).click()
  await expect(page.getByRole('navigation', { name: 'Parts of Names' }).getByRole('link', { name: new RegExp(`^${name}\\.peer`) })).toBeVisible({ timeout: DECIDED_MS })
}

/** From the start page of Browse to the address that somebody is told: the folder is chosen in a dialog of the system. */
export async function publish({ page, desktop }: Desk, folder: string, looks: RegExp, who: string, copies: boolean): Promise<void> {
  const main = page.getByRole('main')
  await go(page, 'Browse')
  await main.getByRole('region', { name: 'Yours' }).getByRole('button', { name: 'Publish a site' }).click({ timeout: DECIDED_MS })
  await main.getByRole('button', { name: 'Publish a site' }).click()
  await desktop.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
  }, folder)
  const dialog = page.getByRole('dialog', { name: 'Publish a site' })
  await dialog.getByRole('button', { name: 'Choose a folder…' }).click()
  await expect(dialog.getByRole('textbox', { name: 'Folder' })).toHaveValue(folder)
  await expect(dialog.getByText(looks)).toBeVisible()
  await dialog.getByRole('button', { name: 'Next' }).click()
  await dialog.getByText(who, { exact: true }).click()
  if (copies) await dialog.getByRole('switch', { name: 'Let others keep copies' }).click()
  await dialog.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.getByRole('dialog', { name: /is published$/ }).getByRole('button', { name: 'Done' }).click()
}
