import { type Desktop, launchDesktop } from './electron.ts'
import { eventually } from './eventually.ts'
import type { PageView } from '../../src/main/features/browse/types.ts'
import type { Harness, Told } from '../fixtures/view-host/main.ts'

/** A window that shows pages of the hostile site by the app's own views. See test/fixtures/view-host. */
export interface ViewHostWindow {
  readonly desktop: Desktop
  /** Runs in the main process, with the harness. */
  within<T, A>(run: (harness: Harness, argument: A) => T | Promise<T>, argument?: A): Promise<T>
  open(url: string, options?: { kind?: 'site' | 'exit'; partition?: string }): Promise<number>
  load(view: number, url: string): Promise<void>
  /** Runs code in a page. `byPerson`: as if they had clicked, for Chromium. */
  run<T>(view: number, code: string, byPerson?: boolean): Promise<T>
  /** Does something with a view, as the browse feature would. */
  act<Name extends keyof PageView>(view: number, name: Name, ...args: Parameters<PageView[Name]>): Promise<ReturnType<PageView[Name]>>
  /** What a view told, of one kind: its arguments. */
  told(view: number, event: Told['event']): Promise<(readonly unknown[])[]>
  close(): Promise<void>
}

const APP = 'test/fixtures/view-host'

/** `bare`: views as Electron makes them, with none of the layers. `args`: for Chromium. */
export async function openViewHost(dataFolder: string, options: { bare?: true; args?: readonly string[] } = {}): Promise<ViewHostWindow> {
  const desktop = await launchDesktop({ dataFolder, app: APP, args: options.args ?? [], env: { VIEW_HOST: options.bare === true ? 'bare' : 'all' } })
  const { app } = desktop
  await eventually('the window with its views', () => app.evaluate(() => Reflect.has(globalThis, 'harness')))
  const harness = await app.evaluateHandle(() => Reflect.get(globalThis, 'harness') as Harness)
  const within: ViewHostWindow['within'] = (run, argument) => harness.evaluate(run as never, argument)
  return {
    desktop,
    within,
    open: (url, { kind = 'site', partition = 'alice' } = {}) =>
      within((harness, [url, kind, partition]) => harness.open(kind, partition, url), [url, kind, partition] as const),
    load: (view, url) => within((harness, [view, url]) => harness.load(view, url), [view, url] as const),
    run: <T>(view: number, code: string, byPerson = false) =>
      within((harness, [view, code, byPerson]) => harness.run(view, code, byPerson) as Promise<T>, [view, code, byPerson] as const),
    act: <Name extends keyof PageView>(view: number, name: Name, ...args: Parameters<PageView[Name]>) =>
      within(({ act }, [view, name, args]) => act(view, name, ...args), [view, name, args] as const),
    told: (view, event) =>
      within(
        ({ told }, [view, event]) => told.filter((one) => one.view === view && one.event === event).map(({ args }) => args),
        [view, event] as const,
      ),
    close: () => desktop.kill(),
  }
}
