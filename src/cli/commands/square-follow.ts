import type { AccountId } from '../../shared/ids.ts'
import type { PostId, RoomName } from '../../shared/model/square.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes } from '../failure.ts'
import { followed, lately } from '../follow.ts'
import { postLines } from '../square/post-text.ts'

/** Of so many it is known that they were shown: a message changes when more is known of its way, soon after it came. */
const SHOWN_KEPT = 5_000

/** `latch square follow`: each message once, as it comes; those of muted accounts not. */
export async function followSquare(context: Context, room: RoomName | null): Promise<void> {
  const client = await context.client()
  if (room !== null && !(await client.square.rooms()).some(({ name }) => name === room)) {
    const enter = `latch square enter ${room}`
    throw new CliError(exitCodes.failed, `You are not in ${room}. Enter it with: ${enter}`, 'NOT_FOUND')
  }
  const sinceMs = context.io.nowMs()
  const shown = new Set<PostId>()
  const names = lately(context, () => client.contacts.list(), [])
  let muted: ReadonlySet<AccountId> = new Set()
  await followed(
    context,
    (options) => client.square.watch(undefined, options),
    async (item) => {
      if (item.kind === 'snapshot') muted = new Set(item.snapshot.muted)
      else if (item.event.event === 'muted-changed') muted = new Set(item.event.muted)
      else if (item.event.event === 'network-changed') muted = new Set(item.event.snapshot.muted)
      if (item.kind === 'snapshot' || item.event.event !== 'post-changed') return
      const { post } = item.event
      const isNew = post.receivedMs >= sinceMs && !shown.has(post.id)
      if (!isNew || muted.has(post.author) || (room !== null && post.room !== room)) return
      shown.add(post.id)
      const [oldest] = shown
      if (shown.size > SHOWN_KEPT && oldest !== undefined) shown.delete(oldest)
      const people = context.json ? [] : await names()
      context.show(post, () => postLines(post, people, context.io, room === null))
    },
  )
}
