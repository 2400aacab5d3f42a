import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_RPC_MESSAGE, whyNotRpc } from '../../../src/main/control/rpc-message.ts'

describe('what a client may send', () => {
  it.each([
    '{"i":"1","p":{"u":"/node/status"}}',
    '{"i":"z9","p":{"u":"/x","b":{"json":1},"h":{"a":"b"},"m":"GET"}}',
    '{"i":"1","t":4}',
  ])('is a call, or that its answer is no longer wanted: %s', (text) => {
    expect(whyNotRpc(text)).toBeNull()
  })

  it.each([
    [undefined, 'not text'],
    [new Uint8Array(1), 'not text'],
    ['x'.repeat(MAX_RPC_MESSAGE + 1), `longer than ${MAX_RPC_MESSAGE}`],
    ['', 'not JSON'],
    ['{"i":', 'not JSON'],
    ['null', 'not an rpc message'],
    ['[]', 'not an rpc message'],
    ['{"i":1,"p":{"u":"/x"}}', 'not an rpc message'],
    ['{"i":"","p":{"u":"/x"}}', 'not an rpc message'],
    ['{"i":"1"}', 'not an rpc message'],
    ['{"i":"1","t":2,"p":{}}', 'not an rpc message'],
    ['{"i":"1","t":3,"p":{"e":"message"}}', 'not an rpc message'],
    ['{"i":"1","p":{"u":"http://x/"}}', 'not an rpc message'],
    ['{"i":"1","p":{"u":"/x","h":7}}', 'not an rpc message'],
  ])('is nothing else: %j', (data, why) => {
    expect(whyNotRpc(data)).toBe(why)
  })

  it('is looked at without throwing, whatever comes', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => typeof whyNotRpc(text) !== 'undefined'))
  })
})
