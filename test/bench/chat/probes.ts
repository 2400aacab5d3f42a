/*
 * What runs inside the page of a window: each function stands for itself, as its text is all that gets there. Times are in ms,
 * and end when the frame that shows what was waited for was painted.
 */

export interface Scrolled {
  /** Between each frame and the one before. */
  readonly framesMs: readonly number[]
  /** Messages that went by. */
  readonly through: number
  /** Frames at the very beginning of what was loaded, waiting for older ones. */
  readonly waited: number
}

/** From going to a place of the window until messages of the conversation of that title are painted. */
export function openConversation({ path, title }: { path: string; title: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    const startMs = performance.now()
    const look = (): void => {
      const log = [...document.querySelectorAll('[role="log"]')].find((one) => one.getAttribute('aria-label')?.includes(title) === true)
      const isSeen = [...(log?.querySelectorAll('[data-message]') ?? [])].some((row) => {
        const box = row.getBoundingClientRect()
        return box.bottom > 0 && box.top < innerHeight && row.checkVisibility({ visibilityProperty: true, opacityProperty: true })
      })
      if (performance.now() - startMs > 20_000) return reject(new Error(`${title} not painted in 20 s`))
      if (!isSeen) return void requestAnimationFrame(look)
      setTimeout(() => resolve(performance.now() - startMs))
    }
    location.hash = path
    requestAnimationFrame(look)
  })
}

/** Scrolls up by as much in each frame, as long as a finger stays on the wheel. */
export function scrollUp({ pixels, frames }: { pixels: number; frames: number }): Promise<Scrolled> {
  const scroller = document.querySelector<HTMLElement>('[role="log"] [data-virtuoso-scroller]')
  if (scroller === null) throw new Error('nothing to scroll')
  const at = (): number => Number(document.querySelector('[role="log"] [data-item-index]')?.getAttribute('data-item-index'))
  const begins = at()
  const framesMs: number[] = []
  return new Promise((resolve) => {
    let waited = 0
    let beforeMs: number | null = null
    const step = (nowMs: number): void => {
      if (beforeMs !== null) framesMs.push(nowMs - beforeMs)
      beforeMs = nowMs
      if (framesMs.length >= frames) return resolve({ framesMs, through: begins - at(), waited })
      if (scroller.scrollTop === 0) waited += 1
      scroller.scrollTop -= pixels
      requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  })
}

/** The same number of frames with nothing to do: what the display itself gives. */
export function idleFrames(frames: number): Promise<number[]> {
  return new Promise((resolve) => {
    const framesMs: number[] = []
    let beforeMs: number | null = null
    const step = (nowMs: number): void => {
      if (beforeMs !== null) framesMs.push(nowMs - beforeMs)
      beforeMs = nowMs
      if (framesMs.length >= frames) return resolve(framesMs)
      requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  })
}

/** With the details open and a day (YYYY-MM-DD) in the field: until the first message from then on is painted. */
export function goToDay(day: string): Promise<number> {
  const form = document.querySelector<HTMLInputElement>('input[type="date"]')?.form
  if (form == null) throw new Error('there is no field for a day')
  return new Promise((resolve, reject) => {
    const startMs = performance.now()
    const fromMs = new Date(`${day}T00:00`).getTime()
    // The first that was said on it, or after it.
    const isOfDay = (row: Element): boolean => {
      const box = row.getBoundingClientRect()
      const atMs = new Date(row.querySelector('time')?.dateTime ?? 0).getTime()
      const isNear = atMs >= fromMs && atMs - fromMs < 20 * 86_400_000
      return isNear && box.bottom > 0 && box.top < innerHeight && row.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    }
    const look = (): void => {
      if (performance.now() - startMs > 20_000) return reject(new Error(`${day} not painted in 20 s`))
      if (![...document.querySelectorAll('[role="log"] [data-message]')].some(isOfDay)) return void requestAnimationFrame(look)
      setTimeout(() => resolve(performance.now() - startMs))
    }
    form.requestSubmit()
    requestAnimationFrame(look)
  })
}

/** On the page of search, with nothing in the field: from the words in it until hits are painted. */
export function searchFor(words: string): Promise<number> {
  const field = document.querySelector<HTMLInputElement>('input[role="combobox"]')
  if (field === null) throw new Error('there is no field for words')
  return new Promise((resolve, reject) => {
    const startMs = performance.now()
    const look = (): void => {
      if (performance.now() - startMs > 20_000) return reject(new Error(`nothing found for ${words} in 20 s`))
      // Hits of the words before stay in sight until those of these are there.
      if (document.querySelector('[role="listbox"]:not([hidden]) [role="option"]')?.textContent.includes(words) !== true) return void requestAnimationFrame(look)
      setTimeout(() => resolve(performance.now() - startMs))
    }
    // React keeps what it knows of a field behind a setter of its own.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, words)
    field.dispatchEvent(new Event('input', { bubbles: true }))
    requestAnimationFrame(look)
  })
}

/** From now on `window.keysMs` holds, for each key, how long it took from being pressed until the frame with it was painted. */
export function watchKeys(): void {
  const kept: number[] = []
  Object.assign(window, { keysMs: kept })
  window.addEventListener(
    'keydown',
    ({ timeStamp }) => {
      requestAnimationFrame(() => {
        setTimeout(() => kept.push(performance.now() - timeStamp))
      })
    },
    { capture: true },
  )
}

export function keysSince(): number[] {
  return (window as unknown as { keysMs: number[] }).keysMs.splice(0)
}
