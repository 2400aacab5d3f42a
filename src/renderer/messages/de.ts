import type { Catalogue } from './catalogue.ts'
import { exit } from './de/exit.ts'

/** The German words. Not offered before all of them are here. */
export const de: Partial<Catalogue> = { exit }
