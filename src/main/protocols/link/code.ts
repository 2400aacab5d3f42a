import { z } from 'zod'
import { LatchError } from '../../../shared/errors.ts'
import { Address, PeerId, TimeMs } from '../../../shared/ids.ts'
import { LinkCode } from '../../../shared/model/devices.ts'
import { fewOfEach, forLinks } from '../../platform/addresses.ts'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { LINK_VERSION, MAX_CODE_ADDRESSES, SECRET_BYTES } from './constants.ts'

/*
 * latch:link/ + base64url of { v: 1, peerId, addresses, secret, untilMs }. It is shown on a screen and read by a camera in the
 * same room; whoever else reads it is found out by the words.
 */

const PREFIX = 'latch:link/'
/** 2,048 letters of base64url, and a little less. */
const MAX_CODE_BYTES = 1_500

const Code = z.object({
  v: z.literal(LINK_VERSION),
  peerId: PeerId,
  addresses: z.array(Address).max(MAX_CODE_ADDRESSES),
  secret: z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength === SECRET_BYTES),
  untilMs: TimeMs,
})
const Versioned = z.object({ v: z.int() })

/** What the code says: where the device that has the account is, and what only those who saw the code know. */
export interface LinkInvitation {
  readonly peerId: PeerId
  readonly addresses: readonly string[]
  readonly secret: Uint8Array
  /** By the clock of the device that showed it. */
  readonly untilMs: number
}

export function writeCode({ peerId, addresses, secret, untilMs }: LinkInvitation): string {
  let told = forLinks(addresses, MAX_CODE_ADDRESSES)
  for (;;) {
    const bytes = encode({ v: LINK_VERSION, peerId, addresses: told, secret, untilMs })
    if (bytes.byteLength <= MAX_CODE_BYTES || told.length === 0) return LinkCode.parse(PREFIX + Buffer.from(bytes).toString('base64url'))
    told = fewOfEach(told, told.length - 1)
  }
}

/** Errors: LatchError BAD_INPUT. */
export function readCode(text: string): LinkInvitation {
  const checked = LinkCode.safeParse(text.trim())
  if (!checked.success) throw new LatchError('BAD_INPUT', 'That is not a code that links a device. It begins with latch:link/.')
  const bytes = new Uint8Array(Buffer.from(checked.data.slice(PREFIX.length), 'base64url'))
  try {
    if (decode(bytes, Versioned, MAX_CODE_BYTES).v !== LINK_VERSION) {
      throw new LatchError('BAD_INPUT', 'That code was made by a newer Latch. Update this one, and read it again.')
    }
    const { peerId, addresses, secret, untilMs } = decode(bytes, Code, MAX_CODE_BYTES)
    return { peerId, addresses, secret, untilMs }
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    throw new LatchError('BAD_INPUT', 'That code is not whole. Copy all of it, or read it from the screen again.', { cause })
  }
}


