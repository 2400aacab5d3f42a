import type { LogFilter } from '../../../shared/model/door.ts'

/** The condition of a filter in SQL, each part after an AND, with what its question marks stand for. */
export function whereOf(filter: LogFilter): { where: string; params: (string | number)[] } {
  const { account, capability, verdict, by, rule, sinceMs, untilMs, text } = filter
  const parts: [string, (string | number)[]][] = []
  const equal = { account, capability, verdict, by, rule }
  for (const [column, value] of Object.entries(equal)) if (value !== undefined) parts.push([`"${column}" = ?`, [value]])
  if (sinceMs !== undefined) parts.push(['at_ms >= ?', [sinceMs]])
  if (untilMs !== undefined) parts.push(['at_ms <= ?', [untilMs]])
  if (text !== undefined && text !== '') {
    const words = asIs(text)
    const found = ["why LIKE ? ESCAPE '\\'", "account LIKE ? ESCAPE '\\'", "peer LIKE ? ESCAPE '\\'"]
    parts.push([`(${found.join(' OR ')})`, [`%${words}%`, `${words}%`, `${words}%`]])
  }
  return { where: parts.map(([part]) => ` AND ${part}`).join(''), params: parts.flatMap(([, params]) => params) }
}

/** What LIKE would read as "anything" stands for itself. */
function asIs(text: string): string {
  return text.replaceAll(/[\\%_]/g, (special) => `\\${special}`)
}
