import { hkdfSync } from 'node:crypto'

/** Of the key that goes over the Noise stream, once for each side channel. */
export const SIDE_KEY_BYTES = 32

/** Each direction has its own, so that no nonce is ever used twice under one key. */
export function sideKeys(key: Uint8Array): { readonly toReceiver: Uint8Array; readonly toHolder: Uint8Array } {
  const of = (info: string): Uint8Array => new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), info, SIDE_KEY_BYTES))
  return { toReceiver: of('latch file side 1 to receiver'), toHolder: of('latch file side 1 to holder') }
}
