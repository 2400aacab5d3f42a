import { LatchError } from '../../shared/errors.ts'
import type { AccountId } from '../../shared/ids.ts'
import { nameOf as personName } from '../../shared/model/contacts.ts'
import type { RestoringFeature } from '../features/backup/index.ts'
import type { JoiningFeature } from '../features/devices/index.ts'
import type { Looks } from '../features/files/index.ts'
import type { Household } from '../node/types.ts'
import { base64Of, bytesOf } from './app-words.ts'
import type { RouterParts } from './router-parts.ts'

/** What people say to each other, and what belongs to it: groups, files, search, mailboxes, devices, backups. */
export function answerChat(
  { os, house, stream }: RouterParts,
  joining: JoiningFeature,
  restoring: RestoringFeature,
  mayRead: (path: string) => boolean,
) {
  const chat = () => house().chat
  const files = () => house().files
  const mailbox = () => house().mailbox
  const devices = () => house().devices
  const backup = () => house().backup

  return {
    chat: {
      conversations: os.chat.conversations.handler(() => chat().conversations()),
      open: os.chat.open.handler(({ input }) => chat().open(input.with, input.name)),
      decide: os.chat.decide.handler(({ input }) => chat().decide(input.conversation, input.choice)),
      messages: os.chat.messages.handler(({ input: { conversation, limit, ...at } }) => chat().messages(conversation, at, limit)),
      message: os.chat.message.handler(({ input }) => chat().message(input.id)),
      send: os.chat.send.handler(({ input: { conversation, ...draft } }) => chat().send(conversation, draft)),
      edit: os.chat.edit.handler(({ input }) => chat().edit(input.id, input.text, input.mentions)),
      remove: os.chat.remove.handler(async ({ input }) => {
        await chat().remove(input.id, input.for)
        return { id: input.id }
      }),
      react: os.chat.react.handler(({ input }) => chat().react(input.id, input.emoji, input.on)),
      pinMessage: os.chat.pinMessage.handler(({ input }) => chat().pinMessage(input.id, input.pinned)),
      forward: os.chat.forward.handler(({ input }) => chat().forward(input.id, input.to)),
      choose: os.chat.choose.handler(({ input: { conversation, ...choices } }) => chat().choose(conversation, choices)),
      disappear: os.chat.disappear.handler(({ input }) => chat().disappear(input.conversation, input.afterMs)),
      clear: os.chat.clear.handler(({ input }) => chat().clear(input.conversation)),
      removeFrom: os.chat.removeFrom.handler(async ({ input }) => ({ removed: await chat().removeFrom(input.account) })),
      typing: os.chat.typing.handler(({ input }) => {
        chat().typing(input.conversation)
        return input
      }),
      markRead: os.chat.markRead.handler(({ input }) => chat().markRead(input.conversation, input.position)),
      trace: os.chat.trace.handler(({ input }) => chat().trace(input.id)),
      export: os.chat.export.handler(({ input, signal }) => chat().export({ ...input, nameOf: nameOf(house()), signal })),
      watch: os.chat.watch.handler(({ signal }) => stream('chat.watch', chat().watch(signal))),
    },
    groups: {
      create: os.groups.create.handler(async ({ input }) => {
        const id = await chat().groups.create(input)
        return chat().conversation(id)
      }),
      answer: os.groups.answer.handler(({ input }) => chat().groups.answer(input.group, input.join)),
      add: os.groups.add.handler(({ input }) => chat().groups.add(input.group, input.accounts)),
      remove: os.groups.remove.handler(({ input }) => chat().groups.remove(input.group, input.account, input.messagesToo)),
      leave: os.groups.leave.handler(({ input }) => chat().groups.leave(input.group)),
      setRole: os.groups.setRole.handler(({ input }) => chat().groups.setRole(input.group, input.account, input.role)),
      set: os.groups.set.handler(({ input: { group, ...settings } }) => chat().groups.set(group, settings)),
    },
    files: {
      stage: os.files.stage.handler(({ input, signal }) => {
        if (!mayRead(input.path)) throw new LatchError('NOT_ALLOWED', 'Drag that file in, or choose it in the dialog.')
        return files().stage(input.path, looksOf(input.looks), signal)
      }),
      stageBytes: os.files.stageBytes.handler(({ input: { name, type, data, parts, looks } }) => {
        const bytes = parts === undefined ? bytesOf(data) : files().takeParts(parts, bytesOf(data))
        return files().stageBytes(name, type, bytes, looksOf(looks))
      }),
      put: os.files.put.handler(({ input }) => ({ id: files().putPart(input.id ?? null, bytesOf(input.data)) })),
      unstage: os.files.unstage.handler(({ input }) => {
        files().unstage(input.id)
        return input
      }),
      list: os.files.list.handler(() => files().list()),
      accept: os.files.accept.handler(({ input }) => files().accept(input.id, input.folder)),
      refuse: os.files.refuse.handler(({ input }) => files().refuse(input.id)),
      pause: os.files.pause.handler(({ input }) => files().pause(input.id)),
      resume: os.files.resume.handler(({ input }) => files().resume(input.id)),
      cancel: os.files.cancel.handler(({ input }) => files().cancel(input.id)),
      open: os.files.open.handler(async ({ input }) => {
        house().browse.showInFolder(await files().pathOf(input.id))
        return input
      }),
      bytes: os.files.bytes.handler(async ({ input }) => {
        const { type, data } = await files().bytes(input.id)
        return { type, data: base64Of(data) }
      }),
      watch: os.files.watch.handler(({ signal }) => stream('files.watch', files().watch(signal))),
    },
    search: { find: os.search.find.handler(({ input: { next, limit, ...query }, signal }) => chat().find(query, { next, limit }, signal)) },
    mailbox: {
      status: os.mailbox.status.handler(() => mailbox().status()),
      ask: os.mailbox.ask.handler(({ input }) => mailbox().ask(input.to)),
      leave: os.mailbox.leave.handler(({ input }) => mailbox().leave(input.peerId)),
      collect: os.mailbox.collect.handler(() => mailbox().collect()),
      drop: os.mailbox.drop.handler(({ input }) => mailbox().drop(input.account)),
      watch: os.mailbox.watch.handler(({ signal }) => stream('mailbox.watch', mailbox().watch(signal))),
    },
    devices: {
      list: os.devices.list.handler(() => devices().list()),
      link: os.devices.link.handler(() => devices().link()),
      answerLink: os.devices.answerLink.handler(({ input }) => devices().answerLink(input.allow)),
      cancelLink: os.devices.cancelLink.handler(() => {
        devices().cancelLink()
        return {}
      }),
      rename: os.devices.rename.handler(({ input }) => devices().rename(input.peerId, input.label)),
      revoke: os.devices.revoke.handler(({ input }) => devices().revoke(input.peerId)),
      join: os.devices.join.handler(({ input }) => joining.join(input.code, input.label)),
      joining: os.devices.joining.handler(() => joining.current()),
      cancelJoin: os.devices.cancelJoin.handler(() => joining.cancel()),
      watchJoining: os.devices.watchJoining.handler(({ signal }) => stream('devices.watchJoining', joining.watch(signal))),
      watch: os.devices.watch.handler(({ signal }) => stream('devices.watch', devices().watch(signal))),
    },
    backup: {
      status: os.backup.status.handler(() => backup().status()),
      make: os.backup.make.handler(({ input }) => backup().make(input.path, input.passphrase)),
      cancel: os.backup.cancel.handler(() => backup().cancel()),
      automatic: os.backup.automatic.handler(({ input }) => backup().automatic(input)),
      read: os.backup.read.handler(({ input }) => restoring.read(input.path, input.passphrase)),
      restore: os.backup.restore.handler(({ input }) => restoring.restore(input.path, input.passphrase)),
      restoring: os.backup.restoring.handler(() => restoring.current()),
      cancelRestore: os.backup.cancelRestore.handler(() => restoring.cancel()),
      watchRestoring: os.backup.watchRestoring.handler(({ signal }) => stream('backup.watchRestoring', restoring.watch(signal))),
      revocation: os.backup.revocation.handler(({ input }) => backup().revocation(input.path)),
      publishRevocation: os.backup.publishRevocation.handler(({ input }) => backup().publishRevocation(input.path)),
      watch: os.backup.watch.handler(({ signal }) => stream('backup.watch', backup().watch(signal))),
    },
  }
}

/** What the window found out, without what it did not say. */
function looksOf(looks: { readonly [Key in keyof Looks]?: Looks[Key] | undefined }): Looks {
  return Object.fromEntries(Object.entries(looks).filter(([, value]) => value !== undefined))
}

/** What somebody is called here; whoever is not known, by their account. */
function nameOf({ contacts }: Household): (account: AccountId) => string {
  return (account) => {
    const person = contacts.get(account)
    return person === null ? account : personName(person)
  }
}
