import type { OpenCode, OpenFailure, OpenStep } from '../../../../shared/model/browse.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import { DeadlineError } from '../../../platform/clock.ts'
import type { ReadAddress } from '../address.ts'
import { OpenError } from '../opening/index.ts'
import type { ExitRefusal, ViewEvents } from '../types.ts'

const failure = (step: OpenStep, code: OpenCode, why: string, url: string, atMs: number): OpenFailure => ({
  step,
  code,
  why,
  url,
  knock: null,
  atMs: Math.round(atMs),
})

/** What is said of a page that did not open. */
export function failureOf(error: unknown, url: string, atMs: number): OpenFailure {
  if (error instanceof OpenError) return { ...error.facts, url, atMs: Math.round(atMs) }
  if (error instanceof DeadlineError) return failure('answer', 'timeout', 'The page took too long to come.', url, atMs)
  return failure('answer', 'internal', 'Something failed inside Latch; the log has the cause.', url, atMs)
}

/** One that was kept from before, and that the network of now does not have. */
export function badAddress(read: ReadAddress, url: string, atMs: number): OpenFailure {
  return failure('address', 'bad-address', read.outcome === 'refused' ? read.why : 'That address does not open in this tab.', url, atMs)
}

export function stopped(step: OpenStep, url: string, atMs: number): OpenFailure {
  return failure('answer', 'cut', 'You stopped it before it was there.', url, atMs)
}

export function ended(url: string, atMs: number): OpenFailure {
  return failure('answer', 'crashed', 'It did not answer, and you ended it. Load it again.', url, atMs)
}

/** A name that moved: what the page before stored stays apart, and the person hears of it before they see the new one. */
export function ownerChanged(site: SiteName, url: string, atMs: number): OpenFailure {
  const why = `${site} belongs to another account since this tab was opened. Load again to see what is theirs; what was stored before stays apart.`
  return failure('ledger', 'blocked', why, url, atMs)
}

/** A view that says itself that it failed. `refusal`: why the exit did not go there. */
export function viewFailure(
  [why, detail]: Parameters<ViewEvents['failed']>,
  kind: 'site' | 'exit',
  refusal: ExitRefusal | null,
  url: string,
  atMs: number,
): OpenFailure {
  switch (why) {
    case 'crashed':
      return failure('answer', 'crashed', 'Only its own process ended; everything else goes on. Load it again.', url, atMs)
    case 'too-much':
      return failure('answer', 'blocked', 'It did so much at once that the window would have stood still, so Latch ended it. Load it again if you trust it.', url, atMs)
    case 'blocked':
      return failure('answer', 'blocked', 'The page wanted something that no page may have.', url, atMs)
    case 'certificate':
      return failure('answer', 'certificate', certificateWords(detail), url, atMs)
    case 'network':
      if (kind === 'site') return failure('answer', 'cut', 'The page broke off before it was there.', url, atMs)
      if (refusal !== null) return failure('exit', refusal.code, refusal.why, url, atMs)
      return failure('exit', 'exit-unreachable', 'That address could not be reached through the exit.', url, atMs)
  }
}

/** `detail`: Chromium's name of the error. */
function certificateWords(detail: string): string {
  if (detail.includes('COMMON_NAME')) return 'The certificate is that of another host.'
  if (detail.includes('DATE')) return 'The certificate has run out or is not valid yet; or the clock of this device is wrong.'
  if (detail.includes('AUTHORITY')) return 'Nobody whom this device trusts vouches for the certificate.'
  return 'The certificate is not one that can be relied on.'
}
