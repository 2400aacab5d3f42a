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

/** The networks that this machine is on, loopback aside, each `ip/bits`. */
export function networksNow(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((one) => one ?? [])
  return addresses.filter(({ internal }) => !internal).flatMap(({ cidr }) => cidr ?? [])
}

/** The addresses of this machine, loopback among them. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((one) => one?.map(({ address }) => address) ?? [])
}
