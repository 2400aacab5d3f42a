import type { Person } from '../../shared/model/contacts.ts'
import type { Capability, Knock, Offering } from '../../shared/model/door.ts'
import type { Button, Notice } from './notice.ts'

/** As much as a notification shows. */
const MAX_BODY_CHARACTERS = 160
/** A name of 64 characters and what they do. */
const MAX_TITLE_CHARACTERS = 80

const deny: Button = { id: 'deny', label: 'Deny' }
const allow: Button = { id: 'allow', label: 'Allow once' }
const open: Button = { id: 'open', label: 'Open' }

/** Who knocks and what for. Whoever has no name from you is told as what they are, so that nobody passes for a friend. */
export function knockNotice(knock: Knock, person: Person | null): Notice {
  const wants = wish(knock.capability)
  const petname = person?.petname ?? null
  const whose = knock.ledgerName === null ? '' : `, who owns ${knock.ledgerName.name},`
  const who = petname === null ? `Somebody who calls themselves “${knock.claimedName}”${whose}` : petname
  const changed = person?.trust === 'changed'
  if (knock.page?.offered !== undefined) return offerNotice(knock.page.offered, { who, petname, changed, untilMs: knock.untilMs })
  if (knock.page !== null) return pageNotice(knock, who)
  return {
    title: petname === null ? 'Somebody new knocks' : `${petname} knocks`,
    body: changed
      ? `${who} ${wants}. Their devices changed: compare the safety words before you answer.`
      : `${who} ${wants}. Nothing is let in until you answer.`,
    // Who may be somebody else now is looked at before they are let in.
    buttons: changed ? [deny, open] : [deny, allow, open],
    untilMs: knock.untilMs,
  }
}

interface Offerer {
  readonly who: string
  readonly petname: string | null
  readonly changed: boolean
  readonly untilMs: number
}

/** Nobody knocks: a message of theirs offers it. What it is called is their word, and stands on the card alone. */
function offerNotice({ kind, into }: Offering, { who, petname, changed, untilMs }: Offerer): Notice {
  const wary = 'Their devices changed: compare the safety words before you answer.'
  return {
    title: `${petname ?? 'Somebody new'} offers a ${kind}`,
    body: `${who} offers you a ${kind}, to be saved to ${into}. ${changed ? wary : 'Nothing is fetched until you answer.'}`,
    buttons: changed ? [deny, open] : [deny, allow, open],
    untilMs,
  }
}

/** Nobody knocks: a page of theirs that is open asks. Site names are names, and nothing else fits into them. */
function pageNotice({ capability, about, untilMs }: Knock, whose: string): Notice {
  const wants = capability === 'load' && about.name !== null ? `would like to load from ${about.name}` : wish(capability)
  return {
    title: 'A page asks',
    body: `A page of ${whose} ${wants}. Nothing happens until you answer.`,
    buttons: [deny, allow, open],
    untilMs,
  }
}

/** They came in by a rule that says to tell of it. */
export function cameInNotice(capability: Capability, person: Person | null): Notice {
  const who = person === null ? 'Somebody' : (person.petname ?? `Somebody called “${person.claimedName}”`)
  return { title: `${who} came in`, body: `${asked(capability)}, by your rule.`, buttons: [], untilMs: null }
}

/** The term of a name of one's own ends, or is over. */
export function reminderNotice({ fullName, sentence }: { readonly fullName: string; readonly sentence: string }): Notice {
  return { title: fullName, body: sentence, buttons: [], untilMs: null }
}

function wish(capability: Capability): string {
  switch (capability) {
    case 'contact':
      return 'would like to chat'
    case 'file':
      return 'would like to send a file'
    case 'visit':
      return 'would like to visit your site'
    case 'relay':
      return 'would like to use this device as a relay'
    case 'hold-mail':
      return 'would like you to hold mail'
    case 'lookup':
      return 'would like to look up a name'
    case 'load':
      return 'would like to load from another site'
    case 'exit':
      return 'would like to open the web through this device'
    default:
      return `asks for ${capability}`
  }
}

function asked(capability: Capability): string {
  switch (capability) {
    case 'contact':
      return 'Chat'
    case 'file':
      return 'Files'
    case 'visit':
      return 'A visit to your site'
    case 'relay':
      return 'Relaying'
    case 'hold-mail':
      return 'Holding mail'
    case 'lookup':
      return 'Looking up a name'
    case 'load':
      return 'A page that loads from another site'
    case 'exit':
      return 'Opening the web through this device'
    default:
      return capability
  }
}

/** A line of text, short, without what would break it or turn its direction. Systems read no markup in a title. */
export function titleText(text: string): string {
  return oneLine(text).slice(0, MAX_TITLE_CHARACTERS).toWellFormed()
}

/**
 * The body of a notification. `markup`: the desktop reads it as markup, in which a stranger could place a link or an
 * image. `plain`: it says that it does not, and where it does all the same there is nothing to find.
 * Source: Desktop Notifications Specification 1.3, "Markup".
 */
export function bodyText(text: string, form: 'markup' | 'plain' | 'exact'): string {
  const short = oneLine(text).slice(0, MAX_BODY_CHARACTERS).toWellFormed()
  if (form === 'exact') return short
  if (form === 'plain') return short.replaceAll('<', '‹').replaceAll('>', '›')
  return short.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+/gu, ' ')
}
