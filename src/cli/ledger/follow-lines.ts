import type { LedgerEvent, LedgerSnapshot } from '../../shared/contract/ledger.ts'
import type { LedgerStatus, SlotRounds } from '../../shared/model/consensus.ts'
import { oneLine } from '../plain.ts'
import type { Named } from '../resolve.ts'
import { short } from '../short-id.ts'
import { blockText } from './block-text.ts'
import { entryLine } from './entry-text.ts'
import { isIdle } from './grid.ts'
import {
  changeText,
  forkText,
  isAnythingReady,
  leadingText,
  millis,
  outcomeText,
  quorumText,
  syncText,
  validatorName,
} from './words.ts'

/** Of so many slots it is known what was said of them: more than are ever open. */
const SLOTS_KEPT = 64

/** What happens on the ledger, a line for each thing. Remembers what it needs to say what is new, and no more. */
export class LedgerLines {
  #said = new Map<string, string>()
  readonly #slots = new Map<number, string>()
  #isAnythingReady = false

  begin({ status, waiting, rounds }: LedgerSnapshot, people: readonly Named[], nowMs: number): string[] {
    this.#said = new Map()
    this.#slots.clear()
    for (const slot of rounds) this.#slot(slot)
    return [
      line('network', `${status.label} (${short(status.network)}), height ${status.height}`),
      ...this.#status(status, nowMs),
      ...waiting.map((entry) => line('entry', entryLine(entry, people))),
    ]
  }

  /** The lines for one event; none where nothing is new to a person. */
  of(event: LedgerEvent, people: readonly Named[], nowMs: number): string[] {
    switch (event.event) {
      case 'status-changed':
        return this.#status(event.status, nowMs)
      case 'block-added':
        return [line('block', blockText(event.block))]
      case 'entry-changed':
        return [line('entry', entryLine(event.entry, people))]
      case 'slot-changed':
        return this.#slot(event.rounds)
      case 'forked':
        return [
          line('fork', forkText(event.fork)),
          ...event.fork.names.map((change) => line('name', changeText(change, people))),
        ]
      case 'evidence': {
        const { id, validator, why } = event.evidence
        return [line('evidence', `${short(id)}  against ${validatorName(validator)} (${short(validator.peerId)}): ${why}`)]
      }
      case 'names-changed':
        return event.names.map((change) => line('name', changeText(change, people)))
      case 'network-changed':
        return this.begin(event.snapshot, people, nowMs)
    }
  }

  /** Figures move all the time; what a person wants to hear of is how things stand. */
  #status(status: LedgerStatus, nowMs: number): string[] {
    const { quorum, sync, leading } = status
    this.#isAnythingReady = isAnythingReady(status)
    return [
      ...this.#news('quorum', quorum.lamp, quorumText(quorum)),
      ...this.#news('sync', sync.state === 'catching-up' ? `${sync.state} ${sync.step}` : sync.state, syncText(sync, nowMs)),
      ...(leading === null ? [] : this.#news('leading', leading.verdict, leadingText(leading))),
    ]
  }

  #news(kind: string, state: string, text: string): string[] {
    if (this.#said.get(kind) === state) return []
    this.#said.set(kind, state)
    return [line(kind, text)]
  }

  #slot(rounds: SlotRounds): string[] {
    const { slot, roster, leader, certified, abstained } = rounds
    const outcome = outcomeText(rounds)
    const state = outcome === null ? 'open' : certified === null ? 'decided' : 'certified'
    const before = this.#slots.get(slot)
    this.#slots.delete(slot)
    this.#slots.set(slot, state)
    const [oldest] = this.#slots.keys()
    if (this.#slots.size > SLOTS_KEPT && oldest !== undefined) this.#slots.delete(oldest)
    if (before === state || outcome === null || (isIdle(rounds) && !this.#isAnythingReady)) return []
    const shown =
      certified === null ? '' : `certified by ${certified.signers} of ${roster.length} after ${millis(certified.offsetMs)}`
    if (before === 'decided') return [line('slot', `${slot}  ${shown}`)]
    const led = roster[leader]
    const watched = abstained === null ? '' : `; this device only watched: ${abstained}`
    const name = led === undefined ? 'nobody' : validatorName(led)
    return [line('slot', `${slot}  led by ${name}: ${outcome}${shown === '' ? '' : `; ${shown}`}${watched}`)]
  }
}

function line(kind: string, text: string): string {
  return oneLine(`${kind.padEnd(KIND_WIDTH)}  ${text}`)
}
const KIND_WIDTH = 'evidence'.length
