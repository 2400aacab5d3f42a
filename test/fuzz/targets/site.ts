import { readTarget, writtenPath } from '../../../src/main/platform/http-target.ts'
import { MAX_ANSWER_BYTES, MAX_OPENING_BYTES } from '../../../src/main/protocols/site/constants.ts'
import { Answer, Opening } from '../../../src/main/protocols/site/messages.ts'
import { all, message, must } from '../oracle.ts'

const checks = [message(Opening, MAX_OPENING_BYTES), message(Answer, MAX_ANSWER_BYTES)]

/** `/latch/site`: the opening and its answer; and the target of each request. */
export async function fuzz(data: Buffer): Promise<void> {
  await all(data, checks)
  const read = readTarget(data.toString('latin1'))
  if (read.outcome === 'refused') return
  const { target } = read
  must(!target.segments.some((segment) => segment === '..' || /[/\\\0]/.test(segment)), 'a step to somewhere else')
  const again = readTarget(`${writtenPath(target)}${target.query}`)
  must(again.outcome === 'read' && JSON.stringify(again.target) === JSON.stringify(target), 'a path with two readings')
}
