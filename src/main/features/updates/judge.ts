import type { Release } from '../../../shared/model/updates.ts'

/** The newest release that this device ever believed: nothing before it is believed again. */
export interface Seen {
  readonly version: string
  readonly releasedMs: number
}

export type Judged = { readonly outcome: 'current' | 'new' } | { readonly outcome: 'refused'; readonly code: 'replayed' | 'older'; readonly why: string }

/**
 * What a signed release means to this device. Whoever serves the manifest cannot forge one, but could show an old one again:
 * so what was seen counts, by version and by date.
 */
export function judge(release: Release, running: string, seen: Seen | null): Judged {
  if (seen !== null && (release.releasedMs < seen.releasedMs || compareVersions(release.version, seen.version) < 0)) {
    return { outcome: 'refused', code: 'replayed', why: `version ${seen.version} was announced here before, and this is an older announcement` }
  }
  const order = compareVersions(release.version, running)
  if (order < 0) return { outcome: 'refused', code: 'older', why: `it announces ${release.version}, and ${running} runs here` }
  return { outcome: order === 0 ? 'current' : 'new' }
}

/** As semantic versioning orders them: negative where `a` came before `b`. */
export function compareVersions(a: string, b: string): number {
  const [coreA, preA] = splitOnce(a)
  const [coreB, preB] = splitOnce(b)
  const core = compareParts(coreA.split('.'), coreB.split('.'))
  if (core !== 0) return core
  if (preA === undefined || preB === undefined) return Number(preA === undefined) - Number(preB === undefined)
  return compareParts(preA.split('.'), preB.split('.'))
}

const splitOnce = (version: string): [string, string?] => {
  const at = version.indexOf('-')
  return at < 0 ? [version] : [version.slice(0, at), version.slice(at + 1)]
}

/** Numbers by their value and before words, words by their letters, what is shorter first. */
function compareParts(a: readonly string[], b: readonly string[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index]
    if (right === undefined) return 1
    if (left === right) continue
    const [leftIsNumber, rightIsNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)]
    if (leftIsNumber && rightIsNumber && Number(left) !== Number(right)) return Number(left) - Number(right)
    if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1
    return left < right ? -1 : 1
  }
  return a.length - b.length
}
