import { useEffect, useState } from 'react'
import type { Introduction } from '../../../shared/model/reach.ts'
import { SECOND } from '../../../shared/units.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { failureOf, type Failure } from '../../bridge/failure.ts'
import { doorStore } from '../door/store.ts'

/** These figures have no events; they are asked for, as long as somebody looks. */
const EVERY_MS = 5 * SECOND

interface Asked {
  /** Null until the first answer. */
  introduction: Introduction | null
  /** Why there is none. */
  failure: Failure | null
}

/** What this device does for others, kept fresh while this is on the screen, and asked anew when a rule of the door changes. */
export function useIntroduction(): Asked {
  const client = useClient()
  const [asked, setAsked] = useState<Asked>({ introduction: null, failure: null })
  useEffect(() => {
    let gone = false
    const ask = async (): Promise<void> => {
      try {
        let introduction = await client.reach.introduction()
        // What the link holds is signed when it is first asked for: the second answer has it.
        if (introduction.serving && introduction.link === null) introduction = await client.reach.introduction()
        if (!gone) setAsked({ introduction, failure: null })
      } catch (error) {
        // The last figures stay: the banner across the window says when the node cannot be reached.
        if (!gone) setAsked(({ introduction }) => ({ introduction, failure: failureOf(error) }))
      }
    }
    void ask()
    const timer = setInterval(() => void ask(), EVERY_MS)
    const stopListening = doorStore.api.subscribe((now, before) => {
      if (now.state.rules !== before.state.rules) void ask()
    })
    return () => {
      gone = true
      clearInterval(timer)
      stopListening()
    }
  }, [client])
  return asked
}
