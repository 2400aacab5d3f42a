import { RoomName } from '../../../shared/model/square.ts'

/** As many as a name has at most. */
export const MAX_ROOM_CHARACTERS = 32

/** Where everybody of a network may look for somebody. */
export const LOBBY = RoomName.parse('lobby')

export type TypedRoom =
  | { is: 'nothing' }
  | { is: 'name'; name: RoomName }
  /** `like`: what could have been meant; null where there is nothing of a name in it. */
  | { is: 'no-name'; why: 'bad' | 'long'; like: RoomName | null }

/** What somebody typed as the name of a room, and the nearest name where it is none. */
export function readRoomName(typed: string): TypedRoom {
  const text = typed.trim()
  if (text === '') return { is: 'nothing' }
  const name = RoomName.safeParse(text)
  if (name.success) return { is: 'name', name: name.data }
  const like = RoomName.safeParse(nearest(text))
  return { is: 'no-name', why: text.length > MAX_ROOM_CHARACTERS ? 'long' : 'bad', like: like.data ?? null }
}

/** Accents and capitals go, what stands between words becomes one hyphen. */
function nearest(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, MAX_ROOM_CHARACTERS)
    .replace(/-+$/, '')
}
