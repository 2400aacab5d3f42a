import { app, session, shell, type WebContents } from 'electron'
import { outsideOf } from '../../shared/outside.ts'
import type { Log } from '../platform/log.ts'
import { isOurs, schemeOf } from './links.ts'
import { DEAD_PROXY, isOfOthers } from './site-views/index.ts'

/**
 * What our own page may ask of the system: to put text on the clipboard, which it cannot read; and the camera and the
 * microphone, for a code that another device shows and for a voice note. The system asks the person as well.
 */
const OURS_MAY: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'media'])

/**
 * What no page of ours may do, whatever it loads: leave its origin, open windows, embed a web view, ask for a
 * permission other than those. An address out of Latch, which the window asked about, is handed to the system: of the web, or a
 * letter's, and nothing else.
 */
export function guardWebContents(log: Log): void {
  // The window needs no names; exits resolve theirs far away. What a page could have looked up says where it is read.
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND, EXCLUDE 127.0.0.1')
  app.on('web-contents-created', (_event, contents) => {
    // Pages of others have guards of their own, which site-views puts up before anything is loaded.
    if (!isOfOthers(contents.session)) guard(contents, log)
  })
  app.on('ready', () => {
    session.defaultSession.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) => {
      if (OURS_MAY.has(permission) && isOurs(requestingUrl)) return answer(true)
      log.warn({ permission }, 'a page asked for a permission; refused')
      answer(false)
    })
    session.defaultSession.setPermissionCheckHandler((_contents, permission, origin) => OURS_MAY.has(permission) && isOurs(origin))
    session.defaultSession.setDevicePermissionHandler(() => false)
    // Nothing of ours is fetched from anywhere: whatever would be goes nowhere.
    void session.defaultSession.setProxy({ mode: 'fixed_servers', proxyRules: DEAD_PROXY, proxyBypassRules: '<-loopback>' })
    // Chromium fetches a dictionary for each from a server of Google's, at the first window, which switching the checker
    // off does not prevent. macOS has a checker of its own and no use for this.
    session.defaultSession.setSpellCheckerLanguages([])
  })
}

function guard(contents: WebContents, log: Log): void {
  const refuse = (event: { preventDefault(): void; url: string }): void => {
    if (isOurs(event.url)) return
    event.preventDefault()
    log.warn({ scheme: schemeOf(event.url) }, 'a navigation away from the app; refused')
  }
  contents.on('will-navigate', refuse)
  contents.on('will-frame-navigate', refuse)
  contents.on('will-redirect', refuse)
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    const outside = outsideOf(url)
    if (outside === null) log.warn({ scheme: schemeOf(url) }, 'a new window was asked for; refused')
    else void shell.openExternal(outside.url).catch((error: unknown) => log.warn({ error }, 'the system opened nothing for an address'))
    return { action: 'deny' }
  })
}
