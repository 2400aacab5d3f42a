import { isIPv4, isIPv6 } from 'node:net'
import { isPublicAddress } from './judge.ts'
import { isPublicHost } from '../../platform/addresses.ts'

/** A host of the outside web, in the one form that rules and counts go by. */
export interface Host {
  readonly kind: 'name' | 'ip'
  readonly text: string
}

const MAX_NAME_CHARACTERS = 253
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * What a text means as a host. `private`: it can only mean somebody's own machine or network. `none`: no name of the DNS
 * and no plain address; whatever a resolver would make of `127.1`, `0x7f000001` or a name with a user before it, is not
 * found out. A name with letters beyond ASCII is to come in its ASCII form.
 */
export function readHost(text: string, ownTlds: readonly string[]): Host | 'private' | 'none' {
  if (isIPv4(text)) return isPublicAddress(text) ? { kind: 'ip', text } : 'private'
  if (isIPv6(text)) {
    if (text.includes('%')) return 'private'
    return isPublicAddress(text) ? { kind: 'ip', text: canonical(text) } : 'private'
  }
  const name = text.toLowerCase().replace(/\.$/, '')
  const labels = name.split('.')
  const last = labels.at(-1) ?? ''
  if (name.length > MAX_NAME_CHARACTERS || !labels.every((label) => LABEL.test(label))) return 'none'
  // One that ends in a number is an address in a form that only resolvers know.
  if (!/^[a-z]/.test(last)) return 'none'
  // A name without a dot is looked for in one's own domain; names of the ledger are no names of the DNS.
  if (labels.length === 1 || ownTlds.includes(last) || !isPublicHost(name)) return 'private'
  return { kind: 'name', text: name }
}

/** `2606:2800:0:0::1` as `2606:2800::1`. */
function canonical(ip: string): string {
  return new URL(`http://[${ip}]`).hostname.slice(1, -1)
}
