import { readFile } from 'node:fs/promises'
import type { Download, Page } from '@playwright/test'
import { askToChat, go, knockOf, openChat, said, say } from '../../helpers/journey.ts'
import { expect, introduce, test } from './houses.ts'

/** Under "Other answers" of Ada's card. */
async function chooser(page: Page) {
  await knockOf(page, 'Ada').getByRole('button', { name: 'Other answers' }).click()
  return page.getByRole('dialog', { name: 'Other answers to Ada' })
}

async function openSection(page: Page, section: 'Rules' | 'Log' | 'Blocked'): Promise<void> {
  await go(page, 'Door')
  await page.getByRole('link', { name: new RegExp(`^${section}`) }).click()
  await expect(page.getByRole('heading', { name: section, level: 1 })).toBeVisible()
}

async function textOf(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8')
}

test('an answer says what it will do, makes the rule that it says, and tells who comes in by it', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  await introduce(ada, bea)
  await askToChat(ada.page, 'Bea', 'May I?')

  await test.step('one line says it before it is done', async () => {
    const choice = await chooser(bea.page)
    await choice.getByText('Always', { exact: true }).click()
    await choice.getByText('Everything from them', { exact: true }).click()
    await expect(choice.getByText('Ada may come in for anything until you change the rule.')).toBeVisible()
    await choice.getByText('Chat', { exact: true }).click()
    await choice.getByRole('switch', { name: 'And tell me' }).click()
    await expect(
      choice.getByText('Ada may chat with you until you change the rule; you will be told each time.'),
    ).toBeVisible()
    await choice.getByRole('button', { name: 'Allow always' }).click()
    await expect(bea.page.getByText('You let Ada in for good.')).toBeVisible()
  })

  await test.step('she is told, and nothing of the page is covered', async () => {
    await say(ada.page, 'Bea', 'Thank you')
    await expect(bea.page.getByText('Ada came in: chat, by your rule.')).toBeVisible()
    await openChat(bea.page, 'Ada')
    await expect(said(bea.page, 'Ada', 'Thank you')).toBeVisible()
    await say(bea.page, 'Ada', 'You are welcome')
  })

  await test.step('the rule stands among the rules, and leads to what it decided', async () => {
    await openSection(bea.page, 'Rules')
    await expect(bea.page.getByText('Allow and tell me Ada: Chat', { exact: true })).toBeVisible()
    await bea.page.getByRole('link', { name: /What it decided, in the log: Allow and tell me Ada: Chat/ }).click()
    await expect(bea.page.getByText('Only what this rule decided: Allow and tell me Ada: Chat')).toBeVisible()
    const line = bea.page.getByRole('button', { name: /^Allowed, and told you Ada/ }).first()
    await line.click()
    await expect(bea.page.getByText('This device', { exact: true })).toBeVisible()
    await bea.page.getByRole('link', { name: 'Allow and tell me Ada: Chat' }).click()
    await expect(bea.page.getByRole('heading', { name: 'Rules', level: 1 })).toBeVisible()
  })
})

test('a rule is rehearsed before it is saved, changed, written to a file, and taken from it again', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  const { page } = bea
  await introduce(ada, bea)
  await askToChat(ada.page, 'Bea', 'May I?')
  await knockOf(page, 'Ada').getByRole('button', { name: 'Deny' }).click()
  await expect(page.getByText('You denied Ada.')).toBeVisible()

  const rule = page.getByText('Deny Ada: Anything', { exact: true })
  await test.step('what it would have done is said while it is written', async () => {
    await openSection(page, 'Rules')
    await page.getByRole('button', { name: 'Add a rule' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a rule' })
    await dialog.getByRole('combobox', { name: 'Who' }).selectOption({ label: 'Ada' })
    await dialog.getByRole('combobox', { name: 'What' }).selectOption({ label: 'Anything' })
    const rehearsed = dialog.getByRole('region', { name: 'Rehearsed' })
    await expect(rehearsed.getByText(/^Would have decided [1-9]\d* of the last/)).toBeVisible()
    await dialog.getByRole('textbox', { name: 'Note' }).fill('Not today')
    await dialog.getByRole('button', { name: 'Add the rule' }).click()
    await expect(dialog).toBeHidden()
    await expect(rule).toBeVisible()
  })

  await test.step('it is changed in place', async () => {
    await page.getByRole('button', { name: 'Change the rule: Deny Ada: Anything' }).click()
    const dialog = page.getByRole('dialog', { name: 'Change the rule' })
    await expect(dialog.getByRole('textbox', { name: 'Note' })).toHaveValue('Not today')
    await dialog.getByRole('textbox', { name: 'Note' }).fill('Not this year')
    await dialog.getByRole('button', { name: 'Save the rule' }).click()
    await expect(page.getByText('Not this year')).toBeVisible()
  })

  await test.step('the rules are written to a file, and taken from it by whoever signed it', async () => {
    const more = page.getByRole('button', { name: 'Export and import' })
    await more.click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: /^Export the rules/ }).click(),
    ])
    expect(file.suggestedFilename()).toMatch(/^latch-rules-.*\.json$/)
    await page.getByRole('button', { name: 'Remove the rule: Deny Ada: Anything' }).click()
    await expect(page.getByText('Removed: Deny Ada: Anything')).toBeVisible()

    await more.click()
    await page.getByRole('menuitem', { name: /^Import rules/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Import rules' })
    const text = await textOf(file)
    await dialog.getByRole('textbox', { name: 'Or paste it here' }).fill(text.replace('Not this year', 'Not this week'))
    await expect(dialog.getByRole('alert')).toBeVisible()
    await dialog.locator('input[type=file]').setInputFiles(await file.path())
    await expect(dialog.getByText(/^Signed by you, /)).toBeVisible()
    await dialog.getByRole('button', { name: 'Take 1 rule' }).click()
    await expect(page.getByText('1 rule was taken.')).toBeVisible()
    await expect(rule.first()).toBeVisible()
  })

  await test.step('the log is narrowed down, and written to a file line by line', async () => {
    await openSection(page, 'Log')
    await page.getByRole('combobox', { name: 'Decided by' }).selectOption({ label: 'You' })
    await expect(page.getByRole('button', { name: /^Denied Ada/ })).toHaveCount(1)
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export what is shown as JSON lines' }).click(),
    ])
    const lines = (await textOf(file)).trim().split('\n').map((line) => JSON.parse(line) as { by: string; hash: string })
    expect(lines).toEqual([expect.objectContaining({ by: 'person', hash: expect.stringMatching(/^[0-9a-f]{64}$/) })])
  })
})

test('who is blocked from the card stands among the blocked, with the note', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  await introduce(ada, bea)
  await askToChat(ada.page, 'Bea', 'Buy my things')
  const choice = await chooser(bea.page)
  await choice.getByText('Block', { exact: true }).click()
  await choice.getByRole('textbox', { name: 'Note for your own log' }).fill('Sells things')
  await choice.getByRole('button', { name: 'Block them' }).click()
  await expect(bea.page.getByText('You blocked Ada.')).toBeVisible()
  await openSection(bea.page, 'Blocked')
  await expect(bea.page.getByText('Your note: Sells things')).toBeVisible()
  await expect(ada.page.getByText('Waiting for Bea')).toBeVisible()
})
