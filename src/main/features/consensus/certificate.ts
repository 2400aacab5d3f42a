import { VALUE_BYTES, type Signature } from '../../protocols/consensus/index.ts'
import type { Session } from './session.ts'
import { flawOf, forgedOf, maskOf, type Verify } from './signatures.ts'

/** Commits of t + 1 distinct validators: one of them is honest, and an honest one commits only to what was decided. */
export interface Certificate {
  readonly value: Uint8Array
  readonly commits: readonly Signature[]
}

export type CertificateVerdict =
  | { readonly verdict: 'valid'; readonly why: string; readonly signers: bigint }
  | { readonly verdict: 'refused'; readonly why: string }

/** Whether `certificate` proves that `session` decided its value. The session is made of facts that the caller knows. */
export function checkCertificate(certificate: Certificate, session: Session, verify: Verify): CertificateVerdict {
  const refused = (why: string): CertificateVerdict => ({ verdict: 'refused', why })
  const { value, commits } = certificate
  const { facts, needs } = session
  if (value.byteLength !== VALUE_BYTES) return refused('a value that is no block')
  // More than all would only be more to check.
  if (commits.length > facts.validators.length) return refused('more commits than validators')
  const flaw = flawOf(commits, facts.validators.length)
  if (flaw !== null) return refused(flaw)
  if (commits.length < needs.commits) return refused(`${commits.length} commits of ${needs.commits}`)
  const forged = forgedOf(commits, () => 'commit', { session, value, verify })
  if (forged !== null) return refused(`the commit of validator ${forged} does not hold`)
  return { verdict: 'valid', why: `${commits.length} of ${facts.validators.length} committed`, signers: maskOf(commits) }
}
