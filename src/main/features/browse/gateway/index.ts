/*
 * Sites for ordinary browsers of this machine: `http://alice.peer.localhost:<port>/`, an origin for each name.
 */
export { createGateway, type Gateway, type GatewayParts } from './gateway.ts'
