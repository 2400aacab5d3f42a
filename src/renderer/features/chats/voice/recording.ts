import { MINUTE } from '../../../../shared/units.ts'
import { MAX_WAVE_BARS } from '../../../../shared/model/files.ts'

/** What is longer is a talk, and a file. */
export const MAX_NOTE_MS = 15 * MINUTE
/** Speech sounds natural at this rate; a minute has some 200 KB. */
export const BITS_PER_SECOND = 28_000
export const TYPE = 'audio/webm;codecs=opus'

export function canRecord(): boolean {
  return typeof MediaRecorder !== 'undefined' && MediaRecorder.isTypeSupported(TYPE) && navigator.mediaDevices !== undefined
}

/** Loudness over the length of a note in few bars, the loudest of each part, so that quiet notes are seen too. Pure. */
export function waveOf(levels: readonly number[], bars = MAX_WAVE_BARS): number[] {
  const count = Math.min(bars, levels.length)
  const loudest = Math.max(0.02, ...levels)
  return Array.from({ length: count }, (_, bar) => {
    const from = Math.floor((bar * levels.length) / count)
    const to = Math.max(from + 1, Math.floor(((bar + 1) * levels.length) / count))
    return Math.round((255 * Math.max(...levels.slice(from, to))) / loudest)
  })
}

/** `1:05`. Pure. */
export function noteClock(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

export interface Recorder {
  /** How loud it is now, 0 to 1. */
  level: () => number
  /** Ends it and gives what was said. */
  finish: () => Promise<Blob>
  /** Ends it and keeps nothing. */
  cancel: () => void
}

/** Asks for the microphone, and listens until it is told to stop. Rejects where it may not. */
export async function record(): Promise<Recorder> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, channelCount: 1 } })
  const recorder = new MediaRecorder(stream, { mimeType: TYPE, audioBitsPerSecond: BITS_PER_SECOND })
  const context = new AudioContext()
  const listener = context.createAnalyser()
  listener.fftSize = 1_024
  context.createMediaStreamSource(stream).connect(listener)
  const samples = new Float32Array(listener.fftSize)
  const parts: Blob[] = []
  recorder.addEventListener('dataavailable', ({ data }) => void parts.push(data))
  recorder.start(1_000)
  const release = (): void => {
    for (const track of stream.getTracks()) track.stop()
    void context.close()
  }
  return {
    level: () => {
      listener.getFloatTimeDomainData(samples)
      return Math.min(1, Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length) * 4)
    },
    finish: () =>
      new Promise((resolve) => {
        const end = (): void => {
          release()
          resolve(new Blob(parts, { type: 'audio/webm' }))
        }
        if (recorder.state === 'inactive') return end()
        recorder.addEventListener('stop', end, { once: true })
        recorder.stop()
      }),
    cancel: () => {
      if (recorder.state !== 'inactive') recorder.stop()
      release()
    },
  }
}
