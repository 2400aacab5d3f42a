import { type NameLabel, NameLabel as Name } from '../../../shared/model/ledger.ts'
import { ZoneLabel } from '../../../shared/model/names.ts'

/** What a network's names are like; `checkName` is the ledger's, so that a name is the same in both rooms. */
export interface NameRules {
  readonly tld: string
  readonly checkName: (text: string) => { readonly outcome: 'valid' } | { readonly outcome: 'refused'; readonly why: string }
}

/** A name as it was meant. `label` is `@` for the name itself; `rest` is what followed it (`/x?y#z`), as it was typed. */
export interface NameRead {
  readonly outcome: 'name'
  readonly name: NameLabel
  readonly label: ZoneLabel
  /** With its labels: `www.alice.peer`. */
  readonly fullName: string
  readonly rest: string
}

export type ReadName = NameRead | {
  readonly outcome: 'refused'
  readonly why: string
  /** What was meant, where nothing else can have been. */
  readonly instead: string | null
}

/** A long address of a page; more is no name, and nobody typed it. */
const MAX_TYPED_CHARS = 4_096
/** A name of DNS has 253 characters without the dot at its end. */
const MAX_FULL_CHARS = 253
const MAX_LABELS = 4
const SCHEME = 'peer://'

/** Drawn as nothing, or turning what stands around it: spaces of no width, joiners, marks of direction, fillers, tags. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu

/**
 * What a person typed (`alice.peer`, `@alice.peer`, `peer://www.alice.peer/x`) as a name of this network, or the one
 * thing that is wrong with it, in a sentence. Spaces and line ends around it count for nothing: they come with pasting.
 */
export function readName(typed: string, rules: NameRules): ReadName {
  if (typed.length > MAX_TYPED_CHARS) {
    const why = `That is ${counted(typed.length)} characters long, and no name is: it has at most ${MAX_FULL_CHARS}.`
    return { outcome: 'refused', why, instead: null }
  }
  const text = typed.trim()
  const read = strictly(text, rules)
  if (typeof read !== 'string') return read
  const mended = mend(text, rules)
  const again = mended === text ? read : strictly(mended, rules)
  return { outcome: 'refused', why: read, instead: typeof again === 'string' ? null : again.fullName }
}

/** The sentence for a person, with what they may have meant. */
export function inOneSentence({ why, instead }: Extract<ReadName, { outcome: 'refused' }>): string {
  return instead === null ? why : `${why.replace(/\.$/, '')}: did you mean ${instead}?`
}

function strictly(text: string, rules: NameRules): NameRead | string {
  if (text === '') return `Type a name, such as alice.${rules.tld}.`
  const split = splitAddress(text)
  if (typeof split === 'string') return split
  const { host, rest } = split
  const wrong = whyNoHost(host, rules)
  if (wrong !== null) return wrong
  const parts = host.split('.').slice(0, -1)
  const name = parts.at(-1) ?? ''
  const below = parts.slice(0, -1)
  if (below.length > MAX_LABELS) {
    return `Below a name there are at most ${MAX_LABELS} labels, and here are ${counted(below.length)}.`
  }
  const checked = rules.checkName(name)
  if (checked.outcome === 'refused') return checked.why
  const label = ZoneLabel.safeParse(below.length === 0 ? '@' : below.join('.'))
  if (!label.success) return label.error.issues[0]?.message ?? 'That is no label.'
  return { outcome: 'name', name: Name.parse(name), label: label.data, fullName: host, rest }
}

/** `peer://`, `@` or nothing, then the name, then what a browser would go on with. */
function splitAddress(text: string): { host: string; rest: string } | string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0]
  if (scheme !== undefined && scheme.toLowerCase() !== SCHEME) {
    return `Names are opened with ${SCHEME}, and not with ${scheme.slice(0, 16)}.`
  }
  const bare = scheme === undefined ? text.replace(/^@/, '') : text.slice(scheme.length)
  const end = bare.search(/[/?#\\]/)
  const host = end === -1 ? bare : bare.slice(0, end)
  if (host === '') return 'There is no name in that.'
  return { host, rest: end === -1 ? '' : bare.slice(end) }
}

function whyNoHost(host: string, { tld }: NameRules): string | null {
  if (host.includes('@')) return 'A name has no @ within it, and no account or password before it.'
  if (host.includes(':')) return 'A name has no port and no colon.'
  const strange = whyStrange(host)
  if (strange !== null) return strange
  if (host.length > MAX_FULL_CHARS) {
    return `A name has at most ${MAX_FULL_CHARS} characters with all its labels, and this has ${counted(host.length)}.`
  }
  if (/[A-Z]/.test(host)) return 'Names are written in small letters.'
  if (host.endsWith('.')) return 'A name has no dot at its end.'
  if (host.startsWith('.')) return 'A name has no dot at its beginning.'
  if (host.includes('..')) return 'A name has no two dots in a row.'
  if (host.split('.').some((part) => part.startsWith('xn--'))) {
    return 'Parts that begin with xn-- stand for other alphabets; names have only the letters a to z.'
  }
  if (host === tld) return `.${tld} is how all names of this network end; write what stands before it too.`
  if (host.endsWith(`.${tld}`)) return null
  if (host.includes('.')) return `Names of this network end in .${tld}, and this one does not.`
  return `A name is written with its ending, .${tld}.`
}

/** The first character that no name has and that may look as if: spaces, what is not seen, other alphabets. */
function whyStrange(host: string): string | null {
  if (/\s/.test(host)) return 'A name has no spaces.'
  // Shown by its number: drawn, it would be nothing, or would turn the sentence around.
  const hidden = host.match(INVISIBLE)?.[0]
  if (hidden !== undefined) return `There is a character in it that is not seen (${numberOf(hidden)}).`
  const foreign = /[^\0-\x7f]/u.exec(host)?.[0]
  if (foreign === undefined) return null
  const shown = /[\p{L}\p{N}\p{P}\p{S}]/u.test(foreign) ? `“${foreign}” (${numberOf(foreign)})` : numberOf(foreign)
  const likeness = /\p{Extended_Pictographic}/u.test(foreign) ? '' : ', though it may look like one'
  return `${shown} is none of the letters a to z${likeness}.`
}

/**
 * What can only have been meant one way: capitals, full-width forms, dots and spaces too many, what is not seen, an ending
 * left out. A letter of another alphabet is not among it: whoever chose it may have meant another name than it looks like.
 */
function mend(text: string, { tld }: NameRules): string {
  // Line ends and tabs stand between two things: without them there would be a third.
  const seen = text.normalize('NFKC').replaceAll(INVISIBLE, (char) => (/[\t-\r]/.test(char) ? char : ''))
  const plain = seen.toLowerCase().replaceAll('\u3002', '.').trim()
  const bare = plain.replace(/^(peer:\/\/)?@?/, '').replace(/^https?:\/\//, '')
  const host = bare
    .replace(/[/?#\\].*$/s, '')
    .replaceAll(/\.+/g, '.')
    .replaceAll(/^\.|\.$/g, '')
  return host === '' || host.includes('.') || host === tld ? host : `${host}.${tld}`
}

function numberOf(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

function counted(n: number): string {
  return n.toLocaleString('en')
}
