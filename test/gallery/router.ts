import { createApps } from './apps.ts'
import { createBrowse } from './browse.ts'
import { createChat } from './chat.ts'
import { createCopies } from './copies.ts'
import { createDoor } from './door.ts'
import { createExit } from './exit.ts'
import { createLedger } from './ledger.ts'
import { openInvitation } from './network.ts'
import { invitationOf, status } from './people.ts'
import { createNames } from './names.ts'
import { createNetworks } from './networks.ts'
import { createReach } from './reach.ts'
import { createRouting } from './routing.ts'
import { createSites } from './sites.ts'
import { createSquare } from './square.ts'
import { createUpdates } from './updates.ts'
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
    updates: createUpdates(os, world),
    ...createChat(os, world),
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
      choosePath: os.node.choosePath.handler(({ input }) => ({
        path: input.kind === 'open-folder' ? '/home/noor/Backups' : `/home/noor/Backups/${input.suggested ?? 'latch-backup.latch'}`,
      })),
      stop: os.node.stop.handler(() => ({ stopping: true as const })),
    },
  })
}
