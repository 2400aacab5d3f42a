import type { AppsEvent } from '../../../shared/contract/apps.ts'
import type { App, AppId } from '../../../shared/model/apps.ts'
import { createFedStore } from '../../bridge/fed-store.ts'

export type Apps = ReadonlyMap<AppId, App>

/** Programs of this person that may speak with those of others. */
export const appsStore = createFedStore<Apps, App[], AppsEvent>({
  initial: new Map(),
  reset: (_, apps) => new Map(apps.map((app) => [app.id, app])),
  apply: (apps, event) => {
    const next = new Map(apps)
    if (event.event === 'app-changed') next.set(event.app.id, event.app)
    else next.delete(event.id)
    return next
  },
})
