import type { AccountId, ConversationId } from '../../src/shared/ids.ts'
import type { Conversation } from '../../src/shared/model/chat.ts'
import { MAX_PICTURE_BYTES, type Group, type GroupNotice, type Member } from '../../src/shared/model/groups.ts'
import { DAY } from '../../src/shared/units.ts'
import { accountOf, conversationOf, messageIdOf } from './ids.ts'
import { me, now, plainConversation, plainMessage } from './people.ts'
import type { implementWith, World } from './world.ts'

export const groupIdOf = (title: string): ConversationId => conversationOf(`group ${title}`)

export function member(name: string, changes: Partial<Member> = {}): Member {
  const account = name === 'me' ? me.account : accountOf(name)
  return { account, role: 'member', state: 'joined', by: me.account, sinceMs: now() - 12 * DAY, ...changes }
}

export function groupOf(title: string, members: readonly Member[], changes: Partial<Group> = {}): Group {
  const mine = members.find(({ account }) => account === me.account)
  return {
    id: groupIdOf(title),
    title,
    picture: null,
    history: 'from-joining',
    whoAdds: 'moderators',
    members: [...members],
    role: mine?.role ?? 'member',
    state: mine?.state ?? 'joined',
    by: mine?.by ?? me.account,
    createdMs: now() - 12 * DAY,
    ...changes,
  }
}

/** The conversation of a group. */
export function groupConversation(group: Group, changes: Partial<Conversation> = {}): Conversation {
  return {
    id: group.id,
    ...plainConversation,
    kind: 'group',
    with: null,
    group,
    unread: 0,
    last: null,
    createdMs: group.createdMs,
    waiting: 0,
    waitingFor: 'nobody',
    waitingWhy: null,
    pin: null,
    left: null,
    ...changes,
  }
}

/** Groups over one scene: what somebody does in one happens at once. */
export function createGroups(os: ReturnType<typeof implementWith>, world: World) {
  let made = 0
  const find = (id: ConversationId): Conversation | null =>
    world.scene.conversations.find((conversation) => conversation.id === id && conversation.group !== null) ?? null
  const notice = (group: Group, what: GroupNotice): void => {
    made += 1
    const id = messageIdOf(`group notice ${made}`)
    const held = world.scene.messages.filter(({ conversation }) => conversation === group.id).length
    const position = held + 1
    world.putMessage({
      ...plainMessage(position, id, me.peerId),
      id,
      conversation: group.id,
      position,
      from: me.account,
      mine: true,
      kind: 'notice',
      notice: what,
      text: '',
      sentMs: Date.now(),
      storedMs: Date.now(),
      state: 'delivered',
    })
  }
  const change = (id: ConversationId, to: (group: Group) => Group): Group | null => {
    const conversation = find(id)
    if (conversation === null || conversation.group === null) return null
    const group = to(conversation.group)
    world.putConversation({ ...conversation, group })
    return group
  }
  const withMember = (group: Group, account: AccountId, changes: Partial<Member>): Group => {
    const others = group.members.filter((one) => one.account !== account)
    const known = group.members.find((one) => one.account === account)
    const fresh: Member = { account, role: 'member', state: 'invited', by: me.account, sinceMs: Date.now() }
    const mine = account === me.account ? { ...(changes.role && { role: changes.role }), ...(changes.state && { state: changes.state }) } : {}
    return { ...group, ...mine, members: [...others, { ...fresh, ...known, ...changes }] }
  }

  return {
    create: os.groups.create.handler(({ input }) => {
      const mine = member('me', { role: 'owner', sinceMs: Date.now() })
      const invited = input.members.map((account): Member => ({ ...mine, account, role: 'member', state: 'invited' }))
      const changes = { picture: input.picture, history: input.history, createdMs: Date.now() }
      return world.putConversation(groupConversation(groupOf(input.title, [mine, ...invited], changes)))
    }),
    answer: os.groups.answer.handler(({ input, errors }) => {
      const state = input.join ? 'joined' : 'left'
      const group = change(input.group, (held) => withMember(held, me.account, { state, sinceMs: Date.now() }))
      if (group === null) throw errors.NOT_FOUND()
      notice(group, { what: state, whom: me.account })
      return group
    }),
    add: os.groups.add.handler(({ input, errors }) => {
      const invited = { state: 'invited', sinceMs: Date.now() } as const
      const group = change(input.group, (held) => input.accounts.reduce((all, account) => withMember(all, account, invited), held))
      if (group === null) throw errors.NOT_FOUND()
      for (const whom of input.accounts) notice(group, { what: 'added', whom })
      return group
    }),
    remove: os.groups.remove.handler(({ input, errors }) => {
      const group = change(input.group, (held) => withMember(held, input.account, { state: 'removed', sinceMs: Date.now() }))
      if (group === null) throw errors.NOT_FOUND()
      notice(group, { what: 'removed', whom: input.account })
      return group
    }),
    leave: os.groups.leave.handler(({ input, errors }) => {
      const group = change(input.group, (held) => withMember(held, me.account, { state: 'left', sinceMs: Date.now() }))
      if (group === null) throw errors.NOT_FOUND()
      notice(group, { what: 'left', whom: me.account })
      return group
    }),
    setRole: os.groups.setRole.handler(({ input, errors }) => {
      const { account, role } = input
      const group = change(input.group, (held) => {
        const stepped = role === 'owner' ? withMember(held, me.account, { role: 'moderator' }) : held
        return withMember(stepped, account, { role })
      })
      if (group === null) throw errors.NOT_FOUND()
      notice(group, { what: role === 'owner' ? 'made-owner' : role === 'moderator' ? 'promoted' : 'demoted', whom: account })
      return group
    }),
    set: os.groups.set.handler(({ input, errors }) => {
      const { group: id, ...chosen } = input
      if (chosen.picture != null && chosen.picture.length > MAX_PICTURE_BYTES * 2) throw errors.TOO_LARGE()
      const named = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined))
      const group = change(id, (held) => ({ ...held, ...named }))
      if (group === null) throw errors.NOT_FOUND()
      if (chosen.title !== undefined) notice(group, { what: 'titled', title: chosen.title })
      return group
    }),
  }
}
