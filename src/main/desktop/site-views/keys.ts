import type { PageKey } from '../../features/browse/types.ts'

/** A key as Electron tells of it before the page hears of it. */
export interface PressedKey {
  readonly type: string
  readonly key: string
  readonly code: string
  readonly control: boolean
  readonly meta: boolean
  readonly alt: boolean
  readonly shift: boolean
}

/**
 * Whose a key is. `page`: the page's. `swallow`: nobody's. `menu`: an entry of the application's menu, which a page
 * could otherwise keep to itself.
 */
export type KeyTaken =
  | { readonly to: 'page' | 'swallow' | 'fullscreen' }
  | { readonly to: 'window'; readonly key: PageKey }
  | { readonly to: 'menu'; readonly accelerator: string }

const page: KeyTaken = { to: 'page' }
const window = (key: PageKey): KeyTaken => ({ to: 'window', key })

const WITH_CONTROL: Readonly<Record<string, PageKey>> = {
  l: 'address', f: 'find', t: 'new-tab', w: 'close-tab', k: 'palette', r: 'reload', d: 'bookmark',
  '+': 'zoom-in', '=': 'zoom-in', '-': 'zoom-out', '0': 'zoom-reset', tab: 'next-tab', pagedown: 'next-tab', pageup: 'previous-tab', f4: 'close-tab',
}
const WITH_CONTROL_SHIFT: Readonly<Record<string, PageKey>> = {
  t: 'reopen-tab', r: 'reload', '+': 'zoom-in', '=': 'zoom-in', _: 'zoom-out', tab: 'previous-tab',
}
const ALONE: Readonly<Record<string, PageKey>> = { f5: 'reload', f6: 'leave', browserback: 'back', browserforward: 'forward' }

/** Printing shows a dialog of the system, in which a page could say what it likes; the others look into the program. */
const NOBODYS: ReadonlySet<string> = new Set(['p', 's', 'u', 'o'])
const NOBODYS_WITH_SHIFT: ReadonlySet<string> = new Set(['p', 'i', 'j', 'c'])

/** What a key pressed in a page is for. `isLoading`: Escape stops that; otherwise it is the page's own. */
export function keyTaken(pressed: PressedKey, isLoading: boolean, isMac: boolean): KeyTaken {
  if (pressed.type !== 'keyDown' && pressed.type !== 'rawKeyDown') return page
  const key = pressed.key.toLowerCase()
  const command = isMac ? pressed.meta : pressed.control
  if (pressed.alt && !command) return withAlt(key, isMac)
  // Control and Alt together write letters on many keyboards.
  if (pressed.alt) return page
  // Control and Tab is the same on every system.
  if (command || (pressed.control && key === 'tab')) return withCommand(key, pressed, isMac)
  if (key === 'escape') return pressed.shift ? window('leave') : isLoading ? window('stop') : page
  if (key === 'f11') return { to: 'fullscreen' }
  if (key === 'f12') return { to: 'swallow' }
  const alone = ALONE[key]
  return alone === undefined || pressed.shift ? page : window(alone)
}

function withCommand(key: string, { shift, code }: PressedKey, isMac: boolean): KeyTaken {
  if (shift) {
    const known = WITH_CONTROL_SHIFT[key]
    if (known !== undefined) return window(known)
    return NOBODYS_WITH_SHIFT.has(key) ? { to: 'swallow' } : page
  }
  // By its place too: on a French keyboard the digits need Shift.
  const digit = /^[1-9]$/.test(key) ? key : /^Digit([1-9])$/.exec(code)?.[1]
  if (digit !== undefined) return { to: 'menu', accelerator: `CmdOrCtrl+${digit}` }
  if (key === ',') return { to: 'menu', accelerator: 'CmdOrCtrl+,' }
  if (isMac && (key === '[' || key === ']')) return window(key === '[' ? 'back' : 'forward')
  const known = WITH_CONTROL[key]
  if (known !== undefined) return window(known)
  return NOBODYS.has(key) ? { to: 'swallow' } : page
}

function withAlt(key: string, isMac: boolean): KeyTaken {
  if (isMac) return page
  if (key === 'arrowleft') return window('back')
  if (key === 'arrowright') return window('forward')
  return key === 'd' ? window('address') : page
}
