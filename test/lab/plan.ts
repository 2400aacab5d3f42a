import { TRAITS, type Kind } from './kinds.ts'
import { gatewayRules } from './rules.ts'

/*
 * What the lab is built of, decided before anything is built:
 *
 *   internet   a switch; everything "public" hangs on it in 5.0.0.0/8
 *   public     host ── internet
 *   NAT        host ── gateway ── internet
 *   double     host ── gateway ── carrier ── internet
 *   slow       as NAT, but the wire between host and gateway is a VXLAN whose datagrams a relay in `far` holds back:
 *              host ▫ air ── far (delay-relay.ts) ── air ▫ gateway
 *
 * 5.0.0.0/8 because libp2p counts the ranges that are meant for examples as private.
 */

/** A name of a namespace within one world: `ana`, `ana-gateway`. */
export type Space = string

export interface Wanted {
  readonly name: string
  readonly kind: Kind
  /** Public addresses of its own, where it is public; each in another /24. */
  readonly addresses?: number
  /** Whether each TCP connection leaves from another of them, as if each were another machine's. */
  readonly spread?: boolean
}

export interface Site {
  readonly name: string
  readonly kind: Kind
  readonly host: Space
  /** Outermost first. */
  readonly gateways: readonly Space[]
  /** Its own address. */
  readonly inner: string
  /** Where the internet sees it: its gateway's address or its own. */
  readonly outer: string
  /** All of its own public addresses. */
  readonly public: readonly string[]
}

export interface End {
  readonly space: Space
  readonly interface: string
}

export interface Plan {
  readonly sites: readonly Site[]
  readonly spaces: readonly Space[]
  readonly wires: readonly (readonly [End, End])[]
  /** Shell scripts by namespace: first those that make interfaces for others, then all the rest. */
  readonly before: readonly { space: Space; script: string }[]
  readonly scripts: readonly { space: Space; script: string }[]
  /** Namespaces whose relay holds back what passes, and for how long, one way. */
  readonly delays: readonly { space: Space; oneWayMs: number }[]
}

export const INTERNET: Space = 'internet'
/** 1,500 and what VXLAN puts around it. */
const AIR_MTU = 1_600
const VXLAN_PORTS = { host: 4789, gateway: 4790 }
export const DELAY = { far: '169.254.7.2', air: '169.254.7.1', ports: VXLAN_PORTS }

/** Pure. `full` turns the name of a namespace into the one it has on this machine. */
export function plan(wanted: readonly Wanted[], full: (space: Space) => string, netem: boolean): Plan {
  const parts = wanted.map((site, i) => planSite(site, i + 1, full, netem))
  const ports = parts.map((_, i) => `ip link set p${i + 1} master br0 up`)
  const bridge = ['ip link add br0 type bridge', 'ip link set br0 up', ...ports].join('\n')
  return {
    sites: parts.map(({ site }) => site),
    spaces: [INTERNET, ...parts.flatMap(({ spaces }) => spaces)],
    wires: parts.flatMap(({ wires }) => wires),
    before: parts.flatMap(({ before }) => before),
    scripts: [{ space: INTERNET, script: bridge }, ...parts.flatMap(({ scripts }) => scripts)],
    delays: parts.flatMap(({ delays }) => delays),
  }
}

type Part = Omit<Plan, 'sites'> & { readonly site: Site }

function planSite(
  { name, kind, addresses = 1, spread = false }: Wanted,
  number: number,
  full: (space: Space) => string,
  netem: boolean,
): Part {
  const outside = Array.from({ length: TRAITS[kind].gateways === 0 ? addresses : 1 }, (_, i) => `5.${number}.${i}.1`)
  const [outer = ''] = outside
  const addressed = outside.map((one) => address('wan', `${one}/8`))
  const port: End = { space: INTERNET, interface: `p${number}` }
  const base = { spaces: [name], before: [], delays: [] }
  if (TRAITS[kind].gateways === 0) {
    return {
      ...base,
      site: { name, kind, host: name, gateways: [], inner: outer, outer, public: outside },
      wires: [[port, { space: name, interface: 'wan' }]],
      scripts: [{ space: name, script: [...addressed, up('wan'), ...(spread ? spreading(outside) : [])].join('\n') }],
    }
  }
  return behindGateways({ name, kind, number, outer, port, full, netem })
}

interface Behind {
  readonly name: string
  readonly kind: Kind
  readonly number: number
  readonly outer: string
  readonly port: End
  readonly full: (space: Space) => string
  readonly netem: boolean
}

function behindGateways({ name, kind, number, outer, port, full, netem }: Behind): Part {
  const traits = TRAITS[kind]
  const [gateway, carrier] = [`${name}-gateway`, `${name}-carrier`]
  const isDouble = traits.gateways === 2
  const inner = `10.${number}.0.2`
  const between = { carrier: `100.64.${number}.1`, gateway: `100.64.${number}.2` }
  const oneWayMs = traits.roundTripMs / 2
  const isAired = oneWayMs > 0 && !netem
  const last = ((): Pick<Plan, 'spaces' | 'wires' | 'before' | 'delays'> => {
    if (isAired) return air(name, gateway, oneWayMs, full)
    const wire: [End, End] = [{ space: gateway, interface: 'lan' }, { space: name, interface: 'lan' }]
    return { spaces: [], wires: [wire], before: [], delays: [] }
  })()
  const held = (device: string): string[] =>
    oneWayMs > 0 && netem ? [`tc qdisc add dev ${device} root netem delay ${oneWayMs}ms limit 100000`] : []
  // Loss and delay are per packet, so nothing may pass as one large piece that the kernel would cut up later.
  const single = (device: string): string[] =>
    oneWayMs > 0 || traits.lossPercent > 0 ? [`ip link set ${device} gso_max_segs 1`] : []
  const wan = isDouble
    ? { mine: between.gateway, length: 24, via: between.carrier }
    : { mine: outer, length: 8, via: null }
  const gatewayScript = [
    address('wan', `${wan.mine}/${wan.length}`),
    up('wan'),
    address('lan', `10.${number}.0.1/24`),
    up('lan'),
    ...single('wan'),
    ...single('lan'),
    ...held('lan'),
    ...(wan.via === null ? [] : [`ip route add default via ${wan.via}`]),
    ...route(gatewayRules(traits, inner)),
  ]
  const hostScript = [
    address('lan', `${inner}/24`),
    up('lan'),
    ...single('lan'),
    ...held('lan'),
    `ip route add default via 10.${number}.0.1`,
  ]
  const carrierScript = [
    address('wan', `${outer}/8`),
    up('wan'),
    address('lan', `${between.carrier}/24`),
    up('lan'),
    ...route(gatewayRules(traits, between.gateway)),
  ]
  const outermost = isDouble ? carrier : gateway
  return {
    site: { name, kind, host: name, gateways: isDouble ? [carrier, gateway] : [gateway], inner, outer, public: [] },
    spaces: [name, gateway, ...(isDouble ? [carrier] : []), ...last.spaces],
    wires: [
      [port, { space: outermost, interface: 'wan' }],
      ...(isDouble ? [[{ space: carrier, interface: 'lan' }, { space: gateway, interface: 'wan' }] as [End, End]] : []),
      ...last.wires,
    ],
    before: last.before,
    scripts: [
      { space: INTERNET, script: single(port.interface).join('\n') },
      ...(isDouble ? [{ space: carrier, script: carrierScript.join('\n') }] : []),
      { space: gateway, script: gatewayScript.join('\n') },
      { space: name, script: hostScript.join('\n') },
    ],
    delays: last.delays,
  }
}

/** A wire of VXLAN. Its two ends are made in `air`, whose sockets they keep, and moved to where they are used. */
function air(name: string, gateway: Space, oneWayMs: number, full: (space: Space) => string) {
  const [sky, far] = [`${name}-air`, `${name}-far`]
  const end = (device: string, port: number, space: Space): string[] => [
    `ip link add ${device} mtu 1500 type vxlan id 1 remote ${DELAY.far} dstport ${port} dev air nolearning`,
    `ip link set ${device} netns ${full(space)} name lan`,
  ]
  const wire: [End, End] = [{ space: sky, interface: 'air' }, { space: far, interface: 'air' }]
  const setUp = (mine: string): string[] => [`ip link set air mtu ${AIR_MTU}`, address('air', `${mine}/24`), up('air')]
  const ends = [...end('toHost', VXLAN_PORTS.host, name), ...end('toGateway', VXLAN_PORTS.gateway, gateway)]
  const skyScript = [...setUp(DELAY.air), ...ends]
  return {
    spaces: [sky, far],
    wires: [wire],
    before: [
      { space: far, script: setUp(DELAY.far).join('\n') },
      { space: sky, script: skyScript.join('\n') },
    ],
    delays: [{ space: far, oneWayMs }],
  }
}

function address(device: string, which: string): string {
  return `ip addr add ${which} dev ${device}`
}

function up(device: string): string {
  return `ip link set ${device} up`
}

function route(rules: string): string[] {
  return ['sysctl -qw net.ipv4.ip_forward=1', rulesOf(rules)]
}

/** Pure. A connection after another leaves from the next of these addresses. */
function spreading(addresses: readonly string[]): string[] {
  const map = addresses.map((one, i) => `${i} : ${one}`).join(', ')
  return [
    rulesOf(`table ip lab {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "wan" meta l4proto tcp snat to numgen inc mod ${addresses.length} map { ${map} }
  }
}
`),
  ]
}

function rulesOf(rules: string): string {
  return `nft -f - <<'RULES'\n${rules}RULES`
}
