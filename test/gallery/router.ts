import type { Capability, Knock, SentKnock } from '../../src/shared/model/door.ts'
import type { AccountId, KnockId } from '../../src/shared/ids.ts'
import { MINUTE, SECOND } from '../../src/shared/units.ts'
import { conversationOf, knockIdOf, messageIdOf, ruleIdOf } from './ids.ts'
import { openInvitation } from './network.ts'
import { invitationOf, status } from './people.ts'
import { createReach } from './reach.ts'
import { implementWith, type World } from './world.ts'

const UNDO_MS = 10 * SECOND

/** The whole contract over one scene: for pictures of states, and for tests of the window without a node. */
export function createRouter(world: World) {
  const os = implementWith(world)
  const { scene } = world
  let made = 0

  const knockOf = (id: KnockId): Knock | undefined => scene.knocks.find((knock) => knock.id === id)
  const stored = () => world.scene

  return os.router({
    identity: {
      get: os.identity.get.handler(() => stored().identity),
      create: os.identity.create.handler(({ errors }) => {
        throw errors.ACCOUNT_EXISTS()
      }),
      restore: os.identity.restore.handler(({ errors }) => {
        throw errors.ACCOUNT_EXISTS()
      }),
      rename: os.identity.rename.handler(({ input, errors }) => {
        if (scene.identity.state !== 'ready') throw errors.NO_ACCOUNT()
        scene.identity = { state: 'ready', me: { ...scene.identity.me, name: input.name } }
        world.identity.tell({ event: 'identity-changed', identity: scene.identity })
        return scene.identity.me
      }),
      phrase: os.identity.phrase.handler(() => ({ words: Array.from({ length: 12 }, () => 'maple') })),
      confirmPhrase: os.identity.confirmPhrase.handler(({ errors }) => {
        if (scene.identity.state !== 'ready') throw errors.NO_ACCOUNT()
        return scene.identity.me
      }),
      watch: os.identity.watch.handler(({ signal }) => world.identity.watch(() => stored().identity, signal)),
    },
    contacts: {
      list: os.contacts.list.handler(() => stored().people),
      rename: os.contacts.rename.handler(({ input, errors }) => {
        const person = stored().people.find(({ account }) => account === input.account)
        if (person === undefined) throw errors.NOT_FOUND()
        return world.putPerson({ ...person, petname: input.petname })
      }),
      verify: os.contacts.verify.handler(({ input, errors }) => {
        const person = stored().people.find(({ account }) => account === input.account)
        if (person === undefined) throw errors.NOT_FOUND()
        return world.putPerson({ ...person, trust: input.verified ? 'verified' : 'unverified' })
      }),
      forget: os.contacts.forget.handler(({ input }) => {
        scene.people = scene.people.filter(({ account }) => account !== input.account)
        world.contacts.tell({ event: 'person-forgotten', account: input.account })
        return input
      }),
      watch: os.contacts.watch.handler(({ signal }) => world.contacts.watch(() => stored().people, signal)),
    },
    peers: {
      list: os.peers.list.handler(() => stored().peers),
      connect: os.peers.connect.handler(({ errors }) => {
        throw errors.UNREACHABLE()
      }),
      disconnect: os.peers.disconnect.handler(({ input, errors }) => {
        const peer = stored().peers.find(({ peerId }) => peerId === input.peerId)
        if (peer === undefined) throw errors.NOT_FOUND()
        return { ...peer, state: 'away' }
      }),
      forget: os.peers.forget.handler(({ input }) => input),
      invite: os.peers.invite.handler(({ input }) => {
        made += 1
        const [createdMs, expiresMs] = [Date.now(), Date.now() + input.lastsMs]
        const open = { ...openInvitation(100 + made), createdMs, expiresMs }
        scene.invitations = [open, ...scene.invitations]
        return {
          id: open.id,
          link: `latch://invite/${'pGF2AWdhY2NvdW50eD5rNTFxemk1dXF1NWRsOWJx'.repeat(scene.longLinks ? 66 : 14)}`,
          invitation: { ...invitationOf('me'), expiresMs },
        }
      }),
      invitations: os.peers.invitations.handler(() => stored().invitations),
      revokeInvitation: os.peers.revokeInvitation.handler(({ input, errors }) => {
        if (!scene.invitations.some(({ id }) => id === input.id)) throw errors.NOT_FOUND()
        scene.invitations = scene.invitations.filter(({ id }) => id !== input.id)
        return scene.invitations
      }),
      readInvitation: os.peers.readInvitation.handler(() => invitationOf('Bea')),
      reachability: os.peers.reachability.handler(() => stored().reachability),
      watch: os.peers.watch.handler(({ signal }) =>
        world.peers.watch(() => ({ peers: stored().peers, reachability: stored().reachability }), signal),
      ),
    },
    reach: createReach(os, world),
    door: {
      pending: os.door.pending.handler(() => stored().knocks.filter(({ state }) => state === 'pending')),
      recent: os.door.recent.handler(() => stored().knocks.filter(({ state }) => state !== 'pending')),
      answer: os.door.answer.handler(({ input, errors }) => {
        const knock = knockOf(input.id)
        if (knock?.state !== 'pending') throw errors.CONFLICT()
        const states = { allow: 'allowed', deny: 'denied', block: 'denied', ignore: 'ignored' } as const
        const nowMs = Date.now()
        const state = states[input.answer.verdict]
        return world.putKnock({ ...knock, state, answeredMs: nowMs, undoUntilMs: nowMs + UNDO_MS })
      }),
      undo: os.door.undo.handler(({ input, errors }) => {
        const knock = knockOf(input.id)
        if (knock === undefined) throw errors.NOT_FOUND()
        return world.putKnock({ ...knock, state: 'pending', answeredMs: null, undoUntilMs: null })
      }),
      knock: os.door.knock.handler(({ input }) => {
        const account = 'account' in input.to ? input.to.account : null
        const peerId = 'peerId' in input.to ? input.to.peerId : undefined
        return world.putSent(newSentKnock(world, account, peerId, input.capability, input.greeting, (made += 1)))
      }),
      sent: os.door.sent.handler(() => stored().sent),
      cancel: os.door.cancel.handler(({ input, errors }) => {
        const sent = stored().sent.find(({ id }) => id === input.id)
        if (sent === undefined) throw errors.NOT_FOUND()
        return world.putSent({ ...sent, state: 'cancelled', untilMs: null })
      }),
      rules: os.door.rules.handler(() => stored().rules),
      addRule: os.door.addRule.handler(({ input }) => {
        made += 1
        const counted = { createdMs: Date.now(), lastHitMs: null, hits: 0 }
        const rule = { ...input, ...counted, id: ruleIdOf(`made ${made}`), enabled: true, origin: 'person' as const }
        scene.rules = [...scene.rules, rule]
        world.door.tell({ event: 'rule-changed', rule })
        return rule
      }),
      enableRule: os.door.enableRule.handler(({ input, errors }) => {
        const rule = stored().rules.find(({ id }) => id === input.id)
        if (rule === undefined) throw errors.NOT_FOUND()
        const changed = { ...rule, enabled: input.enabled }
        scene.rules = scene.rules.map((held) => (held.id === rule.id ? changed : held))
        world.door.tell({ event: 'rule-changed', rule: changed })
        return changed
      }),
      removeRule: os.door.removeRule.handler(({ input }) => {
        scene.rules = scene.rules.filter(({ id }) => id !== input.id)
        world.door.tell({ event: 'rule-removed', id: input.id })
        return input
      }),
      block: os.door.block.handler(({ input }) => {
        const others = scene.blocked.filter((account) => account !== input.account)
        scene.blocked = input.blocked ? [...others, input.account] : others
        world.door.tell({ event: 'blocked-changed', blocked: scene.blocked })
        return { blocked: scene.blocked }
      }),
      log: os.door.log.handler(({ input }) =>
        stored()
          .decisions.filter(({ seq }) => input.before === undefined || seq < input.before)
          .slice(0, input.limit),
      ),
      verifyLog: os.door.verifyLog.handler(() => {
        const decisions = scene.decisions.length
        if (scene.log === 'whole') return { outcome: 'whole', decisions, head: scene.decisions[0]?.hash ?? '' }
        const why = 'The hash of decision 7 does not match what stands in it.'
        return { outcome: 'broken', decisions, firstBadSeq: 7, why }
      }),
      watch: os.door.watch.handler(({ signal }) =>
        world.door.watch(
          () => ({
            pending: stored().knocks.filter(({ state }) => state === 'pending' || state === 'queued'),
            recent: stored().knocks.filter(({ state }) => state !== 'pending' && state !== 'queued'),
            sent: stored().sent,
            rules: stored().rules,
            blocked: stored().blocked,
          }),
          signal,
        ),
      ),
    },
    chat: {
      conversations: os.chat.conversations.handler(() => stored().conversations),
      open: os.chat.open.handler(({ input }) => {
        const known = stored().conversations.find((conversation) => conversation.with === input.with)
        const waits = { waiting: 0, waitingFor: 'nobody' as const, waitingWhy: null }
        const empty = { unread: 0, last: null, createdMs: Date.now(), ...waits }
        return known ?? world.putConversation({ id: conversationOf(input.with), with: input.with, ...empty })
      }),
      messages: os.chat.messages.handler(({ input }) => {
        const all = stored().messages.filter(({ conversation }) => conversation === input.conversation)
        const older = all.filter(({ position }) => input.before === undefined || position < input.before)
        return { messages: older.slice(-input.limit), more: older.length > input.limit }
      }),
      send: os.chat.send.handler(({ input, errors }) => {
        const conversation = stored().conversations.find(({ id }) => id === input.conversation)
        if (conversation === undefined || scene.identity.state !== 'ready') throw errors.NOT_FOUND()
        made += 1
        const nowMs = Date.now()
        const position = stored().messages.filter((m) => m.conversation === conversation.id).length + 1
        const message = world.putMessage({
          id: messageIdOf(`made ${made}`),
          conversation: conversation.id,
          position,
          from: scene.identity.me.account,
          mine: true,
          text: input.text,
          sentMs: nowMs,
          storedMs: nowMs,
          state: 'queued',
        })
        world.putConversation({ ...conversation, last: message, waiting: conversation.waiting + 1 })
        return message
      }),
      markRead: os.chat.markRead.handler(({ input, errors }) => {
        const conversation = stored().conversations.find(({ id }) => id === input.conversation)
        if (conversation === undefined) throw errors.NOT_FOUND()
        return conversation.unread === 0 ? conversation : world.putConversation({ ...conversation, unread: 0 })
      }),
      trace: os.chat.trace.handler(({ input, errors }) => {
        const message = stored().messages.find(({ id }) => id === input.id)
        if (message === undefined) throw errors.NOT_FOUND()
        return { message, steps: scene.trace }
      }),
      watch: os.chat.watch.handler(({ signal }) => world.chat.watch(() => stored().conversations, signal)),
    },
    settings: {
      get: os.settings.get.handler(() => stored().settings),
      set: os.settings.set.handler(({ input }) => {
        const chosen = Object.entries(input).filter(([, value]) => value !== undefined)
        scene.settings = { ...scene.settings, ...Object.fromEntries(chosen) }
        world.settings.tell({ event: 'settings-changed', settings: scene.settings })
        return scene.settings
      }),
      watch: os.settings.watch.handler(({ signal }) => world.settings.watch(() => stored().settings, signal)),
    },
    node: {
      status: os.node.status.handler(() => status()),
      access: os.node.access.handler(() => ({
        url: 'http://127.0.0.1:41337',
        token: 'Yk3vJm2pQ9sT7wXz4bNc8dRf6gHh5jKl',
        openapi: 'http://127.0.0.1:41337/api/openapi.json',
      })),
      stop: os.node.stop.handler(() => ({ stopping: true as const })),
    },
  })
}

function newSentKnock(
  world: World,
  account: AccountId | null,
  peerId: SentKnock['peerId'] | undefined,
  capability: Capability,
  greeting: string,
  number: number,
): SentKnock {
  const peer = world.scene.peers.find((peer) => peer.account === account || peer.peerId === peerId)
  const device = peerId ?? peer?.peerId ?? world.scene.people.find((person) => person.account === account)?.devices[0]
  if (device === undefined) throw new Error('the scene has no device of that account')
  return {
    id: knockIdOf(`made ${number}`),
    peerId: device,
    account: account ?? peer?.account ?? null,
    capability,
    greeting,
    sentMs: Date.now(),
    state: 'asked',
    untilMs: Date.now() + MINUTE,
    why: '',
  }
}
