import { AppId, type App } from '../../src/shared/model/apps.ts'
import type { implementWith, World } from './world.ts'

/** Programs, over one scene: the page that shows them. What programs themselves ask is not asked by a window. */
export function createApps(os: ReturnType<typeof implementWith>, world: World) {
  const { scene } = world
  const token = 'Yk3vJm2pQ9sT7wXz4bNc8dRf6gHh5jKl'
  const appOf = (id: AppId): App | undefined => scene.apps.find((app) => app.id === id)
  const put = (app: App): App => {
    scene.apps = [...scene.apps.filter(({ id }) => id !== app.id), app]
    world.apps.tell({ event: 'app-changed', app })
    return app
  }
  return {
    list: os.apps.list.handler(() => scene.apps),
    register: os.apps.register.handler(({ input, errors }) => {
      if (appOf(input.id) !== undefined) throw errors.CONFLICT()
      const title = input.title ?? input.id
      return { app: put({ id: input.id, title, createdMs: Date.now(), lastSeenMs: null, isConnected: false }), token }
    }),
    renew: os.apps.renew.handler(({ input, errors }) => {
      const app = appOf(input.id)
      if (app === undefined) throw errors.NOT_FOUND()
      return { app, token }
    }),
    remove: os.apps.remove.handler(({ input }) => {
      scene.apps = scene.apps.filter(({ id }) => id !== input.id)
      world.apps.tell({ event: 'app-removed', id: input.id })
      return input
    }),
    watch: os.apps.watch.handler(({ signal }) => world.apps.watch(() => scene.apps, signal)),
    me: os.apps.me.handler(({ errors }) => {
      throw errors.NOT_ALLOWED()
    }),
    people: os.apps.people.handler(() => []),
    serve: os.apps.serve.handler(({ errors }) => {
      throw errors.NOT_ALLOWED()
    }),
    reply: os.apps.reply.handler(({ errors }) => {
      throw errors.NOT_ALLOWED()
    }),
    request: os.apps.request.handler(({ errors }) => {
      throw errors.NOT_ALLOWED()
    }),
    response: os.apps.response.handler(({ errors }) => {
      throw errors.NOT_ALLOWED()
    }),
    read: os.apps.read.handler(({ errors }) => {
      throw errors.NOT_ALLOWED()
    }),
    write: os.apps.write.handler(({ errors }) => {
      throw errors.NOT_ALLOWED()
    }),
    cancel: os.apps.cancel.handler(({ errors }) => {
      throw errors.NOT_ALLOWED()
    }),
  }
}

/** A program of the scene's person. */
export function app(id: string, changes: Partial<App> = {}): App {
  return { id: AppId.parse(id), title: id, createdMs: Date.now(), lastSeenMs: null, isConnected: false, ...changes }
}
