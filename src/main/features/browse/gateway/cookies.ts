/*
 * Cookies of a site in an ordinary browser. To a browser the names of a network are one *site*, so a script of any name can
 * set a cookie for all (`Domain=peer.localhost`), and nothing in a request says which one that is. So each cookie that a
 * site sets by header comes with a second one beside it that no page can read or make up (the key stays here), and without
 * its seal none is passed on: a session that another name's page chose is not the person's. What a site's script sets stays
 * in its page. With each page goes the end of what would be a cookie for all, before a script of that page runs.
 */

/** A word that stands for the name and the value of a cookie, of one owner's site. */
export type SealOf = (name: string, value: string) => string

const SEAL = 'latch-seal-'
/** A browser sends up to 180 of a network; a page that makes more than this stays with some of them until the next one. */
const MAX_ENDS = 60
/** Nobody's cookies lie deeper, but those of who means to be overlooked. */
const MAX_PATHS = 8
const TOKEN = /^[\w!#$%&'*+.^`|~-]{1,128}$/

export interface Cookie {
  readonly name: string
  readonly value: string
  /** As it was said. */
  readonly text: string
}

export function cookiesOf(header: string | undefined): Cookie[] {
  return (header ?? '').split(';').flatMap((part) => {
    const text = part.trim()
    const at = text.indexOf('=')
    return text === '' ? [] : [{ name: text.slice(0, Math.max(0, at)).trim(), value: text.slice(at + 1).trim(), text }]
  })
}

export function isSeal(name: string): boolean {
  return name.toLowerCase().startsWith(SEAL)
}

/** Those that the site set itself; nothing of the seals. */
export function sealed(cookies: readonly Cookie[], sealOf: SealOf): Cookie[] {
  const seals = new Set(cookies.filter(({ name }) => isSeal(name)).map(({ name, value }) => `${name}=${value}`))
  return cookies.filter(({ name, value }) => name !== '' && !isSeal(name) && seals.has(`${SEAL}${name}=${sealOf(name, value)}`))
}

/** Those that a script set, of this name or of another. */
export function unsealed(cookies: readonly Cookie[], sealOf: SealOf): Cookie[] {
  const own = sealed(cookies, sealOf)
  const seals = new Set(own.map(({ name, value }) => `${SEAL}${name}=${sealOf(name, value)}`))
  return cookies.filter((cookie) => !own.includes(cookie) && !seals.has(`${cookie.name}=${cookie.value}`))
}

/** The seal of a cookie that a site sets, as long and as wide as it; null: it has no name, and is passed on to nobody. */
export function sealFor(setCookie: string, sealOf: SealOf): string | null {
  const [pair = '', ...attributes] = setCookie.split(';')
  const [cookie] = cookiesOf(pair)
  if (cookie === undefined || cookie.name === '') return null
  const kept = attributes.filter((attribute) => !/^\s*httponly\s*(?:=|$)/i.test(attribute))
  return [`${SEAL}${cookie.name}=${sealOf(cookie.name, cookie.value)}`, ...kept, ' HttpOnly'].join(';')
}

/** Ends what is for all names above this one; a cookie of this name alone stays. */
export function endsForAll(cookies: readonly Cookie[], host: string, path: string): string[] {
  const names = [...new Set(cookies.map(({ name }) => name))].filter((name) => TOKEN.test(name))
  const labels = host.replace(/:\d+$/, '').split('.')
  const above = labels.slice(1, -1).map((_label, at) => labels.slice(at + 1).join('.'))
  const steps = (/^[^?#;\s]*/.exec(path)?.[0] ?? '').split('/').slice(1, MAX_PATHS)
  const paths = ['/', ...steps.flatMap((_step, at) => [`/${steps.slice(0, at + 1).join('/')}`])].filter((one, at, all) => all.indexOf(one) === at)
  return names.flatMap((name) => above.flatMap((domain) => paths.map((one) => `${name}=; Domain=${domain}; Path=${one}; Max-Age=0`))).slice(0, MAX_ENDS)
}
