import { z } from 'zod'
import type { ChatFeature } from '../features/chat/types.ts'
import type { ContactsFeature } from '../features/contacts/types.ts'
import { createSynced, type Synced, type SyncedPiece } from '../features/devices/index.ts'
import type { DoorFeature } from '../features/door/types.ts'
import type { SettingsFeature } from '../features/settings/index.ts'
import { AccountId } from '../../shared/ids.ts'
import { GroupName } from '../../shared/model/contacts.ts'
import { anyMatch } from '../../shared/model/door.ts'
import { DisplayName } from '../../shared/model/identity.ts'
import { defaultSettings, Settings } from '../../shared/model/settings.ts'
import type { Database } from '../platform/database.ts'
import { follow } from '../platform/feed.ts'
import type { Log } from '../platform/log.ts'

export interface SyncedRoomParts {
  readonly database: Database
  readonly log: Log
  readonly chat: Pick<ChatFeature, 'remember' | 'recall' | 'saidKeys'>
  /** What devices of this account say in their notes that is not of chat. */
  readonly onSaid: (listener: (key: string, value: unknown) => void) => () => void
  readonly contacts: ContactsFeature
  readonly door: Pick<DoorFeature, 'block' | 'blocked' | 'addRule' | 'rules'>
  readonly settings: SettingsFeature
}

/** What somebody is to this account, on all of its devices. `petname` null: no contact, and blocked all the same. */
const Contact = z.object({
  petname: DisplayName.nullable(),
  verified: z.boolean(),
  blocked: z.boolean(),
  groups: z.array(GroupName).max(16),
})

/** What is the account's, and not of one machine: its screen, its ports, its network card. */
const OfAccount = Settings.pick({ readReceipts: true, typing: true, notificationText: true, tellKnockers: true })

/** What is the same on all devices of an account and not in a conversation, while they run. */
export function createSyncedRoom(parts: SyncedRoomParts): Pick<Synced, 'start' | 'stop'> {
  const { chat, database, onSaid } = parts
  const log = parts.log.child('synced')
  const ending = new AbortController()
  const synced = createSynced({
    database,
    log,
    pieces: [contactsPiece(parts, ending.signal), settingsPiece(parts)],
    remember: (key, value) => chat.remember(key, value),
    recall: (key) => chat.recall(key),
    saidKeys: (prefix) => chat.saidKeys(prefix),
  })
  let unlisten = (): void => {}
  return {
    async start() {
      unlisten = onSaid((key, value) => synced.onState(key, value))
      await synced.start()
    },
    async stop() {
      unlisten()
      ending.abort()
      await synced.stop()
    },
  }
}

function contactsPiece({ contacts, door, log }: SyncedRoomParts, ending: AbortSignal): SyncedPiece {
  const contactOf = (account: AccountId): z.infer<typeof Contact> | null => {
    const person = contacts.get(account)
    const isContact = person !== null && person.petname !== null && !person.demo
    const blocked = door.blocked().includes(account)
    if (!isContact) return blocked ? { petname: null, verified: false, blocked, groups: [] } : null
    return { petname: person.petname, verified: person.trust === 'verified', blocked, groups: person.groups.toSorted() }
  }
  return {
    prefix: 'contact:',
    keys: () => [...new Set([...contacts.list().map(({ account }) => account), ...door.blocked()])].filter((account) => contactOf(account) !== null),
    get: (key) => {
      const account = AccountId.safeParse(key)
      return account.success ? contactOf(account.data) : null
    },
    take(key, value) {
      const [id, said] = [AccountId.safeParse(key), Contact.nullable().safeParse(value)]
      if (!id.success || !said.success) return
      const account = id.data
      const [before, now] = [contactOf(account), said.data]
      if ((now?.blocked ?? false) !== (before?.blocked ?? false)) door.block(account, now?.blocked ?? false, '')
      if (now === null || now.petname === null) {
        if (before !== null && before.petname !== null) contacts.forget(account)
        return
      }
      if (before === null || before.petname === null) letIn(account)
      contacts.add(account)
      if (before?.petname !== now.petname) contacts.rename(account, now.petname)
      if ((before?.verified ?? false) !== now.verified) contacts.verify(account, now.verified)
      if (JSON.stringify(before?.groups ?? []) !== JSON.stringify(now.groups)) contacts.setGroups(account, now.groups)
    },
    onChanged(listener) {
      const over = new AbortController()
      const until = AbortSignal.any([ending, over.signal])
      follow(
        () => contacts.watch(until),
        (item) => {
          if (item.kind === 'event') listener(item.event.event === 'person-changed' ? item.event.person.account : item.event.account)
        },
      ).catch((error: unknown) => log.error({ error }, 'contacts are no longer told to the other devices'))
      return () => over.abort()
    },
  }

  /** Whoever is a contact of this account was let in on the device that says so. */
  function letIn(account: AccountId): void {
    const isThere = door.rules().some(({ who, capability }) => capability === 'contact' && who.kind === 'account' && who.account === account)
    if (isThere) return
    const draft = { who: { kind: 'account', account }, capability: 'contact', verdict: 'allow', match: anyMatch, until: { kind: 'forever' }, priority: 0, note: '' } as const
    door.addRule(draft, 'import')
  }
}

/** What was never chosen is not said: a device that comes new would undo what was chosen on the others. */
function settingsPiece({ settings }: SyncedRoomParts): SyncedPiece {
  const names = OfAccount.keyof().options
  const valueOf = (name: (typeof names)[number]): unknown => {
    const value = settings.get()[name]
    return value === defaultSettings[name] ? null : value
  }
  const nameOf = (key: string) => OfAccount.keyof().safeParse(key).data
  return {
    prefix: 'setting:',
    keys: () => names,
    get: (key) => {
      const name = nameOf(key)
      return name === undefined ? null : valueOf(name)
    },
    take(key, value) {
      const name = nameOf(key)
      if (name === undefined) return
      const chosen = OfAccount.partial().safeParse({ [name]: value ?? defaultSettings[name] })
      if (chosen.success) settings.set(chosen.data)
    },
    onChanged: (listener) =>
      settings.subscribe(() => {
        for (const name of names) listener(name)
      }),
  }
}
