/** Fewer letters of an id fit too many. */
const SHORTEST_PREFIX = 4
const SHOWN = 8

/**
 * What all ids of a kind begin with, and so says nothing: the type of key that they are of. `k51qzi5uqu5d` is a CIDv1 of
 * an Ed25519 key in base36, `12D3KooW` the multihash of one in base58. Shown as `k51…` and `12D3…`.
 */
const kinds = [
  { common: 'k51qzi5uqu5d', shown: 'k51…' },
  { common: '12D3KooW', shown: '12D3…' },
  { common: 'bafyrei', shown: 'bafy…' },
  { common: 'bafkrei', shown: 'bafk…' },
]

/** An id as it is shown: `k51…h9ihj4p2`. What is shown can be typed back. */
export function short(id: string): string {
  const kind = kinds.find(({ common }) => id.startsWith(common))
  const telling = id.slice(kind?.common.length ?? 0)
  return `${kind?.shown ?? ''}${telling.slice(0, SHOWN)}`
}

/** Whether `typed` is the beginning of `id`, in full, as it is shown, or without what all ids of its kind begin with. */
export function beginsWith(id: string, typed: string): boolean {
  const kind = kinds.find(({ common }) => id.startsWith(common))
  if (kind === undefined) return typed.length >= SHORTEST_PREFIX && id.startsWith(typed)
  const telling = id.slice(kind.common.length)
  const lead = [kind.shown, kind.common].find((lead) => typed.startsWith(lead)) ?? ''
  const wanted = typed.slice(lead.length)
  return wanted.length >= SHORTEST_PREFIX && telling.startsWith(wanted)
}
