import { expect, test } from '@playwright/test'
import { openViewHost, type ViewHostWindow } from '../../helpers/view-host.ts'

/* The menu of the other button over a page, in a real window. */

test.setTimeout(90_000)

let window: ViewHostWindow
test.afterEach(() => window.close())

/** Nobody sees a menu of the system: it is held here in place of being shown, as it would be. */
async function holdMenus(): Promise<void> {
  await window.desktop.app.evaluate(({ Menu }) => {
    Menu.prototype.popup = function (this: Electron.Menu, options) {
      Reflect.set(globalThis, 'held', { menu: this, at: options })
    }
  })
}

interface Shown {
  readonly labels: string[]
  readonly at: { x?: number; y?: number }
}

/** Presses the other button on an element, and gives what came. */
async function menuOn(view: number, selector: string): Promise<Shown> {
  await window.desktop.app.evaluate(() => Reflect.deleteProperty(globalThis, 'held'))
  const where = await window.run<{ x: number; y: number }>(view, `(({ x, y }) => ({ x: Math.round(x) + 5, y: Math.round(y) + 5 }))(document.querySelector('${selector}').getBoundingClientRect())`)
  await window.within(({ contents }, [id, at]) => {
    setTimeout(() => {
      for (const type of ['mouseDown', 'mouseUp'] as const) contents(id).sendInputEvent({ type, ...at, button: 'right', clickCount: 1 })
    })
  }, [view, where] as const)
  const shown = (): Promise<Shown | null> =>
    window.desktop.app.evaluate(() => {
      const held = Reflect.get(globalThis, 'held') as { menu: Electron.Menu; at: { x?: number; y?: number } } | undefined
      return held === undefined ? null : { labels: held.menu.items.map(({ label, type }) => (type === 'separator' ? '' : label)), at: { x: held.at.x ?? NaN, y: held.at.y ?? NaN } }
    })
  await expect.poll(shown).not.toBeNull()
  return (await shown()) as Shown
}

/** Chooses from it; it is closed then. */
const choose = (label: string): Promise<void> =>
  window.desktop.app.evaluate((_electron, label) => {
    const { menu, at } = Reflect.get(globalThis, 'held') as { menu: Electron.Menu; at: { callback: () => void } }
    setTimeout(() => {
      menu.items.find((item) => item.label === label)?.click()
      at.callback()
    })
  }, label)

test('a link, a picture, words and a field each have their menu, which does what it says; a page opens none by itself', async () => {
  window = await openViewHost(test.info().outputPath('data'))
  const view = await window.open('peer://alice.peer/')
  const clipboard = () => window.desktop.app.evaluate(({ clipboard }) => ({ text: clipboard.readText(), isPicture: !clipboard.readImage().isEmpty() }))
  await holdMenus()
  await window.run(view, `document.body.insertAdjacentHTML('beforeend', '<p><img id="picture" src="/picture.png" width="40" height="40"></p><p><input id="field" value="written"></p>'); 0`)
  await expect.poll(() => window.run(view, `document.querySelector('#picture').naturalWidth`)).toBeGreaterThan(0)

  const { labels, at } = await menuOn(view, '#p')
  expect(labels).toEqual(['Back', 'Forward', 'Load again'])
  // In the window, below what is Latch's own.
  expect(at.y).toBeGreaterThan(100)
  await choose('Load again')
  await expect.poll(() => window.told(view, 'pressed')).toEqual([['reload']])

  expect((await menuOn(view, '#blank')).labels).toEqual(['Open in another tab', 'Copy the address of the link'])
  await choose('Copy the address of the link')
  await expect.poll(clipboard).toMatchObject({ text: 'peer://bob.peer/from-a-link' })
  await menuOn(view, '#link')
  await choose('Open in another tab')
  await expect.poll(() => window.told(view, 'wantsToGo')).toEqual([['https://example.com/from-a-link', 'background', true]])

  expect((await menuOn(view, '#picture')).labels).toEqual(['Save the picture…', 'Copy the picture'])
  await choose('Copy the picture')
  await expect.poll(clipboard).toMatchObject({ isPicture: true })
  await menuOn(view, '#picture')
  await choose('Save the picture…')
  await expect.poll(() => window.told(view, 'offered')).toEqual([[{ url: 'peer://alice.peer/picture.png', name: 'picture.png', byPerson: true }]])

  await window.run(view, `document.querySelector('#field').select(); 0`)
  expect((await menuOn(view, '#field')).labels).toEqual(['Cut', 'Copy', 'Paste', 'Select all'])
  await choose('Cut')
  await expect.poll(clipboard).toMatchObject({ text: 'written' })
  expect(await window.run(view, `document.querySelector('#field').value`)).toBe('')

  // What a page says was pressed was not.
  await window.desktop.app.evaluate(() => Reflect.deleteProperty(globalThis, 'held'))
  await window.run(view, `document.querySelector('#p').dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, button: 2 })); 0`)
  expect(await window.run(view, 'new Promise((then) => setTimeout(() => then(document.title), 200))')).toBe('A quiet little site')
  expect(await window.desktop.app.evaluate(() => Reflect.has(globalThis, 'held'))).toBe(false)
})
