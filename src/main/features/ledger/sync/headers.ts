import { DecodeError } from '../../../platform/cbor.ts'
import type { CertifiedHeader } from '../../../protocols/ledger/index.ts'
import { checkHeader, decodeHeader, type Parent, type SealedHeader } from '../block.ts'
import type { Roster } from '../genesis.ts'
import type { Running } from '../types.ts'
import type { Turns } from './pace.ts'

/** A header that follows the ones before it, with a certificate that holds by the roster that was known then. */
export interface ProvenHeader {
  readonly header: SealedHeader
  readonly certificate: Uint8Array
  readonly weight: number
}

export interface Proving {
  /** From the first one on, without a gap. */
  readonly proven: readonly ProvenHeader[]
  /** Why the next one was not; null where all of them are. */
  readonly stopped: string | null
}

/**
 * As many headers as follow from `parent` one after another, certified by `roster`. Who decides can change inside the
 * blocks, which are not here yet: so what comes after the first that does not hold is no lie before the blocks up to
 * there were taken, and it was asked again with the roster that they made. What passes here though another roster decides
 * there is refused by the chain, which asks once more.
 */
export async function proveHeaders(
  headers: readonly CertifiedHeader[],
  parent: Parent,
  roster: Roster,
  { chain, checkCertificate }: Pick<Running, 'chain' | 'checkCertificate'>,
  turns: Turns,
): Promise<Proving> {
  const { context } = chain
  const proven: ProvenHeader[] = []
  let last = parent
  for (const { header: bytes, certificate } of headers) {
    const header = readHeader(bytes)
    if (typeof header === 'string') return { proven, stopped: header }
    const checked = checkHeader(header, last, { ...context, roster })
    if (checked.outcome === 'refused') return { proven, stopped: checked.why }
    const certified = checkCertificate(header, certificate, roster)
    if (certified.outcome === 'refused') return { proven, stopped: certified.why }
    proven.push({ header, certificate, weight: certified.weight })
    last = header
    await turns.next()
  }
  return { proven, stopped: null }
}

function readHeader(bytes: Uint8Array): SealedHeader | string {
  try {
    return decodeHeader(bytes)
  } catch (error) {
    if (error instanceof DecodeError) return error.message
    throw error
  }
}
