import { systemClock, type Clock } from '../../../src/main/platform/clock.ts'
import { createNamesProtocol, type Answer, type NamesHandlers, type NamesProtocol } from '../../../src/main/protocols/names/index.ts'
import type { TestNode } from '../../helpers/two-nodes.ts'

export const [NET, KEY, OTHER] = ['01'.repeat(32), '02'.repeat(32), '03'.repeat(32)]
export const ZONE_BYTES = Uint8Array.of(1, 2, 3)
export const found = (key = KEY, zone = ZONE_BYTES): Answer => ({ status: 'zone', key, zone })
export const nothing: Answer = { status: 'none', closer: [] }

export function protocolOf(node: TestNode, clock: Clock = systemClock): NamesProtocol {
  return createNamesProtocol({ streams: node.streams, clock, offence: node.offence })
}

/** Has nothing, holds nothing and tells of nothing, but for what the test says. */
export const handlers = (over: Partial<NamesHandlers> = {}): NamesHandlers => ({
  get: () => nothing,
  put: () => ({ status: 'unknown' }),
  watch: () => 'foreign',
  ...over,
})

/** Resolves with the reason for which a promise was refused. */
export async function why(promise: Promise<unknown>): Promise<unknown> {
  try {
    return `resolved: ${JSON.stringify(await promise)}`
  } catch (error) {
    return error
  }
}

