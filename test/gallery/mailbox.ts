import { AccountId } from '../../src/shared/ids.ts'
import type { HeldMail, Mailbox, MailHolder } from '../../src/shared/model/mailbox.ts'
import { DAY, KiB, MiB, MINUTE } from '../../src/shared/units.ts'
import { accountOf, peerIdOf } from './ids.ts'
import { now } from './people.ts'
import type { implementWith, World } from './world.ts'

export const noMailbox: Mailbox = { holders: [], held: [] }

export function holderOf(name: string, changes: Partial<MailHolder> = {}): MailHolder {
  return {
    peerId: peerIdOf(name),
    account: accountOf(name),
    kind: 'contact',
    state: 'held',
    quotaBytes: 64 * MiB,
    usedBytes: 240 * KiB,
    checkedMs: now() - 4 * MINUTE,
    why: null,
    ...changes,
  }
}

export function heldFor(name: string, changes: Partial<HeldMail> = {}): HeldMail {
  return { account: accountOf(name), letters: 12, bytes: 96 * KiB, oldestMs: now() - 3 * DAY, ...changes }
}

/** Mail over one scene. */
export function createMailbox(os: ReturnType<typeof implementWith>, world: World) {
  const put = (mailbox: Mailbox): Mailbox => {
    world.scene.mailbox = mailbox
    world.mailbox.tell({ event: 'mailbox-changed', mailbox })
    return mailbox
  }
  const scene = (): Mailbox => world.scene.mailbox
  return {
    status: os.mailbox.status.handler(scene),
    ask: os.mailbox.ask.handler(({ input }) => {
      const asked = AccountId.safeParse(input.to).data ?? null
      const peer = world.scene.peers.find((one) => (asked === null ? one.peerId === input.to : one.account === asked))
      const kind = asked === null ? 'introducer' : 'contact'
      const peerId = peer?.peerId ?? peerIdOf(input.to)
      const asking = { peerId, account: asked, kind, state: 'asking', usedBytes: 0, quotaBytes: 0, checkedMs: null } as const
      return put({ ...scene(), holders: [...scene().holders, holderOf('asked', asking)] })
    }),
    leave: os.mailbox.leave.handler(({ input }) =>
      put({ ...scene(), holders: scene().holders.filter(({ peerId }) => peerId !== input.peerId) }),
    ),
    collect: os.mailbox.collect.handler(() => ({ letters: 3 })),
    drop: os.mailbox.drop.handler(({ input }) =>
      put({ ...scene(), held: scene().held.filter(({ account }) => account !== input.account) }),
    ),
    watch: os.mailbox.watch.handler(({ signal }) => world.mailbox.watch(scene, signal)),
  }
}
