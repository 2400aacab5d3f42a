import { z } from 'zod'
import { AccountId, Address, PeerId, TimeMs } from '../ids.ts'
import { NetworkId } from './ledger.ts'

/** How a connection runs. `lan`: direct, to a private address. `local`: this machine. */
export const Route = z.enum(['direct', 'lan', 'local', 'relayed'])
export type Route = z.infer<typeof Route>

export const Transport = z.enum(['tcp', 'ws', 'webrtc', 'webrtc-direct', 'relay', 'memory'])
export type Transport = z.infer<typeof Transport>

/** What a peer's conduct has earned it, from the door: falls with each offence, heals with time. */
export const Standing = z.object({
  /** 100 is untouched, 0 is banned. */
  score: z.number().min(0).max(100),
  standing: z.enum(['good', 'throttled', 'disconnected', 'banned']),
  /** The latest reasons first, at most eight. */
  lowered: z.array(z.object({ why: z.string(), points: z.number(), atMs: TimeMs })),
  /** When it is good again, if nothing more happens; null while it is. */
  goodAtMs: TimeMs.nullable(),
  /** What it may still open of each protocol that it used lately, before it has to wait. */
  rates: z.array(z.object({ protocol: z.string(), left: z.number(), burst: z.number(), perSecond: z.number() })),
})
export type Standing = z.infer<typeof Standing>

export const FoundBy = z.enum(['lan', 'address', 'invitation', 'demo', 'dht', 'introducer', 'inbound', 'contact'])
export type FoundBy = z.infer<typeof FoundBy>

/** What is left of a circuit before the introducer cuts it; another takes over earlier. Null: no such limit. */
export const Fuel = z.object({
  /** The introducer that carries it. */
  through: PeerId,
  dataBytes: z.number().nullable(),
  leftBytes: z.number().nullable(),
  durationMs: z.number().nullable(),
  untilMs: TimeMs.nullable(),
})
export type Fuel = z.infer<typeof Fuel>

export const Peer = z.object({
  peerId: PeerId,
  /** Proven by hello; null until then. */
  account: AccountId.nullable(),
  demo: z.boolean(),
  state: z.enum(['connected', 'connecting', 'waiting', 'away']),
  route: Route.nullable(),
  transport: Transport.nullable(),
  /** While it is relayed. */
  fuel: Fuel.nullable(),
  addresses: z.array(Address),
  foundBy: z.array(FoundBy),
  rttMs: z.number().nullable(),
  agent: z.string().nullable(),
  protocols: z.array(z.string()),
  connectedMs: TimeMs.nullable(),
  /** When it is dialled again (state `waiting`), and what the last attempt ended in, as a sentence. */
  nextDialMs: TimeMs.nullable(),
  lastError: z.string().nullable(),
  standing: Standing,
})
export type Peer = z.infer<typeof Peer>

/** The lamp: how others can reach this device, and the reasons, in words that can be copied for support. */
export const Reachability = z.object({
  lamp: z.enum(['direct', 'relayed', 'lan', 'offline']),
  why: z.array(z.string()),
  listening: z.array(Address),
})
export type Reachability = z.infer<typeof Reachability>

/** `latch://invite/<base64url of a signed DAG-CBOR envelope>`; see docs/wire/invitation.md. */
export const InvitationLink = z
  .string()
  .trim()
  .max(4096)
  .regex(/^latch:\/\/invite\/[A-Za-z0-9_-]+$/, 'not an invitation link')

export const Invitation = z.object({
  account: AccountId,
  name: z.string(),
  peerId: PeerId,
  addresses: z.array(Address),
  expiresMs: TimeMs,
  /** Whose ledger the inviter follows, and what they call it. Null: an invitation of before there were any. */
  network: z.object({ id: NetworkId, label: z.string() }).nullable(),
})
export type Invitation = z.infer<typeof Invitation>

/** An invitation of ours that was not used yet. The link itself is not kept: whoever reads it could use it. */
export const PendingInvitation = z.object({
  /** The first ten hexadecimal digits of its token's hash. */
  id: z.string().regex(/^[0-9a-f]{10}$/),
  createdMs: TimeMs,
  expiresMs: TimeMs,
})
export type PendingInvitation = z.infer<typeof PendingInvitation>

/** An invitation just made. Its link is told this once. */
export const MadeInvitation = z.object({ link: InvitationLink, id: PendingInvitation.shape.id, invitation: Invitation })
export type MadeInvitation = z.infer<typeof MadeInvitation>
