import { expect, test } from '@playwright/test'

test('the Chromium of these tests finds no other machine by name', async ({ page }) => {
  await expect(page.goto('http://example.com/')).rejects.toThrow('ERR_NAME_NOT_RESOLVED')
})
