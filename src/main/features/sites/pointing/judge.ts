import type { SiteCid } from '../../../../shared/model/sites.ts'

/** What a zone says of a site, or is to say. */
export interface SiteRecord {
  readonly cid: SiteCid | null
}

export type PointingJudged =
  /** It is as it should be. `seq`: of the zone that names it; null: none is to name it, and none does. */
  | { readonly verdict: 'there'; readonly seq: number | null }
  | { readonly verdict: 'point' }
  /** Somebody changed it by hand, and whoever does so wins. */
  | { readonly verdict: 'leave'; readonly why: string }

/**
 * What is to be done with the site record of a name. `wanted`: null, it is to go. `last`: what the zone said of this site
 * when it was pointed last; null: it was not since the person published it, so that whatever the zone says gives way.
 */
export function judgePointing(
  wanted: SiteRecord | null,
  last: SiteRecord | null,
  said: (SiteRecord & { readonly seq: number; readonly isOfAll?: boolean }) | 'of-others' | undefined,
): PointingJudged {
  // Nobody takes one device out by hand: the other one signed before it had heard of this.
  if (said === 'of-others') return wanted === null ? { verdict: 'there', seq: null } : { verdict: 'point' }
  if (wanted === null) {
    const isOurs = said !== undefined && last !== null && said.cid === last.cid
    return isOurs ? { verdict: 'point' } : { verdict: 'there', seq: null }
  }
  if (said !== undefined && said.cid === wanted.cid) return said.isOfAll === true ? { verdict: 'point' } : { verdict: 'there', seq: said.seq }
  if (last === null || (said !== undefined && said.cid === last.cid)) return { verdict: 'point' }
  const why =
    said === undefined
      ? 'The zone of this name was changed, and does not name the site any more. Publish the site again to name it.'
      : 'The zone names another site. Publish this one again to name it.'
  return { verdict: 'leave', why }
}
