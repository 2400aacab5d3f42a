import { createHmac } from 'node:crypto'
import type { AccountId } from '../../../../shared/ids.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import type { Database } from '../../../platform/database.ts'
import { type Cookie, cookiesOf, isSeal, type SealOf, unsealed } from './cookies.ts'

/*
 * To a browser a site is its name. Whoever has the name after somebody else would be given what that one left in it: storage,
 * cached pages, and requests of pages that are still open. So each browser is told by a cookie whose the name is, in a word
 * that no page can change (HttpOnly), nor make up for another owner (the key stays here), and what it keeps carries that word too.
 */

const SECRET_BYTES = 32
/** 96 bits: as much as nobody guesses. */
const MARK_LETTERS = 16
const COOKIE = 'latch-owner'
/** As long as browsers keep any cookie: 400 days. */
const COOKIE_SECONDS = 400 * 24 * 3_600

const migrations = ['CREATE TABLE gateway_secret (one INTEGER PRIMARY KEY CHECK (one = 1), secret BLOB NOT NULL) STRICT'] as const

/** What stands for the owner of a name in the browsers of this machine; the same as long as the account's database lives. */
export class OwnerMarks {
  readonly #secret: Uint8Array

  constructor({ database, random }: { readonly database: Database; readonly random: (bytes: number) => Uint8Array }) {
    database.migrate('gateway', migrations)
    database.prepare<[Uint8Array]>('INSERT OR IGNORE INTO gateway_secret (one, secret) VALUES (1, ?)').run(random(SECRET_BYTES))
    this.#secret = (database.prepare('SELECT secret FROM gateway_secret').get() as { secret: Uint8Array }).secret
  }

  of(site: SiteName, owner: AccountId): string {
    return this.#word(`${site} ${owner}`)
  }

  /** Of cookies that this owner's site sets. */
  sealsOf(site: SiteName, owner: AccountId): SealOf {
    return (name, value) => this.#word(`cookie ${site} ${owner} ${name}=${value}`)
  }

  #word(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest('base64url').slice(0, MARK_LETTERS)
  }
}

/** What a browser says of the owner: this one; another one; nothing, as it was never here, or lost it. */
export type Known = 'this' | 'another' | 'nobody'

/** Other names of the network can set a cookie here, and none that says the right word. */
export function knownBy(cookie: string | undefined, mark: string): Known {
  const said = cookiesOf(cookie).flatMap(({ name, value }) => (name === COOKIE ? [value] : []))
  if (said.includes(mark)) return 'this'
  return said.length === 0 ? 'nobody' : 'another'
}

/** The cookies of the site itself; null: there are none. */
export function withoutMark(cookie: string): string | null {
  const kept = cookiesOf(cookie).flatMap(({ name, text }) => (name === COOKIE || isSeal(name) ? [] : [text]))
  return kept.length === 0 ? null : kept.join('; ')
}

/** What a browser hears with the first page of an owner: whose it is, and that nothing is to be left of the one before. */
export function newOwnerHeaders(cookie: string | undefined, mark: string): [name: string, value: string][] {
  const left = new Set(cookiesOf(cookie).flatMap(({ name }) => (name === COOKIE ? [] : [name])))
  return [
    // Not its `cookies`: those of all names of the network would go.
    ['Clear-Site-Data', '"storage"'],
    ...[...left].map((name): [string, string] => ['Set-Cookie', `${name}=; Path=/; Max-Age=0`]),
    ['Set-Cookie', `${COOKIE}=${mark}; Path=/; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Lax`],
  ]
}

/** What neither this name's site set by header, nor the gateway for it. */
export function strangers(cookie: string | undefined, mark: string, sealOf: SealOf): Cookie[] {
  return unsealed(cookiesOf(cookie), sealOf).filter(({ name, value }) => name !== COOKIE || value !== mark)
}

/** A site cannot say whose it is, nor which cookies are its own. */
export function isMark(cookie: string): boolean {
  return new RegExp(`^\\s*${COOKIE}\\s*(?:=|;|$)`, 'i').test(cookie) || isSeal(cookie.trimStart())
}
