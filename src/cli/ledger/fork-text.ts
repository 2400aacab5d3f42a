import type { Fork } from '../../shared/model/consensus.ts'
import { plural, table, time } from '../layout.ts'
import type { Named } from '../resolve.ts'
import { short } from '../short-id.ts'
import { changeText, signedText, validatorName } from './words.ts'

/** Two branches side by side, the one that counts on the left. */
export function describeFork(fork: Fork, people: readonly Named[], nowMs: number): string[] {
  const { chain, other, names, returned } = fork
  const went = fork.outcome === 'left' ? 'this node went over to the other branch' : 'the other branch did not count'
  const heights = new Set([...chain.blocks, ...other.blocks].map(({ height }) => height))
  const at = (blocks: Fork['chain']['blocks'], height: number): string => {
    const block = blocks.find((one) => one.height === height)
    return block === undefined ? '-' : `${short(block.id)} by ${validatorName(block.leader)}, signed by ${signedText(block)}`
  }
  return [
    `Fork ${fork.id}, ${time(fork.atMs, nowMs)}, after height ${fork.parentHeight} (${short(fork.parent)}): ${went}, by ${fork.why}.`,
    ...table(
      ['HEIGHT', `COUNTS (weight ${chain.weight})`, `DOES NOT (weight ${other.weight})`],
      [...heights]
        .toSorted((one, another) => another - one)
        .map((height) => [String(height), at(chain.blocks, height), at(other.blocks, height)]),
    ),
    ...(names.length === 0 ? ['No name changed.'] : ['Names that changed:']),
    ...names.map((change) => `  ${changeText(change, people)}`),
    ...(returned.length === 0 ? [] : [`${plural(returned.length, 'entry', 'entries')} went back to the pool.`]),
  ]
}
