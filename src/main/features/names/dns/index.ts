/*
 * DNS for programs that know nothing of Latch: names of this network as A, AAAA, TXT and SRV, on loopback alone.
 *
 *   wire         messages, as bytes                      docs/wire/dns.md
 *   answer       a question, and what a look-up makes of it
 *   responder    one message in, one out
 *   server       UDP and TCP
 */
export { DNS_ADDRESS, DNS_PORT } from './limits.ts'
export type { ResponderParts } from './responder.ts'
export { type DnsServer, serveDns } from './server.ts'
