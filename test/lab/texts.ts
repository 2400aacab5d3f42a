import { createHash } from 'node:crypto'

/** What one side sends and the other expects, without carrying megabytes from one process to the other. */
export interface Batch {
  /** Tells the messages of one batch from those of others. */
  readonly label: string
  readonly count: number
  /** Of each message's text, in UTF-8. */
  readonly bytes: number
}

/** Message `index` of a batch: the same in every process, and nothing that compresses. */
export function textOf({ label, bytes }: Batch, index: number): string {
  const head = `${label} ${index} `
  const noise = createHash('shake256', { outputLength: bytes }).update(head).digest('base64')
  return `${head}${noise}`.slice(0, bytes)
}

export type Verdict = { outcome: 'whole' } | { outcome: 'wrong'; why: string }

/** Pure. Whether these texts, in the order in which they were stored, hold each message once and in its place. */
export function judge(batch: Batch, stored: readonly string[]): Verdict {
  const mine = stored.filter((text) => text.startsWith(`${batch.label} `))
  const hash = createHash('sha256')
  for (const text of mine) hash.update(text)
  const expected = createHash('sha256')
  for (let index = 0; index < batch.count; index++) expected.update(textOf(batch, index))
  if (mine.length === batch.count && hash.digest('hex') === expected.digest('hex')) return { outcome: 'whole' }
  const indices = mine.map((text) => Number(text.split(' ')[1]))
  const doubled = indices.length - new Set(indices).size
  const missing = Array.from({ length: batch.count }, (_, i) => i).filter((i) => !indices.includes(i)).length
  const inOrder = indices.every((index, i) => i === 0 || index > (indices[i - 1] ?? 0))
  const order = inOrder ? 'in order' : 'out of order'
  return { outcome: 'wrong', why: `${missing} missing, ${doubled} doubled, ${order} of ${batch.count}` }
}
