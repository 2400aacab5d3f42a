import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../bridge/bridge.tsx'
import { failureOf } from '../../bridge/failure.ts'
import { dialogOf } from '../../nav/links.ts'
import { badText } from '../invite/use-reading.ts'
import { linksIn, useMaking, whetherToPut } from './making.ts'

export interface Cards {
  /** Reads what was pasted and puts the cards in it into the list. Gives what was not taken, to stay in the field. */
  add: (text: string) => Promise<string>
  busy: boolean
  /** Why the last was not taken. */
  problem: string | null
  dismiss: () => void
}

/** Puts pasted cards into the list, each read by main, which alone can check their signatures. */
export function useCards(): Cards {
  const { t } = useTranslation()
  const client = useClient()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)

  /** Null: it is in the list. */
  const put = async (link: string): Promise<string | null> => {
    try {
      const card = await client.networks.readCard({ link })
      const { cards, change } = useMaking.getState()
      const whether = whetherToPut(card, cards)
      if (whether === 'mine') return t('networks.making.card.mine')
      if (whether === 'again') return t('networks.making.card.again', { name: card.label })
      if (whether === 'too-many') return t('networks.making.card.tooMany')
      change({ cards: [...cards, { link, card }] })
      return null
    } catch (error) {
      return badText(t, failureOf(error), t('networks.making.card.unlike'))
    }
  }

  const add = async (text: string): Promise<string> => {
    const links = linksIn(text)
    if (links.length === 0) {
      const isNetwork = dialogOf(text) === 'join-network'
      setProblem(text.trim() === '' ? null : t(`networks.making.card.${isNetwork ? 'isNetwork' : 'unlike'}`))
      return text
    }
    setBusy(true)
    const left: string[] = []
    const problems: string[] = []
    // One after another: two of one device in what was pasted are told apart by the list.
    for (const link of links) {
      const why = await put(link)
      if (why === null) continue
      problems.push(why)
      left.push(link)
    }
    setBusy(false)
    setProblem(problems[0] ?? null)
    return left.join('\n')
  }

  return { add, busy, problem, dismiss: () => setProblem(null) }
}
