import type { ReactNode } from 'react'
import { useOpenSite } from '../browse/use-open.ts'
import css from './Mention.module.css'

const MIDDLE = 1

/** An address of a site in a message: opens in Browse, with the middle button or Ctrl/Cmd behind what is shown there. */
export function PageLink({ text, url }: { text: ReactNode; url: string }): ReactNode {
  const open = useOpenSite()
  return (
    <a
      className={css.mention}
      href={url}
      dir="ltr"
      rel="noopener noreferrer"
      draggable={false}
      onClick={(event) => {
        // The window itself never goes there.
        event.preventDefault()
        void open(url, { background: event.ctrlKey || event.metaKey })
      }}
      onAuxClick={(event) => {
        event.preventDefault()
        if (event.button === MIDDLE) void open(url, { background: true })
      }}
    >
      {text}
    </a>
  )
}
