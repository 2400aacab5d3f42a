import { useEffect, useEffectEvent, useState } from 'react'
import type { Tab } from '../../../shared/model/browse.ts'
import { useClient } from '../../bridge/bridge.tsx'

/** What was opened over the page waits no longer than this for its picture: nobody is to see that it waits. */
const WAIT_MS = 200
/** After the page was told to come back it takes a moment until it is there. */
const STAYS_MS = 300

export interface Still {
  /** A picture of the page, to stand in its place; null: there is none. */
  image: string | null
  /** The page is to be seen still: its picture is being taken. */
  isAwaited: boolean
}

/**
 * A picture of the page of `tab` for as long as something lies over it, and for a moment longer. `hasPage`: there is one
 * to be seen.
 */
export function useStill(tab: Tab, isCovered: boolean, hasPage: boolean): Still {
  const client = useClient()
  /** Of which tab at which address; `isDone`: the page may go. */
  const of = `${tab.id} ${tab.url}`
  const [taken, setTaken] = useState<{ of: string; image: string | null; isDone: boolean } | null>(null)
  const [wasCovered, setWasCovered] = useState(false)
  const isTaken = isCovered && hasPage
  if (isTaken !== wasCovered) {
    setWasCovered(isTaken)
    if (isTaken) setTaken({ of, image: null, isDone: false })
  }
  const put = useEffectEvent((image: string | null) => setTaken({ of, image, isDone: true }))
  useEffect(() => {
    if (!isTaken) {
      const timer = setTimeout(() => setTaken(null), STAYS_MS)
      return () => clearTimeout(timer)
    }
    let isOver = false
    const end = (image: string | null): void => {
      if (!isOver) put(image)
      isOver = true
    }
    const timer = setTimeout(() => end(null), WAIT_MS)
    // Drawn at once when it is shown, or the place would be empty for a moment.
    const take = async (): Promise<void> => {
      const { image } = await client.browse.still()
      if (image !== null) await readied(image)
      end(image)
    }
    take().catch(() => end(null))
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [client, isTaken])
  return { image: taken?.of === of ? taken.image : null, isAwaited: isTaken && taken?.isDone === false }
}

async function readied(url: string): Promise<void> {
  const image = new Image()
  image.src = url
  await image.decode()
}
