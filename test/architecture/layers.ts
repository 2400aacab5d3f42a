import { type Sources, importsOf } from './sources.ts'

/** The rooms of src/main, from the ground up. A room imports rooms of lower rank, and itself. */
const RANKS: Readonly<Record<string, number>> = {
  platform: 1,
  protocols: 2,
  features: 3,
  node: 4,
  control: 5,
  desktop: 6,
  headless: 6,
  index: 7,
}

/** Everything that ARCHITECTURE.md forbids, as `<file> imports <file or package>: <rule>`. */
export function violations(sources: Sources): string[] {
  return [...sources].flatMap(([from, code]) =>
    importsOf(from, code).flatMap((to) => {
      const rule = brokenRule(from, to)
      return rule === undefined ? [] : [`${from} imports ${to}: ${rule}`]
    }),
  )
}

function brokenRule(from: string, to: string): string | undefined {
  const [house] = from.split('/')
  const isOurs = /^(shared|main|renderer|preload|cli)\//.test(to)
  if (/^electron(\/|$)/.test(to) && !/^(main\/index\.ts$|main\/desktop\/|preload\/)/.test(from)) {
    return 'electron is for main/index.ts, main/desktop and preload'
  }
  if (house === 'shared') return sharedRule(to)
  if (isOurs && !to.startsWith('shared/') && !to.startsWith(`${house}/`)) return `${house} imports itself and shared`
  if (from.startsWith('renderer/ui/')) return uiRule(to)
  if (house === 'main' && to.startsWith('main/')) return mainRule(from, to)
  return undefined
}

function sharedRule(to: string): string | undefined {
  return /^(shared\/|(zod|@orpc\/contract)(\/|$))/.test(to) ? undefined : 'shared imports zod and the contract library'
}

function uiRule(to: string): string | undefined {
  const isStore = /(^|[/-])store\.tsx?$/.test(to) || to === 'zustand' || to.startsWith('renderer/features/')
  return isStore ? 'renderer/ui gets props and never a store' : undefined
}

function mainRule(from: string, to: string): string | undefined {
  const [here, there] = [roomOf(from), roomOf(to)]
  if (here.rank === undefined) return `${here.name} is no room of main`
  if (there.rank === undefined) return `${there.name} is no room of main`
  if (here.name !== there.name && there.rank >= here.rank) return 'imports point down'
  if (here.name === 'features' && there.name === 'features' && here.part !== there.part) {
    return 'no feature imports another'
  }
  if (here.name !== 'features' && there.name === 'features' && !isFace(to)) return 'a feature is its index.ts and types.ts'
  if (here.name === 'features' && there.name === 'protocols' && !isFace(to)) return 'a protocol is its index.ts'
  return undefined
}

/** `main/features/chat/policy.ts` lies in room features, part chat. */
function roomOf(path: string): { name: string; part: string | undefined; rank: number | undefined } {
  const [, name = '', part] = path.replace(/\.tsx?$/, '').split('/')
  return { name, part, rank: RANKS[name] }
}

/** What a room may see of a part of another: its index and its types, or a file that lies beside the parts. */
function isFace(path: string): boolean {
  return /^main\/[^/]+\/([^/]+\/)?(index|types)\.ts$/.test(path) || /^main\/[^/]+\/[^/]+\.ts$/.test(path)
}
