import type { AccountId, KnockId, PeerId } from '../../../../shared/ids.ts'
import type { Asked } from '../../../../shared/model/browse.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import { type Clock, deadline } from '../../../platform/clock.ts'
import { DOOR_TIMEOUT_MS, MAX_NAMES_ASKED, MAX_WAITING } from '../limits.ts'
import type { BrowseDoor } from '../types.ts'

type Word = 'allowed' | 'denied'

interface Question {
  word: Promise<Word>
  settled: Word | null
  knock: KnockId | null
}

export interface QuestionsParts {
  readonly door: Pick<BrowseDoor, 'load'>
  readonly clock: Clock
  /** Whose page asks, over which device it came. */
  readonly page: () => { readonly owner: AccountId; readonly peerId: PeerId; readonly site: SiteName }
  readonly told: (site: SiteName, outcome: Asked['outcome'], knock: KnockId | null) => void
}

/**
 * What a page may load from other names, by the word of the person's door: asked once for each name and page, by name, as
 * a person thinks of it, and not by path. A page that asks for more names than a page needs is refused without a question.
 */
export class Questions {
  readonly #parts: QuestionsParts
  readonly #questions = new Map<SiteName, Question>()
  #life = new AbortController()
  #waiting = 0

  constructor(parts: QuestionsParts) {
    this.#parts = parts
  }

  /** Waits for the door, and for the person where the door asks them. Never rejects; the signal's end is a no. */
  async mayLoad(site: SiteName, signal: AbortSignal): Promise<boolean> {
    const question = this.#questions.get(site) ?? this.#ask(site)
    if (question === null) {
      this.#parts.told(site, 'denied', null)
      return false
    }
    if (question.settled === null) {
      if (this.#waiting >= MAX_WAITING) return false
      this.#parts.told(site, 'waiting', question.knock)
    }
    const life = this.#life.signal
    this.#waiting += 1
    const word = await withinSignal(question.word, signal)
    this.#waiting -= 1
    if (word === null || life.aborted) return false
    this.#parts.told(site, word, null)
    return word === 'allowed'
  }

  /** Another page. What was refused stays refused until the person loads it again: a page can load itself again and again. */
  newPage(isAgain: boolean): void {
    this.#life.abort(new Error('the page is gone'))
    this.#life = new AbortController()
    for (const [site, { settled }] of this.#questions) if (isAgain || settled !== 'denied') this.#questions.delete(site)
  }

  #ask(site: SiteName): Question | null {
    if (this.#questions.size >= MAX_NAMES_ASKED) return null
    const { door, clock, page, told } = this.#parts
    const life = this.#life.signal
    const limit = deadline(clock, DOOR_TIMEOUT_MS, 'the door', life)
    // The knock may be there before the question is.
    const question: Question = { word: Promise.resolve('denied'), settled: null, knock: null }
    const waitsAs = (knock: KnockId): void => {
      question.knock = knock
      if (!life.aborted) told(site, 'waiting', knock)
    }
    const ask = async (): Promise<Word> => {
      try {
        const admission = await door.load(page(), { site, path: null }, limit.signal, waitsAs)
        return admission.verdict === 'allow' ? 'allowed' : 'denied'
      } catch {
        return 'denied'
      } finally {
        limit.release()
      }
    }
    question.word = ask().then((said) => (question.settled = said))
    this.#questions.set(site, question)
    return question
  }
}

function withinSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return Promise.resolve(null)
  return new Promise((resolve) => {
    const gone = (): void => resolve(null)
    signal.addEventListener('abort', gone, { once: true })
    void promise.then((value) => {
      signal.removeEventListener('abort', gone)
      resolve(value)
    })
  })
}
