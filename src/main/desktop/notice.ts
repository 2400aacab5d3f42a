/** What the system is asked to show while the window is in the background. */
export interface Notice {
  readonly title: string
  readonly body: string
  /** In this order. A system without buttons shows none; a click beside them is the choice `open` everywhere. */
  readonly buttons: readonly Button[]
  /** Where the system can, an answer is typed right there; what is said in the empty field. */
  readonly reply?: string
  /** What it is about is over then (ms since the epoch); null: it stays as long as the system likes. */
  readonly untilMs: number | null
}

export interface Button {
  readonly id: ButtonId
  readonly label: string
}

export type ButtonId = 'deny' | 'allow' | 'open'

/**
 * What came of a notification: the id of a button, or `open` for a click beside them. The id comes from another
 * program, so it may be anything. `shownForMs`: how long it had been on the screen; 0 where that is not known. `text`: what was
 * typed, of the choice `reply`.
 */
export type OnChoice = (id: string, shownForMs: number, text?: string) => void

export interface Shown {
  /** Takes it off the screen, or off its way there. Safe to call at any time; nothing can be chosen on it any more. */
  readonly withdraw: () => void
}

export type Show = (notice: Notice, onChoice: OnChoice) => Shown

/** The same deliberation that the door's own buttons ask for: a click meant for something else comes sooner. */
export const MIN_SHOWN_MS = 700

export type Meaning = 'open' | 'deny' | 'allow' | 'nothing'

/**
 * What a choice on a knock's notification does. Lets in only by the button for it, on a notification that offered it,
 * that was on the screen for 700 ms, while the screen is not locked: whoever passes a locked screen is not its owner.
 * What is not known does nothing.
 */
export function meaningOf(
  id: string,
  { buttons }: Pick<Notice, 'buttons'>,
  given: { readonly shownForMs: number; readonly isLocked: boolean },
): Meaning {
  if (id === 'open') return 'open'
  if (!buttons.some((button) => button.id === id)) return 'nothing'
  if (id === 'deny') return 'deny'
  if (id === 'allow') return given.shownForMs >= MIN_SHOWN_MS && !given.isLocked ? 'allow' : 'open'
  return 'nothing'
}
