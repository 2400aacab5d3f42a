import { lasts, quietSpans, type DoNotDisturb, type QuietSpan } from '../../shared/model/settings.ts'

/** An entry of the tray's menu: what it says, and what it does; null is a line between entries. */
export type TrayEntry = { label: string; choose: TrayChoice | null } | null

/** `quiet`: from when it is chosen, and not from when the menu was made. */
export type TrayChoice = 'open' | 'quit' | { quiet: QuietSpan | 'off' }

const spans: Record<QuietSpan, string> = {
  hour: 'Do not disturb for an hour',
  morning: 'Do not disturb until tomorrow morning',
  open: 'Do not disturb until switched off',
}

/** Without do-not-disturb while there is no account that it could be a setting of. */
export function trayMenu(doNotDisturb: DoNotDisturb | null, nowMs: number): TrayEntry[] {
  return [
    { label: 'Open Latch', choose: 'open' },
    null,
    ...(doNotDisturb === null ? [] : [...quiet(doNotDisturb, nowMs), null]),
    { label: 'Quit', choose: 'quit' },
  ]
}

/** Said when the icon is pointed at, so that nobody forgets. */
export function trayTip(doNotDisturb: DoNotDisturb | null, nowMs: number): string {
  return doNotDisturb !== null && lasts(doNotDisturb, nowMs) ? `Latch: ${lastsUntil(doNotDisturb)}` : 'Latch'
}

function quiet(doNotDisturb: DoNotDisturb, nowMs: number): TrayEntry[] {
  if (lasts(doNotDisturb, nowMs)) {
    return [
      { label: lastsUntil(doNotDisturb), choose: null },
      { label: 'Switch do-not-disturb off', choose: { quiet: 'off' } },
    ]
  }
  return quietSpans.map((span) => ({ label: spans[span], choose: { quiet: span } }))
}

function lastsUntil({ untilMs }: DoNotDisturb): string {
  if (untilMs === null) return 'Do not disturb is on'
  const time = new Date(untilMs).toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' })
  return `Do not disturb until ${time}`
}
