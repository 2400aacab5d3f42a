import { createHmac } from 'node:crypto'
import { DAY } from '../../../shared/units.ts'
import { TOPIC_DOMAIN } from './constants.ts'

/** The UTC day of `nowMs`, counted from 1970: under which name a topic is found then. */
export function epochOf(nowMs: number): number {
  return Math.floor(nowMs / DAY)
}

/**
 * The name under which devices find each other at an introducer during one day: HMAC-SHA256 with the epoch as the key
 * (after the domain, as text) over the topic as UTF-8. Who does not know the topic cannot tell what it is, nor that two
 * days' names belong together; who can guess the topic can check the guess, so it is to hold a secret where that matters.
 */
export function blindedTopic(epoch: number, topic: string): Uint8Array<ArrayBuffer> {
  const mac = createHmac('sha256', `${TOPIC_DOMAIN}\n${epoch}`).update(topic, 'utf8')
  return new Uint8Array(mac.digest())
}
