import type { ChatEvent } from '../../../src/shared/contract/chat.ts'
import type { Reminder } from '../../../src/renderer/features/names/state.ts'
import type { Decision } from '../../../src/shared/model/door.ts'
import type { MyName } from '../../../src/shared/model/names.ts'
import { paths } from '../../../src/renderer/nav/paths.ts'
import { me } from '../people.ts'
import { emptyScene, type Scene } from '../world.ts'

/** Something done in the window before the picture is taken, by the accessible name of what it is done to. */
export type Step =
  | { click: string }
  /** A button by a part of its name. */
  | { clickPart: string }
  /** A link by a part of its name. */
  | { clickLink: string }
  | { switch: string }
  | { type: string; into: string }
  | { press: string }
  | { focus: string }
  /** By a selector, where only the place in the order of Tab matters; nothing where it is not shown. */
  | { focusFirst: string }
  | { scroll: number }
  /** The wheel, over the list under that heading. */
  | { wheel: number; over: string }
  /** Brings the heading of that name into sight. */
  | { scrollTo: string }
  | { waitMs: number }
  /** The door decides this, now. */
  | { decided: Decision }
  /** A name of this account is so from now on. */
  | { tellName: MyName }
  /** The end of a name's term comes near. */
  | { remind: Reminder }
  /** Something happens in a conversation, now. */
  | { tellChat: ChatEvent }
  /** One of several in sight, by what stands beside it. */
  | { choose: string }
  | { select: string; in: string }
  | { drop: true }

export interface GalleryScene {
  world: Scene
  path: string
  steps: readonly Step[]
}

export function scene(path: string, world: Partial<Scene>, steps: readonly Step[] = []): GalleryScene {
  return { path, steps, world: { ...emptyScene, identity: { state: 'ready', me }, ...world } }
}

export { paths }
