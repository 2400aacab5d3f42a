import { decisions } from '../ledger/decisions.ts'
import { validation } from '../ledger/validation.ts'
import type { Figure } from '../report.ts'

/** How fast entries are judged, and how soon validators agree. */
export async function ledger(): Promise<Figure[]> {
  return [...(await validation()), ...(await decisions())]
}
