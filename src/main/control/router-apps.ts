import type { IdentityFeature } from '../features/identity/types.ts'
import { answerOf, base64Of, bytesOf, sendingOf, served } from './app-words.ts'
import { programOf } from './callers.ts'
import type { RouterParts } from './router-parts.ts'

/** What programs of this person ask, and what is asked about them. */
export function answerApps({ os, house, stream, me }: RouterParts & { readonly me: IdentityFeature['me'] }) {
  return {
    list: os.apps.list.handler(() => house().apps.list()),
    register: os.apps.register.handler(({ input }) => house().apps.register(input.id, input.title ?? input.id)),
    renew: os.apps.renew.handler(({ input }) => house().apps.renew(input.id)),
    remove: os.apps.remove.handler(({ input }) => {
      house().apps.remove(input.id)
      return input
    }),
    watch: os.apps.watch.handler(({ signal }) => stream('apps.watch', house().apps.watch(signal))),
    me: os.apps.me.handler(({ context, input }) => {
      const { account, name, peerId } = me()
      return { app: programOf(context.caller, input.app), account, name, peerId }
    }),
    people: os.apps.people.handler(({ context, input }) => {
      programOf(context.caller, input.app)
      return house().apps.people()
    }),
    serve: os.apps.serve.handler(({ context, input, signal }) =>
      stream('apps.serve', served(house().apps.serve(programOf(context.caller, input.app), signal))),
    ),
    reply: os.apps.reply.handler(async ({ context, input }) => {
      await house().apps.reply(programOf(context.caller, input.app), input.id, input.status, sendingOf(input))
      return { id: input.id }
    }),
    request: os.apps.request.handler(async ({ context, input, signal }) => {
      const { to, method, deadlineMs, knock } = input
      const ask = { to, method, deadlineMs, knock, sending: sendingOf(input) }
      return answerOf(await house().apps.request(programOf(context.caller, input.app), ask, signal))
    }),
    response: os.apps.response.handler(async ({ context, input, signal }) =>
      answerOf(await house().apps.response(programOf(context.caller, input.app), input.id, signal)),
    ),
    read: os.apps.read.handler(async ({ context, input, signal }) => {
      const { chunk, done } = await house().apps.read(programOf(context.caller, input.app), input.id, signal)
      return { chunk: base64Of(chunk), done }
    }),
    write: os.apps.write.handler(async ({ context, input }) => {
      const { id, chunk, done } = input
      await house().apps.write(programOf(context.caller, input.app), id, bytesOf(chunk), done)
      return { id }
    }),
    cancel: os.apps.cancel.handler(({ context, input }) => {
      house().apps.cancel(programOf(context.caller, input.app), input.id)
      return { id: input.id }
    }),
    }
}
