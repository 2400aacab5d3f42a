import type { SoakResult } from './soak.ts'

interface Machine {
  readonly processors: number
  readonly model: string
  readonly node: string
  readonly load: readonly number[]
}

/** For people: what was done, what came of it, what grew. */
export function table(result: SoakResult, machine: Machine): string {
  const { counts, figures, atRest, problems, seed, ranMs } = result
  const head = ['home', 'what', 'at half time', 'at the end', 'an hour adds', 'may add', '']
  const rows = figures.map(({ home, what, unit, first, last, perHour, give, boundPerHour, bytesAMessage, verdict }) => [
    home,
    bytesAMessage === null ? what : `${what} (${Math.round(bytesAMessage)} bytes each)`,
    `${short(first)} ${unit}`.trim(),
    `${short(last)} ${unit}`.trim(),
    `${short(perHour)} ± ${short(give)} ${unit}`.trim(),
    `${boundPerHour} ${unit}`.trim(),
    verdict === 'open' ? 'too short to tell' : verdict,
  ])
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string => cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ').trimEnd()
  const rest = Object.entries(atRest).map(
    ([home, { handles, descriptors }]) =>
      `${home} at rest: ${handles[0]} handles before, ${handles[1]} after; ${descriptors[0]} descriptors before, ${descriptors[1]} after`,
  )
  return [
    `${machine.processors} × ${machine.model}, Node ${machine.node}, load ${machine.load.map((one) => one.toFixed(1)).join(' ')}; seed ${seed}; ${Math.round(ranMs / 1_000)} s in all`,
    `${counts.messages} messages (and ${counts.cutOff} cut off), ${counts.files} files, ${counts.claims} names claimed, one handed over ${counts.passed} times, ${counts.pages} pages; ${counts.stops} stops, ${counts.kills} kills`,
    '',
    line(head),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map(line),
    '',
    ...rest,
    problems.length === 0 ? 'Every message, file and name is accounted for.' : `${problems.length} problems:`,
    ...problems.slice(0, 50),
    '',
  ].join('\n')
}

function short(figure: number): string {
  const size = Math.abs(figure)
  return size >= 100 ? figure.toFixed(0) : size >= 10 ? figure.toFixed(1) : figure.toFixed(2)
}
