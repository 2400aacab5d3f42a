import type { SiteAudience, SiteName } from '../../shared/model/sites.ts'
import type { Client } from '../client.ts'
import { wrongArgument } from '../failure.ts'
import { withEnding } from '../names/find.ts'
import { oneLine } from '../plain.ts'

/** `alice`, `alice.peer`, `app.alice.peer` or an address of a site: its name. Errors: CliError with what is wrong with it. */
export async function siteOf(client: Client, text: string): Promise<SiteName> {
  const address = /[/:]/.test(text) ? text : withEnding(text, (await client.ledger.head()).tld)
  const { site, url } = await client.browse.read({ address: address.slice(0, MAX_ADDRESS) })
  if (site === null) throw wrongArgument(`"${oneLine(text)}" leads to the outside web; here the name of a site is meant.`)
  if (url !== `peer://${site}/`) throw wrongArgument(`"${oneLine(text)}" is a page of a site; here the name of the site is meant: ${site}`)
  return site
}

/** As long as the contract takes. */
export const MAX_ADDRESS = 8_192

const audiences: Readonly<Record<string, SiteAudience>> = { anyone: 'anyone', contacts: 'contacts', ask: 'ask' }

/** Who may visit. Errors: CliError. */
export function audienceOf(text: string): SiteAudience {
  const audience = Object.hasOwn(audiences, text) ? audiences[text] : undefined
  if (audience === undefined) throw wrongArgument(`A site is for anyone, for contacts, or you are asked (ask); "${oneLine(text)}" is none of them.`)
  return audience
}

/** A port of this machine. Errors: CliError. */
export function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw wrongArgument(`A port is a number from 1 to 65535, not "${oneLine(text)}".`)
  return port
}
