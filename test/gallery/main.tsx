import { createRoot } from 'react-dom/client'
import '../../src/renderer/styles/fonts.css'
import '../../src/renderer/styles/tokens.css'
import '../../src/renderer/styles/base.css'
import { App } from '../../src/renderer/app/App.tsx'
import { openBridge } from '../../src/renderer/bridge/bridge.tsx'
import { createRouter } from './router.ts'
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
  const { drop } = servePort(createRouter(world))
  Object.assign(window, { gallery: { world, drop }, latch: { platform: 'linux' } })
  createRoot(root).render(<App bridge={openBridge()} />)
}
