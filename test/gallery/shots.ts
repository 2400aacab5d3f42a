/**
 * Takes a picture of every scene, light and dark, wide and narrow, and checks each with axe:
 * `node test/gallery/shots.ts [part of a scene's name, or =name…]`. Fails on a violation, on an error in the page's console and
 * on anything the content security policy had to stop. With `--axe`, no pictures: see access.ts.
 * `--language=de`: the window in German, in the scenes that are reached without pressing something by its English name.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { checkAccess } from './access.ts'
import { overflows, violations } from './findings.ts'
import { onScene, openStage, root, scenesWith, type Stage } from './stage.ts'

const pictures = join(root, 'artifacts/screenshots/gallery')
const sizes = { wide: { width: 1_200, height: 760 }, narrow: { width: 390, height: 760 } } as const
const themes = ['light', 'dark'] as const

const told = (option: string): string | undefined =>
  process.argv.find((word) => word.startsWith(`--${option}=`))?.slice(option.length + 3)
const language = told('language')
/** `--every=3`: every third scene, where all of them take too long. */
const every = Number(told('every') ?? 1)

async function shoot(stage: Stage, name: string): Promise<string[]> {
  const wrong: string[] = []
  for (const [width, viewport] of Object.entries(sizes)) {
    for (const theme of themes) {
      const title = [name, theme, width, ...(language === undefined ? [] : [language])].join('-')
      const tell = (what: string): unknown => wrong.push(`${title}: ${what}`)
      await onScene(stage, name, { viewport, colorScheme: theme, locale: language ?? 'en-US' }, tell, async (page) => {
        await page.screenshot({ path: join(pictures, `${title}.png`) })
        for (const what of [...(await violations(page)), ...(await overflows(page))]) tell(what)
      })
    }
  }
  return wrong
}

async function shootAll(stage: Stage, names: readonly string[]): Promise<number> {
  await mkdir(pictures, { recursive: true })
  let failed = 0
  for (const name of names) {
    const wrong = await shoot(stage, name)
    failed += wrong.length
    console.log(wrong.length === 0 ? `ok ${name}` : wrong.map((line) => `NOT OK ${line}`).join('\n'))
  }
  return failed
}

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const stage = await openStage()
try {
  const names = scenesWith(wanted, language !== undefined).filter((_, at) => at % every === 0)
  const failed = process.argv.includes('--axe') ? await checkAccess(stage, names, wanted.length === 0) : await shootAll(stage, names)
  process.exitCode = failed === 0 ? 0 : 1
} finally {
  await stage.close()
}
