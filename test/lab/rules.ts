import type { Traits } from './kinds.ts'

/** How long a word that went out lets answers in, as RFC 4787 asks at least. */
const TALKED_SECONDS = 120

/** Where miniupnpd enters the ports it gives away. */
export const UPNP_CHAINS = {
  table: 'lab',
  forward: 'upnp_forward',
  prerouting: 'upnp_prerouting',
  postrouting: 'upnp_postrouting',
}

export type GatewayTraits = Pick<Traits, 'mapping' | 'filtering' | 'udp' | 'tcpOut' | 'tcpIn' | 'lossPercent'>

/** Pure. The nftables rules of one gateway, whose interfaces are `wan` and `lan`, for the one host behind it. */
export function gatewayRules(traits: GatewayTraits, inner: string): string {
  const lines = [
    'table inet lab {',
    ...filteringSet(traits),
    ...prerouting(traits, inner),
    ...postrouting(traits),
    ...forward(traits),
    '  chain input {',
    '    type filter hook input priority filter; policy accept;',
    // Otherwise unsolicited packets leave an entry in conntrack, and that takes the port of the answer.
    '    iifname "wan" ct state new drop',
    '  }',
    ...(traits.tcpIn === 'mapped' ? upnpChains() : []),
    '}',
  ]
  return `${lines.join('\n')}\n`
}

/** Who was spoken to. Linux's own masquerade is port-restricted; the other two need a memory. */
function filteringSet({ filtering }: GatewayTraits): string[] {
  const type = setOf(filtering)
  if (type === null) return []
  return [
    '  set talked {',
    `    type ${type.type}`,
    '    flags dynamic,timeout',
    `    timeout ${TALKED_SECONDS}s`,
    '    size 65535',
    '  }',
    '  chain remember {',
    // Before the address is rewritten; the port stays what it is.
    '    type filter hook postrouting priority srcnat - 10; policy accept;',
    `    oifname "wan" meta l4proto udp update @talked { ${type.going} }`,
    '  }',
  ]
}

function setOf(filtering: Traits['filtering']): { type: string; going: string; coming: string } | null {
  if (filtering === 'anybody') return { type: 'inet_service', going: 'udp sport', coming: 'udp dport' }
  if (filtering === 'address') {
    return { type: 'ipv4_addr . inet_service', going: 'ip daddr . udp sport', coming: 'ip saddr . udp dport' }
  }
  return null
}

function prerouting({ filtering, tcpIn }: GatewayTraits, inner: string): string[] {
  const type = setOf(filtering)
  return [
    '  chain prerouting {',
    '    type nat hook prerouting priority dstnat; policy accept;',
    ...(type === null ? [] : [`    iifname "wan" ${type.coming} @talked dnat ip to ${inner}`]),
    ...(tcpIn === 'mapped' ? [`    jump ${UPNP_CHAINS.prerouting}`] : []),
    '  }',
  ]
}

function postrouting({ mapping, tcpIn }: GatewayTraits): string[] {
  return [
    '  chain postrouting {',
    '    type nat hook postrouting priority srcnat; policy accept;',
    ...(tcpIn === 'mapped' ? [`    jump ${UPNP_CHAINS.postrouting}`] : []),
    `    oifname "wan" masquerade${mapping === 'one for each' ? ' fully-random' : ''}`,
    '  }',
  ]
}

function forward({ udp, tcpOut, tcpIn, lossPercent }: GatewayTraits): string[] {
  return [
    '  chain forward {',
    '    type filter hook forward priority filter; policy drop;',
    ...(lossPercent > 0 ? [`    numgen random mod 100 < ${lossPercent} drop`] : []),
    '    ct state established,related accept',
    '    ct status dnat accept',
    ...(tcpIn === 'mapped' ? [`    jump ${UPNP_CHAINS.forward}`] : []),
    ...(udp ? [] : ['    meta l4proto udp drop']),
    tcpOut === 'any' ? '    iifname "lan" accept' : '    iifname "lan" tcp dport 443 accept',
    '  }',
  ]
}

function upnpChains(): string[] {
  const { forward: forwarded, prerouting: before, postrouting: after } = UPNP_CHAINS
  return [forwarded, before, after].flatMap((name) => [`  chain ${name} {`, '  }'])
}

/** Pure. The configuration of the gateway's miniupnpd: its host may have any port above the privileged ones. */
export function upnpConfig(uuid: string, leaseFile: string): string {
  return `${[
    'ext_ifname=wan',
    'listening_ip=lan',
    'ipv6_disable=yes',
    'enable_natpmp=no',
    `upnp_table_name=${UPNP_CHAINS.table}`,
    `upnp_nat_table_name=${UPNP_CHAINS.table}`,
    `upnp_forward_chain=${UPNP_CHAINS.forward}`,
    `upnp_nat_chain=${UPNP_CHAINS.prerouting}`,
    `upnp_nat_postrouting_chain=${UPNP_CHAINS.postrouting}`,
    `lease_file=${leaseFile}`,
    `uuid=${uuid}`,
    'secure_mode=yes',
    'system_uptime=yes',
    'allow 1024-65535 10.0.0.0/8 1024-65535',
    'deny 0-65535 0.0.0.0/0 0-65535',
  ].join('\n')}\n`
}
