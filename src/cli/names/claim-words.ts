import type { ClaimStep } from '../../shared/model/names.ts'
import { plural } from '../layout.ts'
import { oneLine } from '../plain.ts'
import { short } from '../short-id.ts'

/** How far a claim has come, in a sentence. */
export function claimText(step: ClaimStep, fullName: string): string {
  switch (step.step) {
    case 'working':
      return `Working for the ${step.what}: ${step.bits} bits…`
    case 'waiting':
      return `The ${step.what} waits for a block (${short(step.entry)}).`
    case 'ripening':
      return step.blocks === 0
        ? 'The commitment is in a block and may be opened now.'
        : `The commitment is in a block; it may be opened ${plural(step.blocks, 'block')} later.`
    case 'yours':
      return `${fullName} is yours, as of block ${step.height}.`
    case 'refused':
      return `Refused: ${oneLine(step.why)}`
  }
}

/** The same in a cell. */
export function claimWord(step: ClaimStep): string {
  switch (step.step) {
    case 'working':
      return `being claimed: work for the ${step.what}`
    case 'waiting':
      return `being claimed: the ${step.what} waits`
    case 'ripening':
      return `being claimed: ${plural(step.blocks, 'block')} to go`
    case 'yours':
      return 'yours'
    case 'refused':
      return 'refused'
  }
}
