import { contextBridge, ipcRenderer, webUtils } from 'electron'

/*
 * The page asks with `latch:hello`; main answers with a port to the contract, which goes on to the page untouched. With
 * `latch:listening` it says that it takes nudges. Where a file lies that the person dropped or chose, main hears from
 * here and not from the page, which could have made it up. The page gets nothing else of Electron. A sandboxed preload
 * must be one CommonJS file; the build sees to that.
 */
contextBridge.exposeInMainWorld('latch', { platform: process.platform, pathOf })

const { origin } = window.location

window.addEventListener('message', (event) => {
  const type = event.source === window ? (event.data as { type?: unknown } | null)?.type : null
  if (type === 'latch:hello' || type === 'latch:listening') ipcRenderer.send(type)
})
ipcRenderer.on('latch:port', (event) => window.postMessage({ type: 'latch:port' }, origin, event.ports))
ipcRenderer.on('latch:nudge', (_event, nudge: unknown) => window.postMessage(nudge, origin))

/** Null: a file that lies nowhere, such as one that a page made, or a page that is none of ours. */
async function pathOf(file: unknown): Promise<string | null> {
  if (!(file instanceof File)) return null
  const path = webUtils.getPathForFile(file)
  return path !== '' && (await ipcRenderer.invoke('latch:given', path)) === true ? path : null
}
