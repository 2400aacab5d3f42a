import { Notification } from 'electron'
import { bodyText, type Notice } from './notices.ts'

/** Those on the screen: an object that nobody holds is collected, and its click with it. Forgotten ones are few. */
const shown = new Set<Notification>()
const MAX_SHOWN = 32

/** An OS notification. It answers nothing by itself: a click opens the place where the answer is given. */
export function notify({ title, body, path }: Notice, show: (path: string) => void): void {
  if (!Notification.isSupported()) return
  const notification = new Notification({ title, body: bodyText(body), silent: false })
  const forget = (): void => void shown.delete(notification)
  notification.on('click', () => {
    forget()
    show(path)
  })
  notification.on('close', forget)
  notification.on('failed', forget)
  shown.add(notification)
  for (const oldest of shown) {
    if (shown.size <= MAX_SHOWN) break
    shown.delete(oldest)
  }
  notification.show()
}
