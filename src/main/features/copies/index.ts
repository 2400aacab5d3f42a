/*
 * Copies: sites as trees of blocks, each named by its hash, so that anybody may give them on and nobody can change them.
 */
export { createCopies } from './feature.ts'
