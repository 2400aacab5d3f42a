import { contextBridge, ipcRenderer } from 'electron'

/*
 * The page asks with `latch:hello`; main answers with a port to the contract, which goes on to the page untouched. The
 * page gets nothing else of Electron. A sandboxed preload must be one CommonJS file; the build sees to that.
 */
contextBridge.exposeInMainWorld('latch', { platform: process.platform })

const { origin } = window.location

window.addEventListener('message', (event) => {
  if (event.source === window && (event.data as { type?: unknown } | null)?.type === 'latch:hello') {
    ipcRenderer.send('latch:hello')
  }
})
ipcRenderer.on('latch:port', (event) => window.postMessage({ type: 'latch:port' }, origin, event.ports))
ipcRenderer.on('latch:nudge', (_event, nudge: unknown) => window.postMessage(nudge, origin))
