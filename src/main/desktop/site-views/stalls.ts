import { Worker } from 'node:worker_threads'
import { MAX_WATCHED, SPANS_BEFORE_ALL, STALL_BUSY_SHARE, STALL_LEAST_SHARE, STALL_SPAN_MS, STALL_TICK_MS } from './limits.ts'

/*
 * Of much that a page can do without end (locks, channels, shared workers, focus) the main process is not told one by one: it
 * only does it, and for as long nothing else is done there. So a thread of its own feels whether it still moves, and ends the
 * process of the page that is looked at; if that was not it, those of all others.
 *
 * It ends the page, and not the wait: what the page had put into Chromium's own queue by then keeps the main process for minutes.
 *
 * An open menu of the system, or a window that is moved, stops the main loop too on some systems: then it does nothing,
 * whereas a page keeps it busy.
 *
 *   beat │ place that is looked at │ place of a page: the number of its process, less than 0 once it was ended │ …
 */

const BEAT = 0
const LOOKED_AT = 1
const FIRST = 2

const THREAD = `
const { workerData: { shared, tickMs, ticks, leastShare, busyShare, spansBeforeAll } } = require('node:worker_threads')
const cells = new Int32Array(shared)
let beats, used, from, passed
const begin = () => {
  beats = Atomics.load(cells, ${BEAT})
  used = process.cpuUsage()
  from = performance.now()
  passed = 0
}
const end = (place) => {
  const pid = Atomics.load(cells, place)
  if (pid <= 0 || Atomics.compareExchange(cells, place, pid, -pid) !== pid) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {}
}
let heldUp = 0
begin()
setInterval(() => {
  passed += 1
  if (passed < ticks) return
  const { user, system } = process.cpuUsage(used)
  const isBusy = (user + system) / 1000 >= (performance.now() - from) * busyShare
  const isHeldUp = isBusy && Atomics.load(cells, ${BEAT}) - beats < ticks * leastShare
  begin()
  heldUp = isHeldUp ? heldUp + 1 : 0
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
  /** Beats of those that there should be, below which the loop is held up. */
  readonly leastShare: number
  /** The part of one core that the process used meanwhile, at least. */
  readonly busyShare: number
}

/** Starts a thread that watches those `cells`. */
export function startStallThread(cells: Int32Array<SharedArrayBuffer>, { spanMs, tickMs, leastShare, busyShare }: StallTerms): StallThread {
  const workerData = { shared: cells.buffer, tickMs, ticks: Math.ceil(spanMs / tickMs), leastShare, busyShare, spansBeforeAll: SPANS_BEFORE_ALL }
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
    const thread = startStallThread(cells, { spanMs: STALL_SPAN_MS, tickMs: STALL_TICK_MS, leastShare: STALL_LEAST_SHARE, busyShare: STALL_BUSY_SHARE })
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
          Atomics.store(cells, place, 0)
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

const UNWATCHED: WatchedPage = { runsIn() {}, lookedAt() {}, wasEnded: false, leave() {} }
