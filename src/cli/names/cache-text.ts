import type { CacheLine } from '../../shared/model/names.ts'
import { bytes, duration, plural, table } from '../layout.ts'
import { nameOfAccount, type Named } from '../resolve.ts'

export function cacheTable(lines: readonly CacheLine[], people: readonly Named[], nowMs: number): string[] {
  const sizeBytes = lines.reduce((sum, line) => sum + line.bytes, 0)
  return [
    ...table(
      ['NAME', 'STATE', 'OWNER', 'KEPT', 'FRESH FOR', 'HITS', 'SIZE'],
      lines.map((line) => [
        line.fullName,
        `${states[line.state]}${line.watched ? ', watched' : ''}`,
        line.owner === null ? '-' : nameOfAccount(people, line.owner),
        `${duration(nowMs - line.keptMs)} ago`,
        line.freshUntilMs > nowMs ? duration(line.freshUntilMs - nowMs) : '-',
        String(line.hits),
        bytes(line.bytes),
      ]),
    ),
    `${plural(lines.length, 'name')}, ${bytes(sizeBytes)}. What is watched is asked for again before its time is over.`,
  ]
}

const states = { fresh: 'fresh', stale: 'too old', nothing: 'nobody had it' } as const
