/**
 * Whom this build believes, and where it asks; docs/release.md says how the keys are made and changed. Two keys, so that one
 * can follow the other: the second signs nothing until the first is lost or old. A build without any looks for nothing: a
 * copy that somebody built by themselves follows nobody.
 */
export interface ReleaseTrust {
  /** Of the manifest, https:// or peer://; its signature lies beside it, with `.sig` behind the name. */
  readonly source: string
  /** Lines as `scripts/release-manifest.mjs key` prints them. */
  readonly keys: readonly string[]
}

export const pinnedTrust: ReleaseTrust | null = null
