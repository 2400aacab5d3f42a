import { PostId, RoomName, type Post, type PostPath, type Room } from '../../src/shared/model/square.ts'
import { DAY } from '../../src/shared/units.ts'
import { accountOf, hexOf, networkIdOf, peerIdOf } from './ids.ts'
import { me, now, person } from './people.ts'
import type { implementWith, World } from './world.ts'

export const roomName = (name: string): RoomName => RoomName.parse(name)

export function room(name: string, said: readonly Post[] = [], changes: Partial<Room> = {}): Room {
  const last = said.filter((post) => post.room === name).at(-1)
  return {
    network: networkIdOf('home'),
    name: roomName(name),
    peers: 3,
    unread: 0,
    last: last === undefined ? null : { author: last.author, text: last.text, sentAtMs: last.sentAtMs },
    enteredMs: now() - 3 * DAY,
    ...changes,
  }
}

/** Who said something, how long ago, what, and how it came here. */
export type SaidInRoom = [who: string, agoMs: number, text: string, path?: Partial<PostPath>]

export function posts(room: string, said: readonly SaidInRoom[]): Post[] {
  return said.map(([who, agoMs, text, path], index) => {
    const mine = who === 'me'
    const delayMs = mine ? 0 : 20 + ((index * 37) % 160)
    return {
      id: PostId.parse(hexOf(`post ${room} ${index}`, 32)),
      room: roomName(room),
      author: mine ? me.account : accountOf(who),
      claimedName: mine ? me.name : who,
      safetyWords: mine ? [] : person(who).safetyWords,
      text,
      sentAtMs: now() - agoMs - delayMs,
      receivedMs: now() - agoMs,
      mine,
      path: { hops: mine ? 0 : null, from: mine ? null : peerIdOf('Bea'), delayMs, copies: mine ? 1 : 2, ...path },
    }
  })
}

/** The rooms of one scene, alive. */
export function createSquare(os: ReturnType<typeof implementWith>, world: World) {
  const { scene } = world
  const roomOf = (name: RoomName): Room | undefined => scene.rooms.find((room) => room.name === name)
  const putRoom = (room: Room): Room => {
    scene.rooms = [...scene.rooms.filter(({ name }) => name !== room.name), room]
    world.square.tell({ event: 'room-changed', room })
    return room
  }
  let made = 0
  return {
    rooms: os.square.rooms.handler(() => scene.rooms),
    enter: os.square.enter.handler(({ input }) => roomOf(input.room) ?? putRoom(room(input.room, scene.posts, { enteredMs: Date.now() }))),
    leave: os.square.leave.handler(({ input, errors }) => {
      if (roomOf(input.room) === undefined) throw errors.NOT_FOUND()
      scene.rooms = scene.rooms.filter(({ name }) => name !== input.room)
      world.square.tell({ event: 'room-left', name: input.room })
      return input
    }),
    posts: os.square.posts.handler(({ input }) => {
      const heard = scene.posts.filter(({ room, author }) => room === input.room && !scene.muted.includes(author)).toReversed()
      const from = input.before === undefined ? 0 : heard.findIndex(({ id }) => id === input.before) + 1
      return heard.slice(from, from + input.limit)
    }),
    post: os.square.post.handler(({ input, errors }) => {
      const entered = roomOf(input.room)
      if (entered === undefined) throw errors.NOT_FOUND()
      made += 1
      const [said] = posts(input.room, [['me', 0, input.text]])
      if (said === undefined) throw errors.INTERNAL()
      const post = world.putPost({ ...said, id: PostId.parse(hexOf(`made ${made}`, 32)) })
      putRoom({ ...entered, last: { author: post.author, text: post.text, sentAtMs: post.sentAtMs } })
      return post
    }),
    trace: os.square.trace.handler(({ input, errors }) => {
      const post = scene.posts.find(({ id }) => id === input.id)
      if (post === undefined) throw errors.NOT_FOUND()
      return world.putPost({ ...post, path: { ...post.path, ...scene.traced } })
    }),
    markRead: os.square.markRead.handler(({ input, errors }) => {
      const entered = roomOf(input.room)
      if (entered === undefined) throw errors.NOT_FOUND()
      return entered.unread === 0 ? entered : putRoom({ ...entered, unread: 0 })
    }),
    mute: os.square.mute.handler(({ input }) => {
      const others = scene.muted.filter((account) => account !== input.account)
      scene.muted = input.muted ? [...others, input.account] : others
      world.square.tell({ event: 'muted-changed', muted: scene.muted })
      return { muted: scene.muted }
    }),
    muted: os.square.muted.handler(() => scene.muted),
    watch: os.square.watch.handler(({ signal }) =>
      world.square.watch(() => ({ rooms: scene.rooms, muted: scene.muted }), signal),
    ),
  }
}
