// `npm run tour`: the pictures of docs/tour.md, taken anew from the scenes of the gallery that it names.
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { inRoot, run, runAsScript } from './lib.mjs'
import { pinnedNode } from './node.mjs'
import { setup } from './setup.mjs'

/** `images/tour/door-one.png` is of the scene `door-one`. */
export function scenesOf(page) {
  return [...page.matchAll(/\]\(images\/tour\/([a-z-]+)\.png\)/g)].map(([, scene]) => scene)
}

runAsScript(import.meta.url, async () => {
  await setup()
  const scenes = scenesOf(readFileSync(inRoot('docs', 'tour.md'), 'utf8'))
  const { code } = await run(pinnedNode(), [inRoot('test', 'gallery', 'shots.ts'), ...scenes.map((scene) => `=${scene}`)], { stdio: 'inherit' })
  mkdirSync(inRoot('docs', 'images', 'tour'), { recursive: true })
  for (const scene of scenes) {
    copyFileSync(inRoot('artifacts', 'screenshots', 'gallery', `${scene}-light-wide.png`), inRoot('docs', 'images', 'tour', `${scene}.png`))
  }
  return code
})
