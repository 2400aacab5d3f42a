import { AccountId } from '../../../shared/ids.ts'
import {
  Capability,
  LedgerName,
  letsIn,
  Match,
  type Rule,
  type RuleDraft,
  type Scope,
  type Until,
  type Verdict,
  type Who,
} from '../../../shared/model/door.ts'
import { dateFieldOf, msOfDateField } from '../../ui/date-field.ts'
import { appOf, kindOf } from './choice.ts'
import { exactSize, parseSize } from './size-text.ts'

/** What stands in the fields of the dialog, as it was typed. */
export interface RuleForm {
  verdict: Verdict
  /** As `keyOfWho` writes it. */
  who: string
  capability: ReturnType<typeof kindOf<Scope>>
  app: string
  until: Until['kind']
  date: string
  /** Of a rule that was made for one connection. */
  connection: string
  name: string
  minBytes: string
  maxBytes: string
  path: string
  perHour: string
  priority: string
  note: string
}

/** A rule that keeps out whoever is not known: what is typed wrong here lets nobody in. */
export const newRule: RuleForm = {
  verdict: 'deny',
  who: 'unknown',
  capability: 'contact',
  app: '',
  until: 'forever',
  date: '',
  connection: '',
  name: '',
  minBytes: '',
  maxBytes: '',
  path: '',
  perHour: '',
  priority: '0',
  note: '',
}

export const whoKinds = ['anyone', 'contact', 'unknown', 'lan', 'relayed'] as const

/** The value of the list of people and groups. Neither a name nor a group holds a line break. */
export function keyOfWho(who: Who): string {
  switch (who.kind) {
    case 'account':
      return who.account
    case 'group':
      return `group\n${who.group}`
    case 'name':
      return `name\n${who.name}\n${who.account}`
    default:
      return who.kind
  }
}

export function whoOfKey(key: string): Who {
  const [kind, what = '', owner = ''] = key.split('\n')
  if (kind === 'group') return { kind, group: what }
  if (kind === 'name') return { kind, name: LedgerName.parse(what), account: AccountId.parse(owner) }
  const account = AccountId.safeParse(key)
  if (account.success) return { kind: 'account', account: account.data }
  return { kind: whoKinds.find((known) => known === key) ?? 'anyone' }
}

export function formOf(draft: RuleDraft | Rule): RuleForm {
  const { who, capability, match, verdict, until, priority, note } = draft
  const sizeOf = (bytes: number | null): string => (bytes === null ? '' : exactSize(bytes))
  return {
    verdict,
    who: keyOfWho(who),
    capability: kindOf(capability),
    app: appOf(capability),
    until: until.kind,
    date: until.kind === 'time' ? dateFieldOf(until.untilMs) : '',
    connection: until.kind === 'connection' ? until.connection : '',
    name: match.name ?? '',
    minBytes: sizeOf(match.minBytes),
    maxBytes: sizeOf(match.maxBytes),
    path: match.path ?? '',
    perHour: match.perHour === null ? '' : String(match.perHour),
    priority: String(priority),
    note,
  }
}

/** Fields that hold something wrong, by the words that say what. */
export interface Wrong {
  app?: 'appWrong'
  date?: 'past'
  minBytes?: 'sizeWrong'
  maxBytes?: 'sizeWrong' | 'sizeOrder'
  perHour?: 'perHourWrong' | 'perHourDeny'
  priority?: 'priorityWrong'
}

/** The rule that the fields say, or what is wrong with them. */
export function draftOf(form: RuleForm, nowMs: number): { draft: RuleDraft } | { draft: null; wrong: Wrong } {
  const wrong: Wrong = {}
  const capability = scopeOf(form)
  if (capability === null) wrong.app = 'appWrong'
  const until = untilOf(form, nowMs)
  if (until === null) wrong.date = 'past'
  const [minBytes, maxBytes] = [sizeOf(form.minBytes), sizeOf(form.maxBytes)]
  if (minBytes === undefined) wrong.minBytes = 'sizeWrong'
  if (maxBytes === undefined) wrong.maxBytes = 'sizeWrong'
  else if (typeof minBytes === 'number' && maxBytes !== null && maxBytes < minBytes) wrong.maxBytes = 'sizeOrder'
  const perHour = wholeOf(form.perHour)
  if (!Match.shape.perHour.safeParse(perHour).success) wrong.perHour = 'perHourWrong'
  else if (perHour !== null && !letsIn(form.verdict)) wrong.perHour = 'perHourDeny'
  const priority = wholeOf(form.priority) ?? 0
  if (!(Math.abs(priority) <= 100)) wrong.priority = 'priorityWrong'

  if (Object.keys(wrong).length > 0 || capability === null || until === null) return { draft: null, wrong }
  const path = form.path.trim()
  return {
    draft: {
      who: whoOfKey(form.who),
      capability,
      match: {
        name: form.name === '' ? null : form.name,
        minBytes: minBytes ?? null,
        maxBytes: maxBytes ?? null,
        path: path === '' ? null : path,
        perHour,
      },
      verdict: form.verdict,
      until,
      priority,
      note: form.note.trim(),
    },
  }
}

function scopeOf({ capability, app }: RuleForm): Scope | null {
  if (capability !== 'app') return capability
  const named = Capability.safeParse(`app:${app.trim()}`)
  return named.success ? named.data : null
}

function untilOf({ until, date, connection }: RuleForm, nowMs: number): Until | null {
  if (until === 'connection') return { kind: until, connection }
  if (until !== 'time') return { kind: until }
  const untilMs = msOfDateField(date)
  return untilMs === null || untilMs <= nowMs ? null : { kind: until, untilMs }
}

/** Null where nothing is written, undefined where it is no size. */
function sizeOf(text: string): number | null | undefined {
  return text.trim() === '' ? null : (parseSize(text) ?? undefined)
}

/** Null where nothing is written; what is no whole number stays none. */
function wholeOf(text: string): number | null {
  const plain = text.trim().replace('−', '-')
  if (plain === '') return null
  return /^-?\d{1,6}$/.test(plain) ? Number(plain) : Number.NaN
}
