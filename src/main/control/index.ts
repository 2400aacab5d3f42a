/** The contract, answered once, over an Electron MessagePort, WebSocket and HTTP. */
export { serveElectronPort } from './electron-port.ts'
export { serveHttp } from './http/serve-http.ts'
export { createRouter, type Router } from './router.ts'
export type { Access, ChoosePath, ControlPort, HttpDoor, HttpLimits, HttpParts, PortParts } from './types.ts'
