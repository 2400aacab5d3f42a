import { BrowserWindow, dialog, type WebContents } from 'electron'
import type { ChoosePath } from '../control/index.ts'
import type { GivenPaths } from './given-paths.ts'

/** The system's own dialogs, over the window of the page that asked; null where it was closed without a choice, or the window is gone. What is chosen to be read is given to the page. */
export function choosePathIn(contents: WebContents, given: GivenPaths): ChoosePath {
  return async ({ kind, suggested }) => {
    const window = BrowserWindow.fromWebContents(contents)
    if (window === null) return null
    if (kind === 'save-file') {
      const saved = await dialog.showSaveDialog(window, suggested === undefined ? {} : { defaultPath: suggested })
      return saved.canceled ? null : saved.filePath
    }
    const properties = kind === 'open-folder' ? (['openDirectory', 'createDirectory'] as const) : (['openFile'] as const)
    const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: [...properties] })
    const path = canceled ? undefined : filePaths[0]
    if (path === undefined) return null
    given.give(path)
    return path
  }
}
