import type { Copy, CopyChanges, CopyLook } from '../../shared/model/copies.ts'
import { bytes, duration, fields, plural, table } from '../layout.ts'
import { oneLine } from '../plain.ts'
import { nameOfAccount, type Named } from '../resolve.ts'

export function copiesTable(copies: readonly Copy[], people: readonly Named[], nowMs: number): string[] {
  return table(
    ['SITE', 'OF', 'SIZE', 'STATE', 'KEPT', 'GIVEN ON'],
    copies.map((copy) => [
      copy.site,
      nameOfAccount(people, copy.owner),
      bytes(copy.bytes),
      stateText(copy),
      `${duration(nowMs - copy.keptMs)} ago`,
      copy.isServed ? bytes(copy.servedBytes) : 'no',
    ]),
  )
}

/** One line while it is fetched, and when that ended. */
export function stateText({ state, bytes: all, cid, latest }: Copy): string {
  switch (state.kind) {
    case 'whole':
      return latest === null || latest === cid ? 'whole' : 'whole; the site has changed since'
    case 'fetching':
      return `${bytes(state.doneBytes)} of ${bytes(all)} from ${plural(state.sources, 'device')}, ${bytes(Math.round(state.bytesPerSecond))}/s`
    case 'stopped':
      return `stopped at ${bytes(state.doneBytes)} of ${bytes(all)}: ${oneLine(state.why)}`
  }
}

export function copyLookText(look: CopyLook, people: readonly Named[]): string[] {
  return fields([
    ['Site', look.site],
    ['Of', nameOfAccount(people, look.owner)],
    ['Content', look.cid],
    ['Takes', `${bytes(look.bytes)} in ${plural(look.files, 'file')}; ${bytes(look.hereBytes)} of it are here`],
    ['Room', look.freeBytes === null ? 'not known' : `${bytes(look.freeBytes)} free`],
    ['Held by', plural(look.holders, 'device')],
  ])
}

export function changesText({ changes, added, changed, removed, fetchBytes }: CopyChanges): string[] {
  if (added + changed + removed === 0) return ['Nothing changed since the copy was kept.']
  const left = added + changed + removed - changes.length
  return [
    ...changes.map(({ kind, path, bytes: size }) => `${marks[kind]} ${oneLine(path)}${kind === 'removed' ? '' : `  ${bytes(size)}`}`),
    ...(left > 0 ? [`… and ${plural(left, 'more file')}`] : []),
    `${added} added, ${changed} changed, ${removed} removed. Keeping it would fetch ${bytes(fetchBytes)}.`,
  ]
}

const marks = { added: '+', changed: '~', removed: '-' } as const
