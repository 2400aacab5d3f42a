import type { PeerId } from '../../../shared/ids.ts'
import { POINTS, type Judgement } from '../../protocols/hello/index.ts'
import { acceptDeviceList, type OpenedList, type SignedList } from './device-list.ts'

/** What a hello comes to: its judgement, and the list to believe from now on where it is taken. */
export type Judged =
  | { verdict: 'taken'; why: string; signed: SignedList; isNew: boolean }
  | Extract<Judgement, { verdict: 'refused' }>

/**
 * Whether `opened`, offered by the peer that Noise proved to be `peerId`, proves an account for it. `known` is the
 * newest list of that account here. A device with an older list is told the newest one.
 */
export function judgeHello(peerId: PeerId, opened: OpenedList, known: SignedList | null): Judged {
  if (opened.outcome !== 'valid') {
    const points = opened.outcome === 'forged' ? POINTS.forged : POINTS.malformed
    return { verdict: 'refused', status: opened.outcome, why: opened.why, points }
  }
  const { signed } = opened
  if (!signed.list.devices.some((device) => device.peerId === peerId)) {
    const why = 'the device list does not hold this peer'
    return { verdict: 'refused', status: 'not-in-list', why, points: POINTS.notInList }
  }
  const { verdict, why } = acceptDeviceList(known?.list ?? null, signed.list)
  switch (verdict) {
    case 'newer':
      return { verdict: 'taken', why, signed, isNew: true }
    case 'same':
      return { verdict: 'taken', why, signed, isNew: false }
    case 'older':
      return { verdict: 'refused', status: 'older-list', why, points: POINTS.olderList, ...newest(known, peerId) }
    case 'conflict':
      return { verdict: 'refused', status: 'conflict', why, points: POINTS.conflict, ...newest(known, peerId) }
  }
}

/** What an honest device that was away lacks; a device that was revoked learns nothing of the others. */
function newest(known: SignedList | null, peerId: PeerId): { newest?: Uint8Array } {
  return known === null || known.list.revoked.includes(peerId) ? {} : { newest: known.envelope }
}
