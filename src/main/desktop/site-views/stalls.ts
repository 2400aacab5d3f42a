import { Worker } from 'node:worker_threads'
import { HOLDS_BEFORE_END, MAX_WATCHED, SPANS_BEFORE_ALL, STALL_BUSY_SHARE, STALL_LEAST_SHARE, STALL_SPAN_MS, STALL_STILL_MS, STALL_TICK_MS } from './limits.ts'

/*
 * Of much that a page can do without end (locks, channels, shared workers, focus) the main process is not told one by one: it
 * only does it, and for as long nothing else is done there. So a thread of its own feels whether it still moves.
 *
 * Where it stands still, all pages are made to wait by the system until it moves again: what they had put into Chromium's own
 * queue by then is all that there is to do, and ending a page empties that queue no sooner. It is done within a fraction of a
 * second for most, and would be for minutes if they went on for two seconds. Where it hardly moves for that long all the same,
 * the page that is looked at is ended; if that was not it, all others are.
 *
 * An open menu of the system, or a window that is moved, stops the main loop too on some systems: then it does nothing,
 * whereas a page keeps it busy. Windows lets no program wait: there pages are ended, and later.
 *
 *   beat │ place that is looked at │ place of a page: the number of its process, less than 0 once it was ended │ …
 */

const BEAT = 0
const LOOKED_AT = 1
const FIRST = 2

const THREAD = `
const { workerData: { shared, tickMs, ticks, stillTicks, leastShare, busyShare, holdsBeforeEnd, spansBeforeAll } } = require('node:worker_threads')
const cells = new Int32Array(shared)
const signal = (pid, name) => {
  try {
    process.kill(pid, name)
  } catch {}
}
const end = (place) => {
  const pid = Atomics.load(cells, place)
  if (pid > 0 && Atomics.compareExchange(cells, place, pid, -pid) === pid) signal(pid, 'SIGKILL')
}
let passed = 0, stood = 0, holds = 0, moved = 0, heldUp = 0
let held = []
const hold = () => {
  holds += 1
  for (let each = ${FIRST}; each < cells.length; each += 1) {
    const pid = Atomics.load(cells, each)
    if (pid > 0) held.push(pid)
  }
  for (const pid of held) signal(pid, 'SIGSTOP')
}
const release = () => {
  for (const pid of held.splice(0)) signal(pid, 'SIGCONT')
}
let beats = -1, still = 0, used = process.cpuUsage(), at = performance.now()
setInterval(() => {
  const { user, system } = process.cpuUsage(used)
  const isBusy = (user + system) / 1000 >= (performance.now() - at) * busyShare
  used = process.cpuUsage()
  at = performance.now()
  const beat = Atomics.load(cells, ${BEAT})
  still = beat === beats ? still + 1 : 0
  beats = beat
  const isStill = isBusy && still >= stillTicks
  passed += 1
  if (isStill) stood += 1
  // As soon as they go on it stands still again: it is one of them.
  moved = isStill ? 0 : moved + 1
  if (moved > 2 * stillTicks) holds = 0
  if (!isStill) release()
  else if (held.length === 0) hold()
  const isAgain = holds >= holdsBeforeEnd
  if (passed < ticks && !isAgain) return
  heldUp = isAgain || stood > ticks * (1 - leastShare) ? heldUp + 1 : 0
  passed = stood = holds = 0
  const place = Atomics.load(cells, ${LOOKED_AT})
  if (heldUp === 1 && place !== 0) end(place)
  // What the page has said until it ended is dealt with first.
  if (heldUp === spansBeforeAll) for (let each = ${FIRST}; each < cells.length; each += 1) end(each)
}, tickMs)
`

export interface WatchedPage {
  /** The process that it has from now on; 0: none. */
  runsIn(pid: number): void
  lookedAt(isLookedAt: boolean): void
  /** Whether its process was ended, and not for anything that it heard of. */
  readonly wasEnded: boolean
  leave(): void
}

export interface StallWatch {
  enter(): WatchedPage
}

/** `beat`: to be called at every tick, by the loop that is watched. */
export interface StallThread {
  beat(): void
  end(): Promise<unknown>
}

export interface StallTerms {
  /** It looks at spans of so long, one after the other. */
  readonly spanMs: number
  readonly tickMs: number
  /** Without a beat for so long it stands still. */
  readonly stillMs: number
  /** The part of a span that it must have moved in, or else it is held up. */
  readonly leastShare: number
  /** The part of one core that the process used meanwhile, at least. */
  readonly busyShare: number
}

/** Starts a thread that watches those `cells`. */
export function startStallThread(cells: Int32Array<SharedArrayBuffer>, { spanMs, tickMs, stillMs, leastShare, busyShare }: StallTerms): StallThread {
  const workerData = {
    shared: cells.buffer,
    tickMs,
    ticks: Math.ceil(spanMs / tickMs),
    stillTicks: Math.ceil(stillMs / tickMs),
    leastShare,
    busyShare,
    holdsBeforeEnd: HOLDS_BEFORE_END,
    spansBeforeAll: SPANS_BEFORE_ALL,
  }
  const thread = new Worker(THREAD, { eval: true, workerData, execArgv: [] })
  thread.unref()
  // Without it pages are ended for what is heard of them, and for nothing else.
  thread.on('error', () => {})
  return { beat: () => void Atomics.add(cells, BEAT, 1), end: () => thread.terminate() }
}

/** Runs while there are pages. */
export function watchStalls(): StallWatch {
  const cells = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * (FIRST + MAX_WATCHED)))
  const free = Array.from({ length: MAX_WATCHED }, (_none, at) => FIRST + at)
  let running: (() => void) | null = null
  const run = (): (() => void) => {
    const thread = startStallThread(cells, {
      spanMs: STALL_SPAN_MS,
      tickMs: STALL_TICK_MS,
      stillMs: STALL_STILL_MS,
      leastShare: STALL_LEAST_SHARE,
      busyShare: STALL_BUSY_SHARE,
    })
    const timer = setInterval(() => thread.beat(), STALL_TICK_MS)
    timer.unref()
    return () => {
      clearInterval(timer)
      void thread.end()
    }
  }
  return {
    enter() {
      const place = free.pop()
      if (place === undefined) return UNWATCHED
      running ??= run()
      let isIn = true
      return {
        runsIn: (pid) => void (isIn && Atomics.store(cells, place, pid)),
        lookedAt(isLookedAt) {
          if (isLookedAt && isIn) Atomics.store(cells, LOOKED_AT, place)
          else Atomics.compareExchange(cells, LOOKED_AT, place, 0)
        },
        get wasEnded() {
          return Atomics.load(cells, place) < 0
        },
        leave() {
          if (!isIn) return
          isIn = false
          goOn(Atomics.exchange(cells, place, 0))
          Atomics.compareExchange(cells, LOOKED_AT, place, 0)
          free.push(place)
          if (free.length < MAX_WATCHED) return
          running?.()
          running = null
        },
      }
    },
  }
}

/** The thread knows it no more, and may have made it wait. */
function goOn(pid: number): void {
  try {
    if (pid > 0) process.kill(pid, 'SIGCONT')
  } catch {
    // It is gone, or the system lets none wait.
  }
}

const UNWATCHED: WatchedPage = { runsIn() {}, lookedAt() {}, wasEnded: false, leave() {} }
