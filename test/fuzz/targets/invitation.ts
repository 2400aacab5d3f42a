import { LatchError } from '../../../src/shared/errors.ts'
import { AccountId } from '../../../src/shared/ids.ts'
import { readInvitation } from '../../../src/main/features/peers/invitation.ts'
import { readDeviceList } from '../../../src/main/node/read-device-list.ts'
import { envelopes, refusing } from '../oracle.ts'

const INVITATION = { domain: 'latch-invitation', type: '/latch/invitation/1' }
const about = { nowMs: 1_800_000_000_000, me: AccountId.parse(`k51${'a'.repeat(59)}`), readDeviceList }

/** Invitations as they are pasted, or opened by a link: whole ones, and what somebody signed as one. */
export async function fuzz(data: Buffer): Promise<void> {
  await refusing([LatchError], () => readInvitation(data.toString('utf8'), about))
  for (const envelope of await envelopes(INVITATION, data)) {
    await refusing([LatchError], () => readInvitation(`latch://invite/${Buffer.from(envelope).toString('base64url')}`, about))
  }
}
