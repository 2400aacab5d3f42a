import type { TFunction } from 'i18next'
import { useEffect, useState } from 'react'
import type { Invitation } from '../../../shared/model/peers.ts'
import type { IntroducerCard } from '../../../shared/model/reach.ts'
import { useClient, type Client } from '../../bridge/bridge.tsx'
import { failureOf, type Failure } from '../../bridge/failure.ts'
import { dialogOf } from '../../nav/links.ts'

export type Reading =
  | { what: 'nothing' }
  /** A link, on its way to main and back. */
  | { what: 'reading' }
  | { what: 'address' }
  | { what: 'invitation'; invitation: Invitation }
  | { what: 'introducer'; card: IntroducerCard }
  /** `failure`: what main says is wrong with the link; null where the text is none. */
  | { what: 'bad'; failure: Failure | null }

/** What a pasted text is. Main reads links: only it can check their signatures. */
export function useReading(text: string): Reading {
  const client = useClient()
  const [reading, setReading] = useState<Reading>({ what: 'nothing' })
  useEffect(() => {
    let stale = false
    const settle = (next: Reading): void => {
      if (!stale) setReading(next)
    }
    if (text === '') settle({ what: 'nothing' })
    else if (text.startsWith('/')) settle({ what: 'address' })
    else if (!text.startsWith('latch://')) settle({ what: 'bad', failure: null })
    else {
      settle({ what: 'reading' })
      read(client, text).then(settle, (error: unknown) => settle({ what: 'bad', failure: failureOf(error) }))
    }
    return () => {
      stale = true
    }
  }, [client, text])
  return reading
}

async function read(client: Client, link: string): Promise<Reading> {
  if (dialogOf(link) === 'introducer') return { what: 'introducer', card: await client.reach.readIntroducer({ link }) }
  return { what: 'invitation', invitation: await client.peers.readInvitation({ link }) }
}

/** What is wrong with a text: what main said of a link, or `unlike` where it is none. */
export function badText(t: TFunction, failure: Failure | null, unlike: string): string {
  return failure === null ? unlike : (failure.detail ?? t(`failure.${failure.code}.happened`))
}
