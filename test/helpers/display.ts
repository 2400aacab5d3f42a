import { join } from 'node:path'
import type { Page } from '@playwright/test'

const ARTIFACTS = process.env['LATCH_ARTIFACTS'] ?? 'artifacts'

/** Keeps a picture of a window, light and dark, as artifacts/screenshots/<name>-<light|dark>.png. */
export async function takePictures(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.screenshot({ path: join(ARTIFACTS, 'screenshots', `${name}-${colorScheme}.png`), animations: 'disabled' })
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null })
}
