import type { AccountId, KnockId } from '../../shared/ids.ts'
import type { Person } from '../../shared/model/contacts.ts'
import type { Answer, Decision, Knock } from '../../shared/model/door.ts'
import { isQuiet } from '../../shared/model/settings.ts'
import { MINUTE, SECOND } from '../../shared/units.ts'
import type { ChatFeature } from '../features/chat/types.ts'
import type { ContactsFeature } from '../features/contacts/types.ts'
import type { DoorFeature } from '../features/door/types.ts'
import type { NamesEvent, NamesFeature } from '../features/names/types.ts'
import type { SettingsFeature } from '../features/settings/types.ts'
import type { Clock } from '../platform/clock.ts'
import { follow } from '../platform/feed.ts'
import type { Log } from '../platform/log.ts'
import { meaningOf, type Notice, type Show, type Shown } from './notice.ts'
import { watchMessages } from './message-notices.ts'
import { cameInNotice, knockNotice, reminderNotice } from './notice-words.ts'
import { Sparing } from './sparing.ts'

export interface NoticeParts {
  readonly household: {
    readonly chat: Pick<ChatFeature, 'watch' | 'send' | 'markRead'>
    readonly contacts: Pick<ContactsFeature, 'get'>
    readonly door: Pick<DoorFeature, 'watch' | 'answer'>
    readonly names: Pick<NamesFeature, 'subscribe'>
    readonly settings: Pick<SettingsFeature, 'get'>
  }
  readonly show: Show
  /** Brings the window to the front, at a place of it. */
  readonly open: (path: string) => void
  /** Whether a window has the focus: nobody is told what they can see already. */
  readonly isLookedAt: () => boolean
  readonly isLocked: () => boolean
  /** Whose account this is. */
  readonly me: AccountId
  /** How much is unread, on the icon of the app. */
  readonly badge: (count: number) => void
  readonly clock: Clock
  readonly log: Log
}

/** Who comes in by a rule may come often, and by a rule for anyone there may be many. */
const CAME_IN = { everyMs: MINUTE, most: 6 }
/** Of strangers. Three cards are shown at a time, but who knocks and withdraws makes room for the next. */
const STRANGERS = { everyMs: 10 * SECOND, most: 6 }

const answers: Record<'deny' | 'allow', Answer> = {
  deny: { verdict: 'deny', until: 'once' },
  allow: { verdict: 'allow', until: 'once' },
}

/** Tells of each knock once, of messages, of who came in by a rule that says so, and of names whose term ends, until `signal` aborts. */
export function watchForNotices(parts: NoticeParts, signal: AbortSignal): void {
  const { household, show, open, clock, log } = parts
  const { contacts, door, names, settings } = household
  /** Knocks that wait for an answer, with what is on the screen of them; null where nothing was to be shown. */
  const atDoor = new Map<KnockId, Shown | null>()
  const cameIn = new Sparing<AccountId>(clock, CAME_IN)
  const strangers = new Sparing<AccountId>(clock, STRANGERS)

  const isWanted = (person: Person | null): boolean => {
    const { notifications, doNotDisturb } = settings.get()
    const isContact = person !== null && person.petname !== null
    return notifications && !isQuiet(doNotDisturb, isContact, clock.nowMs()) && !parts.isLookedAt()
  }

  const tell = (notice: Notice, path: string): Shown =>
    show(notice, (id) => {
      if (id === 'open') open(path)
    })

  const knocked = (knock: Knock): void => {
    if (knock.state !== 'pending') return withdraw(knock.id)
    if (atDoor.has(knock.id)) return
    atDoor.set(knock.id, null)
    const person = contacts.get(knock.account)
    if (knock.quiet || !isWanted(person)) return
    const isStranger = person === null || person.petname === null
    if (isStranger && strangers.take(knock.account) !== 'now') return
    const notice = knockNotice(knock, person)
    const shown = show(notice, (id, shownForMs) => {
      // A click that comes late is on what it was on: who knocks chooses the id, and may have knocked with it again.
      if (atDoor.get(knock.id) === shown) chosen(knock.id, notice, id, shownForMs)
    })
    atDoor.set(knock.id, shown)
  }

  /** One notification answers once: it is gone before the answer is given. */
  const chosen = (knock: KnockId, notice: Notice, id: string, shownForMs: number): void => {
    const meaning = meaningOf(id, notice, { shownForMs, isLocked: parts.isLocked() })
    if (meaning === 'nothing') return log.warn({}, 'a notification came back with a choice that it did not offer')
    const shown = atDoor.get(knock)
    if (shown == null) return
    atDoor.set(knock, null)
    shown.withdraw()
    if (meaning === 'open') return open('/door')
    try {
      door.answer(knock, answers[meaning])
    } catch (error) {
      // It was answered elsewhere in the same moment, or is over: the door shows how it stands.
      log.info({ error }, 'an answer from a notification came too late')
      open('/door')
    }
  }

  const withdraw = (knock: KnockId): void => {
    atDoor.get(knock)?.withdraw()
    atDoor.delete(knock)
  }

  /** What was answered while nobody read is not among those that wait. */
  const startedAnew = (pending: readonly Knock[]): void => {
    const waiting = new Set(pending.map(({ id }) => id))
    for (const id of atDoor.keys()) if (!waiting.has(id)) withdraw(id)
    pending.forEach(knocked)
  }

  const decided = ({ verdict, by, account, capability }: Decision): void => {
    if (verdict !== 'allow-and-tell' || by !== 'rule' || account === null) return
    const person = contacts.get(account)
    if (!isWanted(person) || cameIn.take(account) !== 'now') return
    tell(cameInNotice(capability, person), '/door/log')
  }

  /** Each is told once for a number of days, so there are few; the window keeps it in view. */
  const reminded = (event: NamesEvent): void => {
    if (event.event === 'reminder' && isWanted(null)) tell(reminderNotice(event), `/names/of/${event.name}`)
  }

  follow(
    () => door.watch(signal),
    (item) => {
      if (item.kind === 'snapshot') startedAnew(item.snapshot.pending)
      else if (item.event.event === 'knock-changed') knocked(item.event.knock)
      else if (item.event.event === 'decided') decided(item.event.decision)
    },
  ).catch((error: unknown) => log.error({ error }, 'notifications of the door stopped'))
  watchMessages({ ...parts, isWanted }, signal)
  signal.addEventListener('abort', names.subscribe(reminded), { once: true })
  // What is left on the screen of an app that has ended answers nothing.
  signal.addEventListener('abort', () => [...atDoor.keys()].forEach(withdraw), { once: true })
}
