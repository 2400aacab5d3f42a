import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RPCHandler } from '@orpc/server/node'
import { me } from '../../gallery/people.ts'
import { createRouter } from '../../gallery/router.ts'
import { emptyScene, World, type Scene } from '../../gallery/world.ts'
import { latch, start, type HeldIo, type Run, type Running } from './held-io.ts'

/** A scene that answers the command line as a node does: over HTTP, with a `control.json` that says where. */
export interface ServedScene {
  readonly world: World
  readonly dataFolder: string
  readonly run: (...args: string[]) => Promise<Run>
  readonly start: (args: readonly string[], held?: HeldIo) => Running
  readonly close: () => Promise<void>
}

export async function serveScene(scene: Partial<Scene> = {}): Promise<ServedScene> {
  const world = new World({ ...emptyScene, identity: { state: 'ready', me }, ...scene })
  const handler = new RPCHandler(createRouter(world))
  const server = createServer((request, response) => void handler.handle(request, response, { prefix: '/rpc' }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const dataFolder = await mkdtemp(join(tmpdir(), 'latch-scene-'))
  const control = { url: `http://127.0.0.1:${port}`, token: 'token', pid: process.pid }
  await writeFile(join(dataFolder, 'control.json'), JSON.stringify(control))
  return {
    world,
    dataFolder,
    run: (...args) => latch(args, { env: { LATCH_DATA: dataFolder } }),
    start: (args, held = {}) => start(args, { ...held, env: { LATCH_DATA: dataFolder } }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(dataFolder, { recursive: true })
    },
  }
}
