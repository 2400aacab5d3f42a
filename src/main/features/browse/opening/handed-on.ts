import type { ZoneLabel } from '../../../../shared/model/names.ts'
import { SiteName } from '../../../../shared/model/sites.ts'
import type { HeaderList, HttpAnswer, HttpConnection, HttpRequest } from '../../../platform/http-message.ts'
import type { FoundSite } from '../types.ts'

/*
 * A label that was handed on to another account is what the first name of that account is (as DNAME in DNS): with `app` of
 * alice.peer handed to Bob, app.alice.peer opens bob.peer. Bob's device knows bob.peer alone, so it is asked for that, and
 * what the two names say of each other is translated. The page is one of app.alice.peer to whoever reads it.
 */

/** The name under which its owner shows a site that was found: of the zone in which it stands. Pure. */
export function shownName(site: SiteName, name: string, label: ZoneLabel): SiteName {
  const tld = site.slice(site.lastIndexOf('.') + 1)
  return SiteName.parse(`${label === '@' ? '' : `${label}.`}${name}.${tld}`)
}

/** The name that the owner's devices are asked for. */
export function askedName({ site, shownAs }: Pick<FoundSite, 'site' | 'shownAs'>): SiteName {
  return shownAs ?? site
}

/** A request as the site gets it under its own name. */
export function asked<Asked extends Pick<HttpRequest, 'headers'>>(request: Asked, { site, shownAs }: Pick<FoundSite, 'site' | 'shownAs'>): Asked {
  if (shownAs === undefined) return request
  return { ...request, headers: moved(request.headers, /^(?:origin|referer)$/i, site, shownAs) }
}

/** An answer as its reader gets it under the name that they asked for. */
export function answered<Answer extends HttpAnswer | HttpConnection>(answer: Answer, { site, shownAs }: Pick<FoundSite, 'site' | 'shownAs'>): Answer {
  if (shownAs === undefined) return answer
  return { ...answer, headers: moved(answer.headers, /^(?:location|content-location|refresh|access-control-allow-origin)$/i, shownAs, site) }
}

function moved(headers: HeaderList, which: RegExp, from: SiteName, to: SiteName): HeaderList {
  const place = new RegExp(`peer://${from.replaceAll('.', '\\.')}(?=[/?#'"]|$)`, 'gi')
  return headers.map(([name, value]) => [name, which.test(name) ? value.replaceAll(place, `peer://${to}`) : value])
}
