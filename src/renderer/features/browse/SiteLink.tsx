import type { ReactNode } from 'react'
import { gatewayUrl } from './address.ts'
import { browseStore, useShows } from './store.ts'
import { useOpenSite } from './use-open.ts'

/**
 * Something that opens a page: here, or as a link of this browser where it shows the pages itself. With Ctrl or the
 * middle button, in a tab behind.
 */
export function SiteLink({ url, className, children }: { url: string; className?: string | undefined; children: ReactNode }): ReactNode {
  const shows = useShows()
  const gateway = browseStore.use(({ state }) => state.gateway)
  const open = useOpenSite()
  const href = shows === 'gateway' && gateway.state === 'on' ? gatewayUrl(url, gateway.port) : null
  if (href !== null) {
    return (
      <a className={className} href={href} target="_blank" rel="noopener noreferrer">
        {children}
      </a>
    )
  }
  return (
    <button
      type="button"
      className={className}
      onClick={(event) => void open(url, { background: event.ctrlKey || event.metaKey })}
      onMouseDown={(event) => event.button === 1 && event.preventDefault()}
      onAuxClick={(event) => event.button === 1 && void open(url, { background: true })}
    >
      {children}
    </button>
  )
}
