import { seededDevice, type Device } from '../../unit/chat/people.ts'

export const PARENT = (): Promise<Device> => seededDevice(101, 102)
export const CHILD = (): Promise<Device> => seededDevice(103, 104)
export const DATABASE_KEY = new Uint8Array(32).fill(105)

/** What the killed process is told when it starts. */
export interface Orders {
  readonly run: number
  readonly messages: number
  readonly database: string
  readonly parentAddresses: readonly string[]
}

export type FromChild = { addresses: string[] } | { stored: string }
