import { networkInterfaces } from 'node:os'

/** The addresses of this machine's network interfaces, loopback aside, as one text that changes when they do. */
export function interfacesNow(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((one) => one ?? [])
  return addresses
    .filter(({ internal }) => !internal)
    .map(({ address }) => address)
    .toSorted()
    .join(' ')
}
