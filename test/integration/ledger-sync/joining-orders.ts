export const DATABASE_KEY = new Uint8Array(32).fill(7)

/** What the process that joins is told when it starts. */
export interface Orders {
  readonly database: string
  readonly address: string
}
