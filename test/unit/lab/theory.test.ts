import { describe, expect, test } from 'vitest'
import { KINDS, pairsOf, TRAITS } from '../../lab/kinds.ts'
import { expected, timeLimitMs } from '../../lab/theory.ts'

describe('theory', () => {
  test('there are 66 pairs, and what one can do with another the other can do with it', () => {
    const pairs = pairsOf(KINDS)
    expect(pairs).toHaveLength(66)
    for (const [a, b] of pairs) expect(expected(a, b)).toEqual(expected(b, a))
  })

  test.each(KINDS.filter((kind) => TRAITS[kind].tcpOut === 'any'))('%s reaches an open or mapped port', (kind) => {
    expect(expected(kind, 'public').way).toBe('tcp')
    expect(expected('upnp', kind).way).toBe('tcp')
  })

  test.each(['full-cone', 'address-restricted'] as const)('a symmetric NAT gets through to %s', (kind) => {
    expect(expected('symmetric', kind).way).toBe('webrtc')
  })

  test.each(['port-restricted', 'double-nat', 'lossy', 'slow', 'symmetric'] as const)('and not to %s', (kind) => {
    expect(expected('symmetric', kind).way).toBe('relay')
  })

  test.each(['full-cone', 'address-restricted', 'port-restricted', 'double-nat', 'lossy', 'slow'] as const)(
    '%s meets a port-restricted one over WebRTC',
    (kind) => {
      expect(expected(kind, 'port-restricted').way).toBe('webrtc')
    },
  )

  test.each(['full-cone', 'symmetric', 'udp-blocked', 'only-443'] as const)(
    'without UDP, and without an open port, %s is left the relay',
    (kind) => {
      expect(expected('udp-blocked', kind).way).toBe('relay')
    },
  )

  test.each(KINDS)('where only port 443 is open, %s is met through the relay', (kind) => {
    expect(expected('only-443', kind).way).toBe('relay')
  })

  test('a pair has a minute, but where loss on a long way makes that impossible', () => {
    const longer = pairsOf(KINDS).filter(([a, b]) => timeLimitMs(a, b) > 60_000)
    expect(longer).toEqual([['lossy', 'slow']])
  })
})
