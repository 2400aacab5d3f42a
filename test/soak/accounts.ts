/** One message as a node shows it. */
export interface Said {
  readonly mine: boolean
  readonly text: string
  readonly state: string
}

/** What one home wrote to another: in its order, each of them promised to be stored, or cut off by the end of its process. */
export interface Ledgered {
  readonly from: string
  readonly to: string
  readonly written: { readonly words: string; readonly isPromised: boolean }[]
}

/**
 * Whatever is wrong between what was promised at `from` and what lies at both: nothing lost, nothing doubled, nothing made
 * up, in the order in which it was written, and said to be delivered. One sentence each; none is what a soak wants. Pure.
 */
export function account({ from, to, written }: Ledgered, here: readonly Said[], there: readonly Said[]): string[] {
  const sent = here.filter(({ mine }) => mine)
  const texts = sent.map(({ text }) => text)
  const came = there.filter(({ mine }) => !mine).map(({ text }) => text)
  const known = new Map(written.map(({ words }, index) => [words, index]))
  const way = `${from} to ${to}`
  return [
    ...kept(`${way}, at ${from}`, written, texts, known),
    ...kept(`${way}, at ${to}`, written, came, known),
    // What a kill cut off may be stored or not, but it is so on both sides.
    ...(texts.join('\n') === came.join('\n') ? [] : [`${way}: the two sides hold other messages, ${texts.length} and ${came.length}`]),
    ...sent.filter(({ state }) => !['delivered', 'read'].includes(state)).map(({ text, state }) => `${way}: “${text}” is ${state}, not delivered`),
  ]
}

function kept(where: string, written: Ledgered['written'], found: readonly string[], known: ReadonlyMap<string, number>): string[] {
  const problems: string[] = []
  const seen = new Set<string>()
  let last = -1
  for (const text of found) {
    const index = known.get(text)
    if (index === undefined) problems.push(`${where}: nobody wrote “${text}”`)
    else if (seen.has(text)) problems.push(`${where}: “${text}” is there twice`)
    else if (index < last) problems.push(`${where}: “${text}” is out of order`)
    seen.add(text)
    last = Math.max(last, index ?? -1)
  }
  const lost = written.filter(({ words, isPromised }) => isPromised && !seen.has(words))
  return [...problems, ...lost.map(({ words }) => `${where}: “${words}” is lost`)]
}
