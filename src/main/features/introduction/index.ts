/*
 * Introduction: what this device does for others when a rule of the door lets them use it as an introducer. Says who it
 * is, remembers where devices can be found, tells others, tries whether they can be reached, decides who gets a place on
 * the relay, and tells everybody before it goes. Any desktop can; `latch introduce` does nothing else.
 *
 *   introduction.ts  the feature              desk.ts        what is done with each request
 *   policy.ts        who may have what, pure  registry.ts    who can be found where, bounded; groups.ts
 *   own-record.ts    what is signed of it     attendance.ts  who hears of its end, and the end
 *   probing.ts       dialling back            limits.ts      every number, with its reason
 */
import { Introduction } from './introduction.ts'
import type { IntroductionParts } from './parts.ts'
import type { IntroductionFeature } from './types.ts'

export { DEFAULT_LIMITS } from './limits.ts'
export type { IntroductionParts } from './parts.ts'
export type {
  IntroductionFeature,
  IntroductionLimits,
  IntroductionLists,
  RelayService,
  ReservationVerdict,
} from './types.ts'

/**
 * The introduction feature. Serves nobody before `start` and after `stop`.
 * Errors: LatchError BAD_INPUT for a list with an entry that is none.
 */
export function createIntroduction(parts: IntroductionParts): IntroductionFeature {
  return new Introduction(parts)
}
