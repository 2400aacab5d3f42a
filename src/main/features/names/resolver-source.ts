import type { PeerId } from '../../../shared/ids.ts'
import type { Answer as WireAnswer, Id } from '../../protocols/names/index.ts'
import type { Lines } from './lines.ts'
import type { Answer, Sources } from './resolver-types.ts'

export interface SourceParts {
  readonly lines: Pick<Lines, 'ask'>
  /** The digest of the network that is followed now. */
  readonly network: Id
  /** Resolves when there is a connection; at once where there is one. Refuses addresses that nobody should be made to dial. */
  readonly connect: (peerId: PeerId, addresses: readonly string[], signal: AbortSignal) => Promise<void>
}

/** Asks over the stream that is kept to each peer; whoever is not connected is dialled first. */
export function askOverLines({ lines, network, connect }: SourceParts): Sources['ask'] {
  return async ({ peerId, addresses }, key, signal) => {
    await connect(peerId, addresses, signal)
    return inWords(await lines.ask(peerId, network, key, signal))
  }
}

function inWords(answer: WireAnswer): Answer {
  switch (answer.status) {
    case 'zone':
      return { answer: 'zone', bytes: answer.zone }
    case 'none':
      return { answer: 'nothing', closer: answer.closer }
    case 'foreign':
      return { answer: 'refused', why: 'It does not follow this network.' }
    case 'busy':
      return { answer: 'refused', why: 'It has too much to do now.' }
  }
}
