/**
 * What a genesis calls a validator, as it may be shown: without what changes how the text around it is read. A genesis
 * takes any text, and nothing of it can be changed any more, as its digest is the network.
 */
export function shownLabel(label: string): string {
  return label.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]/gu, '').trim()
}
