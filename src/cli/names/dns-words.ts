import type { DnsState } from '../../shared/model/names.ts'
import type { Settings } from '../../shared/model/settings.ts'
import { wrongArgument } from '../failure.ts'
import { wholeNumber } from '../numbers.ts'
import { oneLine } from '../plain.ts'

export type DnsChange = Partial<Pick<Settings, 'dns' | 'dnsPort'>>

const LEAST_PORT = 1_024
const MOST_PORT = 65_535

/** What is to be changed; null where only the state is asked for. Errors: CliError. */
export function dnsChange(state: string | undefined, port: string | undefined): DnsChange | null {
  if (state !== undefined && state !== 'on' && state !== 'off') throw wrongArgument(`DNS is on or off, not "${oneLine(state)}".`)
  const dnsPort = port === undefined ? undefined : wholeNumber('--port', port, LEAST_PORT, MOST_PORT)
  if (state === undefined && dnsPort === undefined) return null
  return { ...(state === undefined ? {} : { dns: state === 'on' }), ...(dnsPort === undefined ? {} : { dnsPort }) }
}

/** Whether the answers run as the settings have them, or it is known that they cannot. */
export function isSettled({ state, port }: DnsState, { dns, dnsPort }: Pick<Settings, 'dns' | 'dnsPort'>): boolean {
  return dns ? state !== 'off' && port === dnsPort : state === 'off'
}

export function dnsText({ state, port, why }: DnsState, tld: string): string {
  switch (state) {
    case 'off':
      return `DNS is off (port ${port}). To answer programs of this machine for names in .${tld}: latch dns on`
    case 'on':
      return `DNS answers for names in .${tld} at 127.0.0.1, port ${port}. Try: dig @127.0.0.1 -p ${port} alice.${tld}`
    case 'failed':
      return `DNS is switched on and does not run: ${oneLine(why ?? 'why is not known')}`
  }
}
