import type { MessageId } from '../../../src/shared/ids.ts'
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

/** What the killed process promised: a message, or what became of it, is stored. */
export interface Promised {
  readonly id: MessageId
  readonly state: 'sent' | 'edited' | 'deleted'
  /** Empty of what was taken back. */
  readonly text: string
}

export type FromChild = { addresses: string[] } | { stored: Promised }

/** Of every five messages one is changed after the next one was sent, and of every seven one is taken back. */
export const isEdited = (index: number): boolean => index % 5 === 3
export const isDeleted = (index: number): boolean => index % 7 === 4
