/** What is being typed right before the caret that something could be offered for. */
export interface Wanted {
  kind: 'person' | 'emoji'
  query: string
  /** From its sign to the caret. */
  from: number
  to: number
}

const PERSON = /(?:^|[\s([{"'])@([\p{L}\p{M}\p{N}._-]{0,32})$/u
/** Two letters at least: `:)` and `10:30` want nothing. */
const EMOJI = /(?:^|[\s([{"'])(:[a-z0-9_+-]{2,32})$/i

/** Pure. */
export function wantedAt(text: string, caret: number, people: boolean): Wanted | null {
  const before = text.slice(Math.max(0, caret - 64), caret)
  const person = people ? PERSON.exec(before) : null
  if (person !== null) {
    const query = person[1] ?? ''
    return { kind: 'person', query, from: caret - query.length - 1, to: caret }
  }
  const emoji = EMOJI.exec(before)?.[1]
  return emoji === undefined ? null : { kind: 'emoji', query: emoji.slice(1), from: caret - emoji.length, to: caret }
}

/** A text with something in the place of what was wanted, and where the caret goes. Pure. */
export function complete(text: string, wanted: Pick<Wanted, 'from' | 'to'>, by: string): { text: string; caret: number } {
  const rest = text.slice(wanted.to)
  const gap = rest.startsWith(' ') ? '' : ' '
  return { text: `${text.slice(0, wanted.from)}${by}${gap}${rest}`, caret: wanted.from + by.length + 1 }
}

/** Whoever was named and still is. Pure. */
export function stillNamed<Named extends { label: string }>(text: string, named: readonly Named[]): Named[] {
  return named.filter(({ label }, index) => text.includes(`@${label}`) && named.findIndex((one) => one.label === label) === index)
}
