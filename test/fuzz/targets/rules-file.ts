import { openRules } from '../../../src/main/features/door/rules-file.ts'
import { faultOf } from '../../../src/main/features/door/strict-json.ts'
import { must } from '../oracle.ts'

/** Rules that somebody made, as a file or pasted. */
export async function fuzz(data: Buffer): Promise<void> {
  const text = data.toString('utf8')
  const opened = await openRules(text)
  must(opened.outcome === 'valid' || opened.why.endsWith('.'), 'no sentence')
  if (faultOf(text, 8) === 'too-deep') must(opened.outcome === 'invalid', 'what is too deep was read')
}
