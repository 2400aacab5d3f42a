import { decodeCertificate, decodeEvidence, encodeCertificate, encodeEvidence } from '../../../src/main/features/consensus/records.ts'
import { MAX_FRAME_BYTES } from '../../../src/main/protocols/consensus/constants.ts'
import { Heard, Said } from '../../../src/main/protocols/consensus/messages.ts'
import { KiB } from '../../../src/shared/units.ts'
import { all, form, message } from '../oracle.ts'

const checks = [
  message(Said, MAX_FRAME_BYTES),
  message(Heard, MAX_FRAME_BYTES),
  form({ decode: decodeEvidence, encode: encodeEvidence, maxBytes: 4 * KiB }),
  // Sorted as it is written: what came in another order is the same certificate.
  form({ decode: (bytes) => sorted(decodeCertificate(bytes)), encode: encodeCertificate, maxBytes: 8 * KiB }),
]

function sorted<C extends ReturnType<typeof decodeCertificate>>(certificate: C): C {
  return { ...certificate, commits: certificate.commits.toSorted((one, other) => one.by - other.by) }
}

/** `/latch/consensus`: what validators say; and the proofs that travel beside blocks and by gossip. */
export const fuzz = (data: Buffer): Promise<void> => all(data, checks)
