import type { Page } from '@playwright/test'
import type { Decision } from '../../src/shared/model/door.ts'
import type { Step } from './scenes/scene.ts'

/** Does one thing that a scene wants done before it is looked at. */
export async function take(page: Page, step: Step): Promise<void> {
  if ('click' in step) await clickByName(page, step.click)
  if ('clickPart' in step) {
    // What a dialog lies over cannot be clicked.
    const dialog = page.getByRole('dialog')
    const place = (await dialog.count()) > 0 ? dialog : page.getByRole('main')
    await place.getByRole('button', { name: step.clickPart }).first().click()
  }
  if ('clickLink' in step) await page.getByRole('main').getByRole('link', { name: step.clickLink }).first().click()
  if ('switch' in step) await page.getByRole('switch', { name: step.switch }).click()
  if ('scrollTo' in step) {
    await page.getByRole('heading', { name: step.scrollTo }).evaluate((heading) => heading.scrollIntoView())
  }
  if ('type' in step) {
    const named = (role: 'combobox' | 'textbox' | 'searchbox') => page.getByRole(role, { name: step.into })
    await named('combobox').or(named('textbox')).or(named('searchbox')).first().fill(step.type)
  }
  if ('press' in step) await page.keyboard.press(step.press)
  if ('focus' in step) await page.getByRole('button', { name: step.focus, exact: true }).first().focus()
  if ('focusFirst' in step) await page.locator(step.focusFirst).first().evaluate((element: HTMLElement) => element.focus())
  if ('scroll' in step) {
    const log = await page.getByRole('log').boundingBox()
    if (log !== null) await page.mouse.move(log.x + log.width / 2, log.y + log.height / 2)
    await page.mouse.wheel(0, step.scroll)
  }
  if ('wheel' in step) {
    await page.getByRole('heading', { name: step.over, exact: true }).hover()
    await page.mouse.wheel(0, step.wheel)
  }
  if ('waitMs' in step) await page.waitForTimeout(step.waitMs)
  if ('decided' in step) {
    const tell = (decision: Decision) =>
      window.gallery?.world.door.tell({ event: 'decided', decision: { ...decision, atMs: Date.now() } })
    await page.evaluate(tell, step.decided)
  }
  if ('tellName' in step) {
    await page.evaluate((name) => window.gallery?.world.names.tell({ event: 'name-changed', name }), step.tellName)
  }
  if ('tellChat' in step) await page.evaluate((event) => window.gallery?.world.chat.tell(event), step.tellChat)
  if ('remind' in step) {
    await page.evaluate((about) => window.gallery?.world.names.tell({ event: 'reminder', ...about }), step.remind)
  }
  if ('choose' in step) await page.getByRole('radio', { name: step.choose, exact: true }).check({ force: true })
  if ('select' in step) await page.getByRole('combobox', { name: step.in, exact: true }).selectOption({ label: step.select })
  if ('drop' in step) await page.evaluate(() => window.gallery?.drop())
}

/** A button, or else the item of an open menu. */
async function clickByName(page: Page, name: string): Promise<void> {
  const named = (role: 'button' | 'menuitem') => page.getByRole(role, { name, exact: true })
  await named('button').or(named('menuitem')).first().click()
}
