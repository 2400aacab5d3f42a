import type { TFunction } from 'i18next'
import type { Person } from '../../../shared/model/contacts.ts'
import type { Knock, Offering } from '../../../shared/model/door.ts'
import { DAY } from '../../../shared/units.ts'
import { sizeText } from '../../ui/amounts.ts'
import { appOf, kindOf } from './choice.ts'

/** Who knocks, a page that is open here, or a message that offers something. */
export function askedBy({ page }: Pick<Knock, 'page'>): 'knock' | 'page' | 'offer' {
  if (page === null) return 'knock'
  return page.offered === undefined ? 'page' : 'offer'
}

/** How sure it is who somebody is: each has a look of its own. */
export type Look = 'stranger' | 'unverified' | 'verified' | 'changed' | 'revoked'

export function lookOf(person: Person | null): Look {
  if (person === null) return 'stranger'
  if (person.trust !== 'unverified') return person.trust
  return person.petname === null ? 'stranger' : 'unverified'
}

/**
 * "wants to chat with you": the text of a prompt comes from here, never from who knocks. Of a page: "Alice’s site wants to
 * load from bob.peer", for nobody knocks then.
 */
export function wantsText(t: TFunction, { capability, about, page }: Asking, name: string): string {
  const wants = t(`door.wants.${kindOf(capability)}`, { app: appOf(capability) })
  if (page === null) return wants
  if (page.offered !== undefined) return offersText(t, page.offered)
  if (capability !== 'load') return t('door.page.other', { name, wants })
  const target = about.name ?? t('door.page.target')
  return page.site === null
    ? t('door.page.load', { name, target })
    : t('door.page.loadOf', { name, site: page.site, target })
}

function offersText(t: TFunction, { kind, files }: Offering): string {
  if (kind === 'file') return t('door.offer.file')
  return files === null ? t('door.offer.folder') : t('door.offer.folderOf', { count: files })
}

type Asking = Pick<Knock, 'capability' | 'about' | 'page'>

/** Below this a name is new, which is worth knowing of somebody who goes by it. */
const NEW_NAME_DAYS = 30
const DAYS_IN_YEAR = 365

/** How long somebody has owned a name: "for 8 months", or, where that is short, "for 3 days only". */
export function ageText(t: TFunction, sinceMs: number, nowMs: number): string {
  const count = Math.floor(Math.max(0, nowMs - sinceMs) / DAY)
  if (count < 1) return t('door.knock.age.today')
  if (count < NEW_NAME_DAYS) return t('door.knock.age.days', { count })
  if (count < DAYS_IN_YEAR) return t('door.knock.age.months', { count: Math.floor(count / NEW_NAME_DAYS) })
  return t('door.knock.age.years', { count: Math.floor(count / DAYS_IN_YEAR) })
}

export interface Speaking {
  /** Your name for them, or theirs. */
  name: string
  look: Look
  /** The introducer's name, where it is known. */
  through: string | null
}

/**
 * The whole card in one sentence, for those who listen: "Bea, a verified contact, knocks and wants to send you a file of
 * 2.1 MiB, from your local network." What strangers can write freely, names of files and greetings, is not in it.
 */
export function knockSentence(t: TFunction, knock: Knock, { name, look, through }: Speaking): string {
  const { about, route, page } = knock
  const wants = wantsText(t, knock, name)
  if (page?.offered !== undefined) {
    const sized = about.bytes === null ? wants : t('door.offer.sized', { wants, size: sizeText(about.bytes) })
    return `${t('door.offer.sentence', { wants: sized, name, who: t(`door.knock.is.${look}`) })} ${t('door.offer.into', page.offered)}`
  }
  if (page !== null) return t('door.page.sentence', { wants, name, who: t(`door.knock.is.${look}`) })
  return t('door.knock.sentence', {
    name,
    who: t(`door.knock.is.${look}`),
    wants: about.bytes === null ? wants : t('door.knock.sized', { wants, size: sizeText(about.bytes) }),
    where:
      route === 'relayed' && through !== null
        ? t('door.knock.where.through', { name: through })
        : t(`door.knock.where.${route}`),
  })
}

/** The part of a multiaddr that a person may recognise: host, port and transport. */
export function placeText(address: string): string {
  const [, family, host, transport, port, ...rest] = address.split('/')
  if (host === undefined || transport === undefined || port === undefined) return address
  const secure = rest.find((part) => part === 'ws' || part === 'webrtc-direct' || part === 'p2p-circuit')
  const where = family === 'ip6' ? `[${host}]` : host
  return `${where}:${port} ${secure ?? transport}`
}
