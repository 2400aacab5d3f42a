import type { Completion, TabId } from '../../../../shared/model/browse.ts'
import { readAddress } from '../address.ts'
import { MAX_COMPLETIONS, VISIT_HALF_LIFE_MS } from '../limits.ts'

/** Something that may be meant. */
export interface Candidate {
  readonly url: string
  readonly kind: Exclude<Completion['kind'], 'address'>
  /** A title, or whose it is. */
  readonly text: string
  readonly tab: TabId | null
  readonly visits: number
  readonly lastMs: number | null
}

/** Of two candidates with the same address, the one that says more about it. */
const KINDS: readonly Candidate['kind'][] = ['tab', 'bookmark', 'own', 'contact', 'history']
/** What somebody chose to keep, or whom they know, weighs as much as so many visits of today. */
const WORTH: Record<Candidate['kind'], number> = { tab: 2, bookmark: 8, own: 4, contact: 6, history: 0 }

/**
 * What might be meant by what is being typed, best first: what begins with it before what contains it, and then by how often and
 * how lately. What was typed comes first itself where it is written out as an address, and last where it is only the beginning
 * of one: whoever goes on typing is not stopped by it.
 */
export function complete(typed: string, candidates: readonly Candidate[], tld: string, nowMs: number): Completion[] {
  const text = bare(typed)
  const found = new Map<string, { candidate: Candidate; score: number }>()
  for (const candidate of candidates) {
    const match = matchOf(text, candidate)
    if (match === 0) continue
    const score = match * 100 + Math.log2(1 + WORTH[candidate.kind] + frecency(candidate, nowMs))
    const before = found.get(candidate.url)
    const isBetter = before === undefined || KINDS.indexOf(candidate.kind) < KINDS.indexOf(before.candidate.kind)
    found.set(candidate.url, { candidate: isBetter ? candidate : before.candidate, score: Math.max(score, before?.score ?? 0) })
  }
  const best = [...found.values()].toSorted((a, b) => b.score - a.score || (a.candidate.url < b.candidate.url ? -1 : 1))
  const completions = best.map(({ candidate: { kind, tab, text: said, url } }): Completion => ({ url, kind, text: said, tab }))
  const read = typed.trim() === '' ? null : readAddress(typed, tld)
  if (read === null || read.outcome === 'refused') return completions.slice(0, MAX_COMPLETIONS)
  const isWritten = /[./:]/.test(text)
  const known = completions.find(({ url }) => url === read.url)
  const itself = known ?? { url: read.url, kind: 'address' as const, text: '', tab: null }
  if (isWritten) return [itself, ...completions.filter((each) => each !== known)].slice(0, MAX_COMPLETIONS)
  return known === undefined ? [...completions.slice(0, MAX_COMPLETIONS - 1), itself] : completions.slice(0, MAX_COMPLETIONS)
}

/** A visit counts half as much a fortnight later. */
function frecency({ visits, lastMs }: Candidate, nowMs: number): number {
  return lastMs === null ? 0 : visits * 0.5 ** (Math.max(0, nowMs - lastMs) / VISIT_HALF_LIFE_MS)
}

/** 4: the address begins with it; 3: a word of the title does; 2: a part of the address does; 1: it is somewhere in it; 0: no. */
function matchOf(text: string, { url, text: said }: Candidate): number {
  if (text === '') return 1
  const address = bare(url)
  if (address.startsWith(text)) return 4
  const title = said.toLowerCase()
  if (title.split(/[\s,;:()/-]+/).some((word) => word.startsWith(text)) || title.startsWith(text)) return 3
  const at = address.indexOf(text)
  if (at > 0 && /[./?&=_-]/.test(address[at - 1] ?? '')) return 2
  return at > 0 || title.includes(text) ? 1 : 0
}

const bare = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/^(?:peer:\/\/|https?:\/\/|@)/, '')
