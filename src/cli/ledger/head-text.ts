import type { LedgerStatus } from '../../shared/model/consensus.ts'
import { bytes, fields, plural, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import { short } from '../short-id.ts'
import { leadingText, millis, quorumText, signedText, syncText, validatorName } from './words.ts'

/** The ledger of the active network, as `latch ledger head` shows it. */
export function describeHead(status: LedgerStatus, nowMs: number): string[] {
  const { head, pool, leading } = status
  return fields([
    ['Network', `${oneLine(status.label)} (${short(status.network)}), names end in .${status.tld}`],
    ['Role', status.role === 'validator' ? 'validator: this device takes part in deciding' : 'follower: others decide'],
    ['Height', String(status.height) + (status.base > 0 ? `; blocks up to ${status.base} are here only as their state` : '')],
    [
      'Head',
      head === null
        ? 'no block yet'
        : `${head.id}\n${time(head.timestampMs, nowMs)} by ${validatorName(head.leader)}, ` +
          `${plural(head.entries, 'entry', 'entries')}, signed by ${signedText(head)}`,
    ],
    ['State', `${plural(status.names, 'name')}, root ${status.stateRoot.slice(0, ROOT_LETTERS)}…`],
    ['Quorum', quorumText(status.quorum)],
    ...(leading === null ? [] : [['Leading', leadingText(leading)] as const]),
    ['Clock', clockText(status)],
    ['Sync', syncText(status.sync, nowMs)],
    [
      'Pool',
      `${plural(pool.entries, 'entry', 'entries')}, ${bytes(pool.bytes)}` +
        (pool.waiting === 0 ? '' : `; ${pool.waiting} of them before their time`),
    ],
    ['Peers', `${plural(status.peers, 'device')} of this network connected`],
  ])
}
const ROOT_LETTERS = 16

/** Δ, and the worst that was measured against it. */
export function clockText({ roundMs, slotMs, slot, validators }: LedgerStatus): string {
  const measured = validators.flatMap(({ worstMs }) => (worstMs === null ? [] : [worstMs]))
  const against =
    measured.length === 0 ? '' : `, delay and difference of clocks at worst ${millis(Math.max(...measured))}`
  return `Δ ${millis(roundMs)}${against}; slot ${slot}, one each ${millis(slotMs)}`
}
