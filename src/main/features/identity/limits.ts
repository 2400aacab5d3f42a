import { KiB } from '../../../shared/units.ts'

/** One account's device list, signed. 32 devices with labels of usual length take some 5 KiB. */
export const MAX_DEVICE_LIST_BYTES = 8 * KiB

/** Devices of one account: more than anybody carries, few enough to dial them all. */
export const MAX_DEVICES = 32

/** Devices an account gave up. They stay listed for good, as leaving one out would let it come back. */
export const MAX_REVOKED = 64

/** UTF-16 units of a device's label. */
export const MAX_LABEL_LENGTH = 64

/**
 * Lists of accounts that are no contacts, the latest seen. Every stranger who says hello leaves up to 8 KiB here:
 * 16 MiB at most.
 */
export const MAX_STRANGERS_LISTS = 2_000

/** Strangers' lists beyond the bound before the oldest are dropped, so that not every hello looks through all. */
export const PRUNE_SLACK = 100

/** Proofs kept in memory: three times libp2p's 300 connections, as a proof may outlive its connection for a moment. */
export const MAX_PROOFS = 1_000

/** keys.json is some 600 bytes. */
export const MAX_KEYS_FILE_BYTES = 64 * KiB

/** Lists that are not read from the disk each time, at some 2 KB each: of all contacts, and of those who connect. */
export const MAX_LISTS_IN_MEMORY = 1_000

/** One revocation, signed: some 200 bytes. */
export const MAX_REVOCATION_BYTES = 1 * KiB

/** Accounts that ended: 2 MiB. Beyond, the ends of strangers are not kept, and their lists go by themselves. */
export const MAX_REVOKED_ACCOUNTS = 2_000

/** Told with each hello: the latest that were heard of contacts, or published here. They are in the DHT besides. */
export const MAX_PASSED_ON = 4
