import { useEffect, useRef, useState, type RefObject } from 'react'
import { codeIn, pixelsOf } from './read-code.ts'

export type CameraState = 'starting' | 'seeing' | 'denied' | 'none'

/** Looks often enough that a hand that shakes does not matter, and leaves the processor time. */
const EVERY_MS = 180

/**
 * The camera, shown in `video` while the component lives, and what it reads: `onCode` for each code that it sees. What it
 * sees stays in this window.
 */
export function useCamera(onCode: (text: string) => void): { state: CameraState; video: RefObject<HTMLVideoElement | null> } {
  const video = useRef<HTMLVideoElement>(null)
  const [state, setState] = useState<CameraState>('starting')
  const told = useRef(onCode)
  useEffect(() => {
    told.current = onCode
  })

  useEffect(() => {
    const canvas = document.createElement('canvas')
    let stream: MediaStream | null = null
    let timer: ReturnType<typeof setTimeout> | null = null
    let isOver = false

    const look = async (): Promise<void> => {
      const seen = video.current
      if (isOver || seen === null) return
      const pixels = pixelsOf(seen, seen.videoWidth, seen.videoHeight, canvas)
      const text = pixels === null ? null : await codeIn(pixels)
      if (isOver) return
      if (text !== null && text !== '') told.current(text)
      timer = setTimeout(() => void look(), EVERY_MS)
    }
    const start = async (): Promise<void> => {
      if (navigator.mediaDevices === undefined) return setState('none')
      try {
        stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: 'environment' } })
      } catch (error) {
        const isDenied = error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'SecurityError')
        if (!isOver) setState(isDenied ? 'denied' : 'none')
        return
      }
      if (isOver || video.current === null) return stop()
      video.current.srcObject = stream
      await video.current.play().catch(() => {})
      if (isOver) return
      setState('seeing')
      void look()
    }
    const stop = (): void => {
      for (const track of stream?.getTracks() ?? []) track.stop()
    }

    void start()
    return () => {
      isOver = true
      if (timer !== null) clearTimeout(timer)
      stop()
    }
  }, [])

  return { state, video }
}
