import { createORPCClient } from '@orpc/client'
import { createRoot } from 'react-dom/client'
import '../../src/renderer/styles/fonts.css'
import '../../src/renderer/styles/tokens.css'
import '../../src/renderer/styles/base.css'
import { App } from '../../src/renderer/app/App.tsx'
import type { Client } from '../../src/renderer/bridge/bridge.tsx'
import { KeptLink } from '../../src/renderer/bridge/link.ts'
import { connectPort } from '../../src/renderer/bridge/port.ts'
import { Measured } from '../../src/renderer/features/network/measured.ts'
import { REACH_TABLE } from '../../src/shared/reach-table.ts'
import { createRouter } from './router.ts'
import { paintPage } from './painted-page.ts'
import { scenes } from './scenes.ts'
import { servePort } from './serve-port.ts'
import { World } from './world.ts'

declare global {
  interface Window {
    /** What a script that takes pictures may do to the scene. */
    gallery?: { world: World; drop: () => void }
  }
}

const name = new URLSearchParams(window.location.search).get('scene') ?? ''
const scene = scenes[name]
const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

if (scene === undefined) {
  createRoot(root).render(
    <ul>
      {Object.entries(scenes).map(([name, { path }]) => (
        <li key={name}>
          <a href={`?scene=${name}#${path}`}>{name}</a>
        </li>
      ))}
    </ul>,
  )
} else {
  const world = new World(scene.world)
  world.onPlace = paintPage
  const stopAnswering = servePort(createRouter(world))
  let drop = stopAnswering
  const dropped = new Promise<void>((resolve) => {
    drop = () => {
      stopAnswering()
      resolve()
    }
  })
  Object.assign(window, { gallery: { world, drop: () => drop() }, latch: { platform: 'linux' } })
  // A browser does not tell a page that the other end of a port went, as Electron does.
  const link = new KeptLink(async () => {
    const opened = await connectPort()
    return { ...opened, closed: Promise.race([opened.closed, dropped]) }
  })
  void link.keep()
  createRoot(root).render(
    <Measured value={scene.world.measured ?? REACH_TABLE}>
      <App bridge={{ link, client: createORPCClient<Client>(link) }} />
    </Measured>,
  )
}
