import { contextBridge, ipcRenderer } from 'electron'

/*
 * The page asks with `latch:hello`; main answers with a port to the contract, which goes on to the page untouched. With
 * `latch:listening` it says that it takes nudges. The page gets nothing else of Electron. A sandboxed preload must be
 * one CommonJS file; the build sees to that.
 */
contextBridge.exposeInMainWorld('latch', { platform: process.platform })

const { origin } = window.location

window.addEventListener('message', (event) => {
  const type = event.source === window ? (event.data as { type?: unknown } | null)?.type : null
  if (type === 'latch:hello' || type === 'latch:listening') ipcRenderer.send(type)
})
ipcRenderer.on('latch:port', (event) => window.postMessage({ type: 'latch:port' }, origin, event.ports))
ipcRenderer.on('latch:nudge', (_event, nudge: unknown) => window.postMessage(nudge, origin))
