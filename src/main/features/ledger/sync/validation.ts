import { LatchError } from '../../../../shared/errors.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import type { ValidationReport } from '../../../../shared/model/consensus.ts'
import type { Clock } from '../../../platform/clock.ts'
import { type LedgerProtocol, NotServedError, type Validated } from '../../../protocols/ledger/index.ts'
import { blockIdOf, type Hex } from '../bytes.ts'
import type { Running } from '../types.ts'

export interface ValidationParts {
  readonly running: Running
  readonly protocol: Pick<LedgerProtocol, 'validate'>
  readonly clock: Clock
}

/** *Errors*: LatchError UNREACHABLE, BUSY; the signal's reason. */
export async function askForValidation(
  { running, protocol, clock }: ValidationParts,
  peerId: PeerId,
  fromHeight: number,
  signal: AbortSignal,
): Promise<ValidationReport> {
  const beganMs = clock.monotonicMs()
  try {
    const validated = await protocol.validate(peerId, running.network, fromHeight, signal)
    return { peerId, fromHeight, tookMs: clock.monotonicMs() - beganMs, result: resultOf(validated, running) }
  } catch (error) {
    if (signal.aborted || error instanceof LatchError) throw error
    if (error instanceof NotServedError) throw notServed(error)
    throw new LatchError('UNREACHABLE', 'That peer gave no answer that can be used.', { cause: error })
  }
}

function notServed(cause: NotServedError): LatchError {
  if (cause.code === 'busy') return new LatchError('BUSY', 'That peer checks its chain for somebody already.', { cause })
  return new LatchError('UNREACHABLE', 'That peer does not follow this network.', { cause })
}

function resultOf(validated: Validated, running: Running): ValidationReport['result'] {
  switch (validated.status) {
    case 'refused':
      return { outcome: 'refused', why: validated.why }
    case 'broken':
      return { outcome: 'broken', firstBadHeight: validated.height, why: validated.why }
    case 'whole': {
      const { head, height } = validated
      // At height 0 it is the network itself, which is written alike.
      return { outcome: 'whole', head: blockIdOf(head), height, standing: standingOf(head, height, running) }
    }
  }
}

type Standing = Extract<ValidationReport['result'], { outcome: 'whole' }>['standing']

/** A head that is not here and higher than ours may be of another branch; that, the sync finds out. */
function standingOf(id: Hex, height: number, { chain, store, network }: Running): Standing {
  if (id === chain.head.id) return 'same'
  const stored = store.get(id)
  if (id === network || stored?.onChain === true) return 'behind'
  return stored === undefined && height > chain.head.height ? 'ahead' : 'differs'
}
