import type { Command } from 'commander'
import type { Room, RoomName } from '../../shared/model/square.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { wrongArgument } from '../failure.ts'
import { plural, shortened, table, time } from '../layout.ts'
import { wholeNumber } from '../numbers.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { nameOfAccount } from '../resolve.ts'
import { short } from '../short-id.ts'
import { authorOf, mutedOf, postOf, roomOf } from '../square/find.ts'
import { describePost, postLines } from '../square/post-text.ts'
import { followSquare } from './square-follow.ts'

const DEFAULT_POSTS = 20
const MOST_POSTS = 200
/** As many bytes of UTF-8 as one message may have. */
const MAX_TEXT_BYTES = 2_048

export const register: Register = (program, context) => {
  const square = program
    .command('square')
    .description('public rooms of the active network: whoever is in one hears what is said')
    .action(() => listRooms(context))

  square
    .command('rooms')
    .description('the rooms that you are in (as without a word)')
    .action(() => listRooms(context))

  square
    .command('enter')
    .description('enter a room by its name; whoever enters the same name is in the same room')
    .argument('<room>', 'small letters, digits and hyphens')
    .action(async (name: string) => {
      const room = await roomOf(name)
      const entered = await (await context.client()).square.enter({ room })
      context.show(entered, () => `You are in ${room}; ${plural(entered.peers, 'device')} beside you in it.`)
    })

  square
    .command('leave')
    .description('leave a room')
    .argument('<room>')
    .action(async (name: string) => {
      const room = await roomOf(name)
      const done = await (await context.client()).square.leave({ room })
      context.show(done, () => `Left ${room}.`)
    })

  registerPosts(square, context)
  registerMuted(square, context)
}

function registerPosts(square: Command, context: Context): void {
  square
    .command('read')
    .description('the latest messages of a room')
    .argument('<room>')
    .option('--limit <n>', `how many; ${DEFAULT_POSTS} unless told`)
    .option('--keep-unread', 'do not mark them as read')
    .action(async (name: string, options: { limit?: string; keepUnread?: boolean }) => {
      const limit = wholeNumber('--limit', options.limit, 1, MOST_POSTS, DEFAULT_POSTS)
      await read(context, await roomOf(name), limit, options.keepUnread === true)
    })

  square
    .command('post')
    .description('say something to everybody in a room')
    .argument('<room>')
    .argument('<text>', 'what; - reads standard input')
    .action(async (name: string, given: string) => {
      const room = await roomOf(name)
      const text = (given === '-' ? await context.io.readInput() : given).trim()
      if (text === '') throw wrongArgument('There is nothing to say.')
      if (Buffer.byteLength(text) > MAX_TEXT_BYTES)
        throw wrongArgument(`A message has at most ${MAX_TEXT_BYTES} bytes; this has ${Buffer.byteLength(text)}.`)
      const client = await context.client()
      const post = await client.square.post({ room, text })
      const peers = context.json ? 0 : await peersIn(client, room)
      context.show(post, () =>
        peers === 0
          ? `Said in ${room} as ${short(post.id)}; nobody beside you is in it now, so nobody may have heard it.`
          : `Said in ${room} as ${short(post.id)}, to ${plural(peers, 'device')} beside you and on from there.`,
      )
    })

  square
    .command('follow')
    .description('what is said, as it is said')
    .argument('[room]', 'only in this one')
    .action(async (name: string | undefined) => followSquare(context, name === undefined ? null : await roomOf(name)))

  square
    .command('trace')
    .description('one message: who wrote it, their safety words, how it came here and how long it took')
    .argument('<id>', 'its id or the beginning of it')
    .action(async (text: string) => {
      const client = await context.client()
      const post = await client.square.trace({ id: await postOf(client, text) })
      const people = context.json ? [] : await client.contacts.list()
      context.show(post, () => describePost(post, people, context.io.nowMs()))
    })
}

function registerMuted(square: Command, context: Context): void {
  square
    .command('mute')
    .description('hide what somebody says in rooms; it is passed on to others all the same')
    .argument('<who>', 'a name, an account id or the beginning of one')
    .action(async (who: string) => {
      const client = await context.client()
      const { account, name } = await authorOf(client, who)
      const muted = await client.square.mute({ account, muted: true })
      context.show(muted, () => `${name} is not shown in rooms any more. latch square unmute ${short(account)} takes it back.`)
    })

  square
    .command('unmute')
    .description('show again what somebody says')
    .argument('<who>')
    .action(async (who: string) => {
      const client = await context.client()
      const { account, name } = await mutedOf(client, who)
      const muted = await client.square.mute({ account, muted: false })
      context.show(muted, () => `${name} is shown again.`)
    })

  square
    .command('muted')
    .description('whom you do not hear in rooms')
    .action(async () => {
      const client = await context.client()
      const [muted, people] = await Promise.all([client.square.muted(), client.contacts.list()])
      context.show(muted, () => {
        if (muted.length === 0) return 'Nobody is muted.'
        return table(['WHO', 'ACCOUNT'], muted.map((account) => [nameOfAccount(people, account), account]))
      })
    })
}

async function listRooms(context: Context): Promise<void> {
  const client = await context.client()
  const [rooms, people] = await Promise.all([client.square.rooms(), client.contacts.list()])
  context.show(rooms, () => {
    if (rooms.length === 0) return 'You are in no room. Enter one by its name: latch square enter <room>'
    return table(
      ['ROOM', 'UNREAD', 'DEVICES', 'LATEST', 'WHEN'],
      rooms.map(({ name, unread, peers, last }) => [
        name,
        String(unread),
        String(peers),
        last === null ? '-' : shortened(`${nameOfAccount(people, last.author)}: ${oneLine(last.text)}`, 60),
        last === null ? '-' : time(last.sentAtMs, context.io.nowMs()),
      ]),
    )
  })
}

async function read(context: Context, room: RoomName, limit: number, keepUnread: boolean): Promise<void> {
  const client = await context.client()
  const [posts, people] = await Promise.all([client.square.posts({ room, limit }), client.contacts.list()])
  context.show(posts, () => {
    if (posts.length === 0) return `There is nothing to read in ${room}.`
    return posts.toReversed().flatMap((post) => postLines(post, people, context.io, false))
  })
  if (posts.length > 0 && !keepUnread) await client.square.markRead({ room })
}

async function peersIn(client: Client, name: RoomName): Promise<Room['peers']> {
  return (await client.square.rooms()).find((room) => room.name === name)?.peers ?? 0
}
