import { describe, expect, test } from 'vitest'
import { KINDS, TRAITS } from '../../lab/kinds.ts'
import { plan } from '../../lab/plan.ts'
import { gatewayRules } from '../../lab/rules.ts'

describe('the rules of a gateway', () => {
  const behindNat = KINDS.filter((kind) => TRAITS[kind].gateways > 0)
  test.each(behindNat)('%s: every brace is closed, and no statement shares a line', (kind) => {
    const lines = gatewayRules(TRAITS[kind], '10.1.0.2').trim().split('\n')
    const opened = lines.filter((line) => line.endsWith('{')).length
    expect(lines.filter((line) => line.trim() === '}')).toHaveLength(opened)
  })

  test('each claim is in them, and only where it is claimed', () => {
    const rules = (kind: keyof typeof TRAITS): string => gatewayRules(TRAITS[kind], '10.1.0.2')
    expect(rules('symmetric')).toContain('masquerade fully-random')
    expect(rules('full-cone')).toContain('udp dport @talked dnat ip to 10.1.0.2')
    expect(rules('address-restricted')).toContain('ip saddr . udp dport @talked dnat ip to 10.1.0.2')
    expect(rules('lossy')).toContain('numgen random mod 100 < 5 drop')
    expect(rules('udp-blocked')).toContain('meta l4proto udp drop')
    expect(rules('only-443')).toContain('iifname "lan" tcp dport 443 accept')
    for (const word of ['fully-random', 'dnat ip to', 'numgen', 'l4proto udp drop', 'dport 443']) {
      expect(rules('port-restricted')).not.toContain(word)
    }
  })
})

describe('the plan of a world', () => {
  const wanted = KINDS.map((kind) => ({ name: kind, kind }))
  const full = (space: string): string => `world-${space}`

  test('every wire ends in namespaces that are made, at interfaces that no other wire has', () => {
    const { spaces, wires } = plan(wanted, full, false)
    const ends = wires.flat().map((end) => `${end.space} ${end.interface}`)
    expect(new Set(spaces).size).toBe(spaces.length)
    expect(new Set(ends).size).toBe(ends.length)
    for (const end of wires.flat()) expect(spaces).toContain(end.space)
  })

  test('no interface has a name that Linux refuses', () => {
    for (const end of plan(wanted, full, false).wires.flat()) expect(end.interface.length).toBeLessThanOrEqual(15)
  })

  test('with netem the slow one needs no relay, and without it has one', () => {
    expect(plan(wanted, full, true).delays).toEqual([])
    expect(plan(wanted, full, true).scripts.some(({ script }) => script.includes('netem delay 100ms'))).toBe(true)
    expect(plan(wanted, full, false).delays).toEqual([{ space: 'slow-far', oneWayMs: 100 }])
  })

  test('each public address is in a /24 of its own, and none in a range that libp2p takes for private', () => {
    const { sites } = plan([{ name: 'ines', kind: 'public', addresses: 3 }], full, false)
    expect(sites[0]?.public).toEqual(['5.1.0.1', '5.1.1.1', '5.1.2.1'])
  })
})
