import { expect, test } from 'vitest'
import { keyTaken, type PressedKey } from '../../../../src/main/desktop/site-views/keys.ts'
import { placeWithin } from '../../../../src/main/desktop/site-views/places.ts'

const press = (key: string, held: Partial<PressedKey> = {}): PressedKey => ({ type: 'keyDown', key, code: '', control: false, meta: false, alt: false, shift: false, ...held })

test('what is pressed with the key for shortcuts is the window’s, on each system its own', () => {
  expect(keyTaken(press('l', { control: true }), false, false)).toEqual({ to: 'window', key: 'address' })
  expect(keyTaken(press('l', { meta: true }), false, true)).toEqual({ to: 'window', key: 'address' })
  expect(keyTaken(press('l', { meta: true }), false, false)).toEqual({ to: 'page' })
  expect(keyTaken(press('a', { control: true }), false, true)).toEqual({ to: 'page' })
  expect(keyTaken(press('Tab', { control: true }), false, true)).toEqual({ to: 'window', key: 'next-tab' })
  expect(keyTaken(press('T', { control: true, shift: true }), false, false)).toEqual({ to: 'window', key: 'reopen-tab' })
})

test('digits go to the places of the window, wherever a keyboard has them', () => {
  expect(keyTaken(press('4', { control: true }), false, false)).toEqual({ to: 'menu', accelerator: 'CmdOrCtrl+4' })
  expect(keyTaken(press('\'', { control: true, code: 'Digit4' }), false, false)).toEqual({ to: 'menu', accelerator: 'CmdOrCtrl+4' })
  expect(keyTaken(press('0', { control: true, code: 'Digit0' }), false, false)).toEqual({ to: 'window', key: 'zoom-reset' })
})

test('printing and looking into the program are nobody’s', () => {
  for (const key of ['p', 's', 'u']) expect(keyTaken(press(key, { control: true }), false, false)).toEqual({ to: 'swallow' })
  for (const key of ['P', 'I', 'J', 'C']) expect(keyTaken(press(key, { control: true, shift: true }), false, false)).toEqual({ to: 'swallow' })
  expect(keyTaken(press('F12'), false, false)).toEqual({ to: 'swallow' })
})

test('what is typed, copied and pasted is the page’s, and so is Escape unless it loads', () => {
  for (const key of ['a', 'Enter', 'Tab', 'ArrowLeft', 'Escape']) expect(keyTaken(press(key), false, false)).toEqual({ to: 'page' })
  for (const key of ['c', 'v', 'x', 'a', 'z']) expect(keyTaken(press(key, { control: true }), false, false)).toEqual({ to: 'page' })
  expect(keyTaken(press('Escape'), true, false)).toEqual({ to: 'window', key: 'stop' })
  expect(keyTaken(press('F6'), false, false)).toEqual({ to: 'window', key: 'leave' })
  // A letter of a keyboard that writes with both.
  expect(keyTaken(press('l', { control: true, alt: true }), false, false)).toEqual({ to: 'page' })
  expect(keyTaken(press('l', { control: true, type: 'keyUp' }), false, false)).toEqual({ to: 'page' })
})

test('a place is what of it lies within the window, in the pixels of the window', () => {
  const content = { width: 800, height: 600 }
  expect(placeWithin({ x: 0, y: 100, width: 800, height: 500 }, content, 1)).toEqual({ x: 0, y: 100, width: 800, height: 500 })
  expect(placeWithin({ x: 700, y: 500, width: 500, height: 500 }, content, 1)).toEqual({ x: 700, y: 500, width: 100, height: 100 })
  expect(placeWithin({ x: -50, y: -50, width: 100, height: 100 }, content, 1)).toEqual({ x: 0, y: 0, width: 50, height: 50 })
  expect(placeWithin({ x: 10, y: 10, width: 100, height: 100 }, content, 1.5)).toEqual({ x: 15, y: 15, width: 150, height: 150 })
  expect(placeWithin({ x: 900, y: 0, width: 100, height: 100 }, content, 1)).toBeNull()
  expect(placeWithin({ x: 0, y: 0, width: 0, height: 100 }, content, 1)).toBeNull()
  expect(placeWithin({ x: Number.NaN, y: 0, width: 10, height: 10 }, content, 1)).toBeNull()
})
