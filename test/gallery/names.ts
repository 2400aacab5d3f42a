import type { NamesSnapshot } from '../../src/shared/contract/names.ts'
import type { Submitted } from '../../src/shared/model/blocks.ts'
import type { NameLabel, NameOnLedger } from '../../src/shared/model/ledger.ts'
import type {
  CacheLine,
  ClaimStep,
  LookupProgress,
  MyName,
  Publication,
  Revocation,
  ZoneSet,
} from '../../src/shared/model/names.ts'
import { networkIdOf } from './ids.ts'
import { entry } from './ledger-parts.ts'
import { published, zoneOf } from './names-parts.ts'
import { me, now } from './people.ts'
import type { implementWith, World } from './world.ts'

/** The names of a scene: what the window is shown, and what stands behind its calls. */
export interface NamesScene extends NamesSnapshot {
  /** Those of others, for whoever asks whose a name is. */
  others: NameOnLedger[]
  cache: CacheLine[]
  /** What a look-up goes through; by what is asked for, or `*`. */
  lookups: Record<string, LookupProgress[]>
  /** It stays where it is after its last step: a picture of one that runs. */
  lookupHangs: boolean
  claimSteps: ClaimStep[]
  /** What renew, transfer, take and release are answered; null: taken. */
  submitted: Submitted | null
  /** What comes of writing a zone; null: signed. */
  zoneSet: ZoneSet | null
  publication: Publication | null
  revocation: Revocation
}

export function namesScene(changes: Partial<NamesScene> = {}): NamesScene {
  return {
    network: networkIdOf('home'),
    tld: 'peer',
    mine: [],
    held: { zones: 0, bytes: 0 },
    dns: { state: 'off', port: 5_350, why: null },
    others: [],
    cache: [],
    lookups: {},
    lookupHangs: false,
    claimSteps: [{ step: 'working', what: 'commitment', bits: 15 }],
    submitted: null,
    zoneSet: null,
    publication: null,
    revocation: { entry: 'pGRraW5kZnJldm9rZQ==', names: [] },
    ...changes,
  }
}

/** Names over one scene. */
export function createNames(os: ReturnType<typeof implementWith>, world: World) {
  const scene = (): NamesScene => world.scene.names
  const mine = (name: NameLabel): MyName | undefined => scene().mine.find((one) => one.name === name)
  const put = (name: MyName): MyName => {
    scene().mine = [...scene().mine.filter((one) => one.name !== name.name), name]
    world.names.tell({ event: 'name-changed', name })
    return name
  }
  const gone = (name: NameLabel): void => {
    scene().mine = scene().mine.filter((one) => one.name !== name)
    world.names.tell({ event: 'name-gone', name })
  }
  const submit = (kind: 'renew' | 'transfer' | 'release', name: NameLabel): Submitted =>
    scene().submitted ?? { outcome: 'taken', entry: entry(kind, 'me', { name }), peers: 4 }

  return {
    mine: os.names.mine.handler(() => scene().mine),
    claim: os.names.claim.handler(async function* ({ input: { name } }) {
      for (const step of scene().claimSteps) {
        const none = { onLedger: null, zone: null, publication: null, attention: null, ended: false }
        put({ name, fullName: `${name}.${scene().tld}`, claim: step, ...none })
        yield step
      }
    }),
    dropClaim: os.names.dropClaim.handler(({ input }) => {
      gone(input.name)
      return input
    }),
    renew: os.names.renew.handler(({ input }) => submit('renew', input.name)),
    transfer: os.names.transfer.handler(({ input: { name, to } }) => {
      const one = mine(name)
      const offeredTo = to === me.account ? null : to
      if (one?.onLedger != null) put({ ...one, onLedger: { ...one.onLedger, offeredTo } })
      return submit('transfer', name)
    }),
    take: os.names.take.handler(({ input }) => submit('transfer', input.name)),
    release: os.names.release.handler(({ input }) => {
      const submitted = submit('release', input.name)
      if (submitted.outcome === 'taken') gone(input.name)
      return submitted
    }),
    revocation: os.names.revocation.handler(() => scene().revocation),
    zone: os.names.zone.handler(({ input, errors }) => {
      const one = mine(input.name)
      if (one === undefined) throw errors.NOT_FOUND()
      return one.zone
    }),
    setZone: os.names.setZone.handler(({ input, errors }): ZoneSet => {
      const one = mine(input.name)
      if (one === undefined) throw errors.NOT_FOUND()
      const said = scene().zoneSet
      if (said !== null) return said
      const seq = (one.zone?.seq ?? 0) + 1
      const zone = zoneOf(one.name, input.records as never, { seq, issuedAtMs: now(), ttlMs: input.ttlMs ?? 300_000 })
      const publication = published({ seq })
      put({ ...one, zone, publication })
      return { outcome: 'signed', zone, publication }
    }),
    publish: os.names.publish.handler(({ input, errors }) => {
      const one = mine(input.name)
      if (one === undefined) throw errors.NOT_FOUND()
      const publication = scene().publication ?? published({ seq: one.zone?.seq ?? 1, atMs: now() })
      put({ ...one, publication })
      return publication
    }),
    query: os.names.query.handler(({ input, errors }) => {
      const last = (scene().lookups[input.text] ?? scene().lookups['*'])?.at(-1)
      if (last === undefined || last.kind === 'step') throw errors.UNREACHABLE()
      return last.lookup
    }),
    lookup: os.names.lookup.handler(async function* ({ input }) {
      const progress = scene().lookups[input.text] ?? scene().lookups['*'] ?? []
      for (const one of progress) yield one
      if (scene().lookupHangs) await new Promise(() => {})
    }),
    cache: os.names.cache.handler(() => scene().cache),
    clearCache: os.names.clearCache.handler(({ input }) => {
      const before = scene().cache.length
      scene().cache = scene().cache.filter(({ fullName }) => input.fullName !== undefined && fullName !== input.fullName)
      return { cleared: before - scene().cache.length }
    }),
    dns: os.names.dns.handler(() => scene().dns),
    watch: os.names.watch.handler(({ signal }) =>
      world.names.watch(() => {
        const { network, tld, mine, held, dns } = scene()
        return { network, tld, mine, held, dns }
      }, signal),
    ),
  }
}
