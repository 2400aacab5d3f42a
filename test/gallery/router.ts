import { createApps } from './apps.ts'
import { createBrowse } from './browse.ts'
import { createCopies } from './copies.ts'
import { createDoor } from './door.ts'
import { createExit } from './exit.ts'
import { createLedger } from './ledger.ts'
import { conversationOf, messageIdOf } from './ids.ts'
import { openInvitation } from './network.ts'
import { invitationOf, pinOf, status } from './people.ts'
import { createNames } from './names.ts'
import { createNetworks } from './networks.ts'
import { createReach } from './reach.ts'
import { createRouting } from './routing.ts'
import { createSites } from './sites.ts'
import { createSquare } from './square.ts'
import { implementWith, type World } from './world.ts'

/** The whole contract over one scene: for pictures of states, and for tests of the window without a node. */
export function createRouter(world: World) {
  const os = implementWith(world)
  const { scene } = world
  let made = 0

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
      setGroups: os.contacts.setGroups.handler(({ input, errors }) => {
        const person = stored().people.find(({ account }) => account === input.account)
        if (person === undefined) throw errors.NOT_FOUND()
        return world.putPerson({ ...person, groups: input.groups })
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
    door: createDoor(os, world),
    apps: createApps(os, world),
    ledger: createLedger(os, world),
    names: createNames(os, world),
    routing: createRouting(os, world),
    networks: createNetworks(os, world),
    square: createSquare(os, world),
    sites: createSites(os, world),
    browse: createBrowse(os, world),
    copies: createCopies(os, world),
    exit: createExit(os, world),
    chat: {
      conversations: os.chat.conversations.handler(() => stored().conversations),
      open: os.chat.open.handler(({ input }) => {
        const known = stored().conversations.find((conversation) => conversation.with === input.with)
        const pin = input.name === undefined ? (known?.pin ?? null) : pinOf(input.name)
        const waits = { waiting: 0, waitingFor: 'nobody' as const, waitingWhy: null, left: null }
        const empty = { unread: 0, last: null, createdMs: Date.now(), ...waits }
        return world.putConversation({ id: conversationOf(input.with), with: input.with, ...empty, ...known, pin })
      }),
      decide: os.chat.decide.handler(({ input, errors }) => {
        const conversation = stored().conversations.find(({ id }) => id === input.conversation)
        if (conversation === undefined) throw errors.NOT_FOUND()
        const { moved, fullName } = conversation.pin ?? pinOf('')
        if (moved === null) throw errors.CONFLICT()
        const free = { ...conversation, waitingFor: 'nobody' as const, waitingWhy: null, pin: null }
        if (input.choice === 'keep') return world.putConversation(free)
        world.putConversation({ ...free, left: { fullName, to: moved.to, atMs: Date.now() } })
        const next = { id: conversationOf(moved.to), with: moved.to, unread: 0, last: null, waiting: 0 }
        return world.putConversation({ ...free, ...next, pin: pinOf(fullName) })
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
