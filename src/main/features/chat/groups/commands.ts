import { LatchError } from '../../../../shared/errors.ts'
import type { AccountId, ConversationId, PeerId } from '../../../../shared/ids.ts'
import { MAX_MEMBERS, MAX_PICTURE_BYTES, type Group, type GroupHistory, type Role } from '../../../../shared/model/groups.ts'
import type { Clock } from '../../../platform/clock.ts'
import { MAX_NAMED_IDS, rosterIdOf, talkIdOf, type RosterOp } from '../../../protocols/chat/index.ts'
import type { Author } from '../author.ts'
import type { ConversationRow, LogStore } from '../store.ts'
import type { Groups } from './groups.ts'
import { MAX_NAMED_LOGS } from './limits.ts'
import type { Roster } from './roster.ts'

export interface GroupDraft {
  readonly title: string
  /** Base64. */
  readonly picture: string | null
  readonly history: GroupHistory
  readonly members: readonly AccountId[]
}

/** What is not named stays as it is. */
export interface GroupSettings {
  readonly title?: string | undefined
  readonly picture?: string | null | undefined
  readonly history?: GroupHistory | undefined
  readonly whoAdds?: Group['whoAdds'] | undefined
}

/** What a person does to groups. Errors of all: LatchError NOT_FOUND, NOT_ALLOWED, CONFLICT. */
export interface GroupsFace {
  /** Gives the conversation's id. */
  create(draft: GroupDraft): Promise<ConversationId>
  answer(group: ConversationId, join: boolean): Promise<Group>
  add(group: ConversationId, accounts: readonly AccountId[]): Promise<Group>
  /** `messagesToo`: what they wrote is taken back everywhere. */
  remove(group: ConversationId, account: AccountId, messagesToo: boolean): Promise<Group>
  leave(group: ConversationId): Promise<Group>
  /** `owner`: in the place of this account. */
  setRole(group: ConversationId, account: AccountId, role: Role): Promise<Group>
  set(group: ConversationId, settings: GroupSettings): Promise<Group>
  /** The list of this account's devices changed: its groups are told. */
  devicesChanged(): Promise<void>
}

interface CommandParts {
  readonly store: LogStore
  readonly groups: Groups
  readonly author: Pick<Author, 'write'>
  readonly clock: Clock
  readonly me: AccountId
  /** So many random bytes. */
  readonly bytes: (count: number) => Uint8Array
  /** The signed list of this account's devices; null: it is not at hand. */
  readonly ownDevices: () => Uint8Array | null
  readonly isStopped: () => boolean
}

interface Place {
  readonly talk: ConversationRow
  readonly row: ConversationRow
  readonly roster: Roster
}

export class GroupCommands implements GroupsFace {
  readonly #parts: CommandParts

  constructor(parts: CommandParts) {
    this.#parts = parts
  }

  async create({ title, picture, history, members }: GroupDraft): Promise<ConversationId> {
    const { store, clock, me, bytes, ownDevices } = this.#parts
    const seed = bytes(32)
    const id = rosterIdOf(me, seed)
    const bytesOfIt = pictureOf(picture)
    if (this.#parts.isStopped()) throw stopping()
    store.transaction(() => store.openHalf('roster', id, id, clock.nowMs()))
    await this.#write(id, { op: 'create', seed, title, picture: bytesOfIt, history, devices: ownDevices() })
    const others = [...new Set(members)].filter((account) => account !== me)
    if (others.length > 0) await this.add(talkIdOf(id), others)
    return talkIdOf(id)
  }

  async answer(group: ConversationId, join: boolean): Promise<Group> {
    const { row, roster } = this.#place(group)
    const added = roster.invitation(this.#parts.me)
    if (!roster.isInvited(this.#parts.me) || added === null) throw new LatchError('CONFLICT', 'There is no invitation to answer.')
    await this.#write(row.id, join ? { op: 'join', added, devices: this.#parts.ownDevices() } : this.#leaving(group))
    return this.#shown(group)
  }

  async add(group: ConversationId, accounts: readonly AccountId[]): Promise<Group> {
    const { row, roster } = this.#place(group)
    const { me } = this.#parts
    const isAtHome = roster.owner === me
    if (!isAtHome && !this.#leads(roster) && !(roster.whoAdds === 'members' && roster.isIn(me))) {
      throw new LatchError('NOT_ALLOWED', 'Only the owner and moderators of this group add people.')
    }
    const isOut = (account: AccountId): boolean => !roster.isIn(account) && !roster.isInvited(account)
    const wanted = [...new Set(accounts)].filter(isOut)
    const having = [...roster.members.keys()].filter((account) => !isOut(account)).length
    if (having + wanted.length > MAX_MEMBERS) throw new LatchError('TOO_LARGE', `A group holds at most ${MAX_MEMBERS} people.`)
    for (const account of wanted) {
      const undoes = roster.endsOf(account)
      if (undoes.length > MAX_NAMED_IDS) throw new LatchError('CONFLICT', 'They came and went too often to be added again.')
      await this.#write(row.id, { op: 'add', account, undoes, base: this.#base(this.#place(group), account) })
    }
    return this.#shown(group)
  }

  async remove(group: ConversationId, account: AccountId, messagesToo: boolean): Promise<Group> {
    const { talk, row, roster } = this.#place(group)
    const member = roster.members.get(account)
    if (account === this.#parts.me) throw new LatchError('CONFLICT', 'One does not remove oneself: leave the group.')
    if (member === undefined) throw new LatchError('NOT_FOUND', 'They were never in this group.')
    const isOwner = roster.owner === this.#parts.me
    if (!isOwner && (!this.#leads(roster) || member.role !== 'member')) {
      throw new LatchError('NOT_ALLOWED', 'Moderators remove members, and only the owner removes moderators.')
    }
    const seen = { talk: this.#seen(talk, account), roster: this.#seen(row, account) }
    await this.#write(row.id, { op: 'remove', account, ...seen, messagesToo })
    return this.#shown(group)
  }

  async leave(group: ConversationId): Promise<Group> {
    const { row, roster } = this.#place(group)
    const { me } = this.#parts
    if (!roster.isIn(me) && !roster.isInvited(me)) throw new LatchError('CONFLICT', 'You are not in this group.')
    const others = [...roster.members.keys()].filter((account) => account !== me && roster.isIn(account))
    if (roster.owner === me && others.length > 0) {
      throw new LatchError('CONFLICT', 'The group is yours: make somebody else its owner first.')
    }
    await this.#write(row.id, this.#leaving(group))
    return this.#shown(group)
  }

  async setRole(group: ConversationId, account: AccountId, role: Role): Promise<Group> {
    const { talk, row, roster } = this.#place(group)
    const { me } = this.#parts
    if (roster.owner !== me || !roster.isIn(me)) throw new LatchError('NOT_ALLOWED', 'Only the owner of a group gives and takes roles.')
    const member = roster.members.get(account)
    if (!roster.isIn(account) || member === undefined) throw new LatchError('NOT_FOUND', 'They are not in this group.')
    if (account === me) throw new LatchError('CONFLICT', 'The owner stays the owner until somebody else is made it.')
    if (member.role === role) return this.#shown(group)
    await this.#write(row.id, this.#newRole(account, role, talk, row, roster))
    return this.#shown(group)
  }

  async set(group: ConversationId, { title, picture, history, whoAdds }: GroupSettings): Promise<Group> {
    const { row, roster } = this.#place(group)
    if (!this.#leads(roster)) throw new LatchError('NOT_ALLOWED', 'Only the owner and moderators of a group change it.')
    const named = {
      ...(title === undefined || title === roster.title ? {} : { title }),
      ...(picture === undefined ? {} : { picture: pictureOf(picture) }),
      ...(history === undefined || history === roster.history ? {} : { history }),
      ...(whoAdds === undefined || whoAdds === roster.whoAdds ? {} : { whoAdds }),
    }
    // Each is a line of its own between the messages.
    for (const [key, value] of Object.entries(named)) await this.#write(row.id, { op: 'set', [key]: value })
    return this.#shown(group)
  }

  async devicesChanged(): Promise<void> {
    const { store, groups, me, ownDevices } = this.#parts
    const devices = ownDevices()
    if (devices === null) return
    for (const { id, kind } of store.conversations()) {
      if (kind === 'roster' && groups.rosterOf(id)?.isIn(me) === true) await this.#write(id, { op: 'devices', devices })
    }
  }

  #newRole(account: AccountId, role: Role, talk: ConversationRow, row: ConversationRow, roster: Roster): RosterOp {
    if (role === 'owner') return { op: 'hand-on', account, roster: this.#seen(row, this.#parts.me) }
    if (role === 'member') return { op: 'demote', account, talk: this.#seen(talk, account), roster: this.#seen(row, account) }
    const undoes = roster.endsOfRank(account)
    if (undoes.length > MAX_NAMED_IDS) throw new LatchError('CONFLICT', 'They had and lost this role too often to have it again.')
    return { op: 'promote', account, undoes }
  }

  #leaving(group: ConversationId): RosterOp {
    const { talk, row } = this.#place(group)
    const { me } = this.#parts
    return { op: 'leave', talk: this.#seen(talk, me), roster: this.#seen(row, me) }
  }

  #leads(roster: Roster): boolean {
    const { me } = this.#parts
    return roster.isIn(me) && roster.members.get(me)?.role !== 'member'
  }

  #seen({ key }: ConversationRow, account: AccountId): { device: PeerId; seq: number }[] {
    const logs = this.#parts.store.logs(key).filter((log) => log.account === account)
    return logs.slice(0, MAX_NAMED_LOGS).map(({ device, seq }) => ({ device, seq }))
  }

  /** Where the talk is now; of who is to see all of it, only their own logs. */
  #base({ talk, roster }: Place, account: AccountId): Extract<RosterOp, { op: 'add' }>['base'] {
    const logs = this.#parts.store.logs(talk.key).filter((log) => roster.history === 'from-joining' || log.account === account)
    const own = logs.toSorted((a, b) => Number(b.account === account) - Number(a.account === account))
    return own.slice(0, MAX_NAMED_LOGS).map((log) => ({ account: log.account, device: log.device, seq: log.seq, id: log.id, clock: log.clock }))
  }

  #write(roster: ConversationId, change: RosterOp): Promise<unknown> {
    if (this.#parts.isStopped()) throw stopping()
    return this.#parts.author.write(roster, { body: { kind: 'roster', change } })
  }

  #place(group: ConversationId): Place {
    const { store, groups } = this.#parts
    const talk = store.conversation(group)
    const row = talk?.kind === 'talk' && talk.roster !== null ? store.conversation(talk.roster) : null
    const roster = row === null ? null : groups.rosterOf(row.id)
    if (talk === null || row === null || roster === null) throw new LatchError('NOT_FOUND', 'There is no group of that id.')
    return { talk, row, roster }
  }

  #shown(group: ConversationId): Group {
    const shown = this.#parts.groups.groupOf(this.#place(group).talk)
    if (shown === null) throw new LatchError('NOT_FOUND', 'There is no group of that id.')
    return shown
  }
}

function pictureOf(picture: string | null): Uint8Array | null {
  if (picture === null) return null
  const bytes = new Uint8Array(Buffer.from(picture, 'base64'))
  if (bytes.byteLength > MAX_PICTURE_BYTES) throw new LatchError('TOO_LARGE', 'A picture of a group holds at most 12 KiB.')
  return bytes
}

function stopping(): LatchError {
  return new LatchError('CONFLICT', 'Latch is stopping; nothing was stored.')
}
