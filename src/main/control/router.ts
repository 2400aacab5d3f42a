import type { PeerNode } from '../node/types.ts'
import type { Log } from '../platform/log.ts'
import { base64Of, bytesOf } from './app-words.ts'
import { inContractWords } from './failures.ts'
import { answerApps } from './router-apps.ts'
import { answerBrowsing } from './router-browse.ts'
import { answerChat } from './router-chat.ts'
import { implementer } from './router-parts.ts'
import type { Access, ChoosePath } from './types.ts'

export type Router = ReturnType<typeof createRouter>

/** Where there is no window of its own, there is no dialog either. */
const noDialog: ChoosePath = () => Promise.resolve(null)

/**
 * The contract, answered. Inputs were checked against its schemas before a handler runs; a failure leaves as a typed
 * error of the closed list; a stream ends when its reader goes away.
 */
export function createRouter(
  node: PeerNode,
  log: Log,
  access: () => Access | null,
  choosePath = noDialog,
  mayRead: (path: string) => boolean = () => true,
) {
  const os = implementer(log)

  async function* stream<Item>(call: string, items: AsyncIterable<Item>): AsyncGenerator<Item, void, void> {
    try {
      yield* items
    } catch (error) {
      throw inContractWords(error, call, log)
    }
  }

  const { identity } = node
  const house = () => node.household()

  return os.router({
    identity: {
      get: os.identity.get.handler(() => identity.current()),
      create: os.identity.create.handler(({ input }) => identity.create(input.name)),
      restore: os.identity.restore.handler(({ input }) => identity.restore(input.name, input.phrase)),
      rename: os.identity.rename.handler(({ input }) => identity.rename(input.name)),
      phrase: os.identity.phrase.handler(() => ({ words: identity.phrase() })),
      confirmPhrase: os.identity.confirmPhrase.handler(({ input }) => identity.confirmPhrase(input.phrase)),
      watch: os.identity.watch.handler(({ signal }) => stream('identity.watch', identity.watch(signal))),
    },
    contacts: {
      list: os.contacts.list.handler(() => house().contacts.list()),
      rename: os.contacts.rename.handler(({ input }) => house().contacts.rename(input.account, input.petname)),
      verify: os.contacts.verify.handler(({ input }) => house().contacts.verify(input.account, input.verified)),
      setGroups: os.contacts.setGroups.handler(({ input }) => house().contacts.setGroups(input.account, input.groups)),
      forget: os.contacts.forget.handler(({ input }) => {
        house().contacts.forget(input.account)
        return { account: input.account }
      }),
      watch: os.contacts.watch.handler(({ signal }) => stream('contacts.watch', house().contacts.watch(signal))),
    },
    peers: {
      list: os.peers.list.handler(() => house().peers.list()),
      connect: os.peers.connect.handler(({ input }) => house().peers.connect(input.to)),
      disconnect: os.peers.disconnect.handler(({ input }) => house().peers.disconnect(input.peerId)),
      forget: os.peers.forget.handler(async ({ input }) => {
        await house().peers.forget(input.peerId)
        return { peerId: input.peerId }
      }),
      invite: os.peers.invite.handler(({ input }) => house().peers.invite(input.lastsMs)),
      invitations: os.peers.invitations.handler(() => house().peers.invitations()),
      revokeInvitation: os.peers.revokeInvitation.handler(({ input }) => house().peers.revokeInvitation(input.id)),
      readInvitation: os.peers.readInvitation.handler(({ input }) => house().peers.readInvitation(input.link)),
      reachability: os.peers.reachability.handler(() => house().peers.reachability()),
      watch: os.peers.watch.handler(({ signal }) => stream('peers.watch', house().peers.watch(signal))),
    },
    reach: {
      connectivity: os.reach.connectivity.handler(() => house().reach.connectivity()),
      report: os.reach.report.handler(() => ({ text: house().reach.report() })),
      check: os.reach.check.handler(() => house().reach.check()),
      readIntroducer: os.reach.readIntroducer.handler(({ input }) => house().reach.readIntroducer(input.link)),
      addIntroducer: os.reach.addIntroducer.handler(({ input }) => house().reach.addIntroducer(input.to)),
      enableIntroducer: os.reach.enableIntroducer.handler(({ input }) =>
        house().reach.enableIntroducer(input.peerId, input.enabled),
      ),
      forgetIntroducer: os.reach.forgetIntroducer.handler(async ({ input }) => {
        await house().reach.forgetIntroducer(input.peerId)
        return { peerId: input.peerId }
      }),
      introduction: os.reach.introduction.handler(() => house().introduction.status()),
      watch: os.reach.watch.handler(({ signal }) => stream('reach.watch', house().reach.watch(signal))),
    },
    door: {
      pending: os.door.pending.handler(() => house().door.pending()),
      recent: os.door.recent.handler(() => house().door.recent()),
      answer: os.door.answer.handler(({ input }) => house().door.answer(input.id, input.answer)),
      undo: os.door.undo.handler(({ input }) => house().door.undo(input.id)),
      knock: os.door.knock.handler(({ input: { to, capability, greeting, about } }) =>
        house().door.knock(to, capability, greeting, about),
      ),
      sent: os.door.sent.handler(() => house().door.sent()),
      cancel: os.door.cancel.handler(({ input }) => house().door.cancel(input.id)),
      rules: os.door.rules.handler(() => house().door.rules()),
      addRule: os.door.addRule.handler(({ input }) => house().door.addRule(input, 'person')),
      editRule: os.door.editRule.handler(({ input: { id, ...draft } }) => house().door.editRule(id, draft)),
      enableRule: os.door.enableRule.handler(({ input }) => house().door.enableRule(input.id, input.enabled)),
      removeRule: os.door.removeRule.handler(({ input }) => {
        house().door.removeRule(input.id)
        return { id: input.id }
      }),
      findings: os.door.findings.handler(() => house().door.findings()),
      rehearse: os.door.rehearse.handler(({ input: { replaces, ...draft } }) => house().door.rehearse(draft, replaces)),
      suggestions: os.door.suggestions.handler(() => house().door.suggestions()),
      declineSuggestion: os.door.declineSuggestion.handler(({ input }) => house().door.declineSuggestion(input.id)),
      exportRules: os.door.exportRules.handler(async () => ({ text: await house().door.exportRules() })),
      readRules: os.door.readRules.handler(({ input }) => house().door.readRules(input.text)),
      importRules: os.door.importRules.handler(({ input }) => house().door.importRules(input.text)),
      block: os.door.block.handler(({ input: { account, blocked, note } }) => ({
        blocked: house().door.block(account, blocked, note),
      })),
      log: os.door.log.handler(({ input: { before, limit, ...filter } }) => house().door.log(filter, before, limit)),
      verifyLog: os.door.verifyLog.handler(() => house().door.verifyLog()),
      watch: os.door.watch.handler(({ signal }) => stream('door.watch', house().door.watch(signal))),
    },
    ...answerChat({ os, house, stream }, node.joining, node.restoring, mayRead),
    ledger: {
      head: os.ledger.head.handler(() => house().ledger.head()),
      blocks: os.ledger.blocks.handler(({ input }) => house().ledger.blocks(input.before, input.limit)),
      block: os.ledger.block.handler(({ input }) => house().ledger.block(input.block)),
      entries: os.ledger.entries.handler(({ input }) => house().ledger.entries(input)),
      entry: os.ledger.entry.handler(({ input }) => house().ledger.entry(input.id)),
      prove: os.ledger.prove.handler(({ input }) => house().ledger.prove(input.id)),
      submit: os.ledger.submit.handler(({ input, signal }) =>
        house().ledger.submit('op' in input ? input : { entry: bytesOf(input.entry) }, signal),
      ),
      read: os.ledger.read.handler(({ input }) => house().ledger.read(bytesOf(input.entry))),
      names: os.ledger.names.handler(({ input }) => house().ledger.names(input.account)),
      name: os.ledger.name.handler(({ input }) => house().ledger.name(input.name)),
      proveName: os.ledger.proveName.handler(({ input }) => house().ledger.proveName(input.name)),
      validators: os.ledger.validators.handler(() => house().ledger.validators()),
      rounds: os.ledger.rounds.handler(() => house().ledger.rounds()),
      forks: os.ledger.forks.handler(() => house().ledger.forks()),
      evidence: os.ledger.evidence.handler(() => house().ledger.evidence()),
      checkEvidence: os.ledger.checkEvidence.handler(({ input }) => house().ledger.checkEvidence(bytesOf(input.record))),
      validate: os.ledger.validate.handler(({ input, signal }) =>
        house().ledger.validate(input.fromHeight, input.peers, signal),
      ),
      watch: os.ledger.watch.handler(({ signal }) => stream('ledger.watch', house().ledger.watch(signal))),
    },
    networks: {
      list: os.networks.list.handler(() => house().networks.list()),
      card: os.networks.card.handler(() => house().networks.card()),
      readCard: os.networks.readCard.handler(({ input }) => house().networks.readCard(input.link)),
      make: os.networks.make.handler(({ input }) => house().networks.make(input)),
      link: os.networks.link.handler(({ input }) => house().networks.link(input.id)),
      read: os.networks.read.handler(({ input }) => house().networks.read(input.link)),
      join: os.networks.join.handler(({ input }) => house().networks.join(input.link, input.use)),
      use: os.networks.use.handler(({ input }) => house().networks.use(input.id)),
      rename: os.networks.rename.handler(({ input }) => house().networks.rename(input.id, input.label)),
      forget: os.networks.forget.handler(({ input }) => {
        house().networks.forget(input.id)
        return { id: input.id }
      }),
      watch: os.networks.watch.handler(({ signal }) => stream('networks.watch', house().networks.watch(signal))),
    },
    square: {
      rooms: os.square.rooms.handler(() => house().square.rooms()),
      enter: os.square.enter.handler(({ input }) => house().square.enter(input.room)),
      leave: os.square.leave.handler(({ input }) => {
        house().square.leave(input.room)
        return { room: input.room }
      }),
      posts: os.square.posts.handler(({ input }) => house().square.posts(input.room, input.before, input.limit)),
      post: os.square.post.handler(({ input }) => house().square.post(input.room, input.text)),
      trace: os.square.trace.handler(({ input, signal }) => house().square.trace(input.id, signal)),
      markRead: os.square.markRead.handler(({ input }) => house().square.markRead(input.room)),
      mute: os.square.mute.handler(({ input }) => ({ muted: house().square.mute(input.account, input.muted) })),
      muted: os.square.muted.handler(() => house().square.muted()),
      watch: os.square.watch.handler(({ signal }) => stream('square.watch', house().square.watch(signal))),
    },
    names: {
      mine: os.names.mine.handler(() => house().names.mine()),
      claim: os.names.claim.handler(({ input, signal }) => stream('names.claim', house().names.claim(input.name, signal))),
      dropClaim: os.names.dropClaim.handler(({ input }) => {
        house().names.dropClaim(input.name)
        return { name: input.name }
      }),
      renew: os.names.renew.handler(({ input, signal }) => house().names.renew(input.name, signal)),
      transfer: os.names.transfer.handler(({ input, signal }) => house().names.transfer(input.name, input.to, signal)),
      take: os.names.take.handler(({ input, signal }) => house().names.take(input.name, signal)),
      release: os.names.release.handler(({ input, signal }) => house().names.release(input.name, signal)),
      revocation: os.names.revocation.handler(async () => {
        const { ledger } = house()
        const entry = base64Of(await ledger.revocation())
        return { entry, names: ledger.namesOf(identity.me().account).map(({ name }) => name) }
      }),
      zone: os.names.zone.handler(({ input }) => house().names.zone(input.name)),
      setZone: os.names.setZone.handler(({ input: { name, ...zone } }) => house().names.setZone(name, zone)),
      publish: os.names.publish.handler(({ input }) => house().names.publish(input.name)),
      query: os.names.query.handler(({ input: { text, ...options }, signal }) => house().names.query(text, { ...options, signal })),
      lookup: os.names.lookup.handler(({ input: { text, ...options }, signal }) =>
        stream('names.lookup', house().names.lookup(text, { ...options, signal })),
      ),
      cache: os.names.cache.handler(() => house().names.cache()),
      clearCache: os.names.clearCache.handler(({ input }) => ({ cleared: house().names.clearCache(input.fullName) })),
      dns: os.names.dns.handler(() => house().names.dns()),
      watch: os.names.watch.handler(({ signal }) => stream('names.watch', house().names.watch(signal))),
    },
    routing: {
      table: os.routing.table.handler(() => house().routing.table()),
      watch: os.routing.watch.handler(({ signal }) => stream('routing.watch', house().routing.watch(signal))),
    },
    ...answerBrowsing({ os, house, stream }),
    apps: answerApps({ os, house, stream, me: () => identity.me() }),
    settings: {
      get: os.settings.get.handler(() => house().settings.get()),
      set: os.settings.set.handler(({ input }) => house().settings.set(input)),
      watch: os.settings.watch.handler(({ signal }) => stream('settings.watch', house().settings.watch(signal))),
    },
    updates: {
      get: os.updates.get.handler(() => house().updates.get()),
      daily: os.updates.daily.handler(({ input }) => house().updates.setDaily(input.on)),
      check: os.updates.check.handler(({ signal }) => house().updates.check(signal)),
      save: os.updates.save.handler(async ({ input, signal }) => ({ path: await house().updates.save(input.name, signal) })),
      watch: os.updates.watch.handler(({ signal }) => stream('updates.watch', house().updates.watch(signal))),
    },
    node: {
      status: os.node.status.handler(() => node.status()),
      access: os.node.access.handler(() => access() ?? { url: null, token: null, openapi: null }),
      choosePath: os.node.choosePath.handler(async ({ input }) => ({ path: await choosePath(input) })),
      stop: os.node.stop.handler(() => {
        // After the answer is on its way: the host closes this very connection once the node has stopped.
        setImmediate(() => {
          node.stop().catch((error: unknown) => log.error({ error }, 'stopping failed'))
        })
        return { stopping: true as const }
      }),
    },
  })
}
