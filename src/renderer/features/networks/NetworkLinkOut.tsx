import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { NetworkId } from '../../../shared/model/ledger.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { LinkOut } from '../invite/LinkOut.tsx'

/** The link to a network, asked for when it is shown: it holds where somebody of it may be found now. */
export function NetworkLinkOut({ id }: { id: NetworkId }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [link, setLink] = useState<string | null>(null)
  const { run: ask, failure } = useCall(async () => {
    const made = await client.networks.link({ id })
    setLink(made.link)
  })
  const asked = useRef(false)
  useEffect(() => {
    if (asked.current) return
    asked.current = true
    void ask()
  }, [ask])

  if (failure !== null) return <FailureNote failure={failure} onRetry={() => void ask()} />
  if (link === null) return <Skeleton label={t('networks.link.loading')} rows={2} />
  return (
    <LinkOut
      link={link}
      label={t('networks.link.label')}
      qr={{ label: t('networks.link.qr'), note: t('networks.link.qrNote') }}
    />
  )
}
