import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId } from '../../../shared/ids.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextArea } from '../../ui/Field.tsx'
import { Section } from '../../ui/Section.tsx'
import { ConfirmDialog } from './ConfirmDialog.tsx'
import css from './NamePage.module.css'
import { Refusal } from './Refusal.tsx'
import { readRevocation } from './revocation-file.ts'
import { namesStore, useTld } from './store.ts'
import { useNameWords } from './use-name-words.ts'
import { useSubmit } from './use-submit.ts'

/** What a file holds: whom it ends, or why it is not handed in here. */
type Held = { is: 'revocation'; entry: string; account: AccountId; names: string[] } | { is: 'another' | 'elsewhere' }

/** Somebody's file, handed in after it was said whose account it ends, and which names. */
export function UseRevocation(): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const tld = useTld()
  const { who } = useNameWords()
  const network = namesStore.use(({ state }) => state.network)
  const [text, setText] = useState('')
  const [held, setHeld] = useState<Held | null>(null)
  const entry = readRevocation(text)
  const submit = useSubmit((entry: string) => client.ledger.submit({ entry }))
  const reading = useCall(async (entry: string) => {
    const read = await client.ledger.read({ entry })
    if (read.kind !== 'revoke') return setHeld({ is: 'another' })
    if (read.network !== network) return setHeld({ is: 'elsewhere' })
    const owned = await client.ledger.names({ account: read.account })
    setHeld({ is: 'revocation', entry, account: read.account, names: owned.map(({ name }) => `${name}.${tld}`) })
  })
  const isTaken = submit.said?.outcome === 'taken'
  const isBad = text.trim() !== '' && entry === null
  const close = (): void => setHeld(null)

  return (
    <Section title={t('names.revoke.useTitle')} note={t('names.revoke.useText')}>
      <div className={css.form}>
        <TextArea
          label={t('names.revoke.useField')}
          error={isBad ? t('names.revoke.useBad') : held === null || held.is === 'revocation' ? null : t(`names.revoke.use.${held.is}`)}
          rows={3}
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            close()
            reading.dismiss()
            submit.dismiss()
          }}
        />
        <p>
          <Button disabled={entry === null || isTaken} busy={reading.busy} onClick={() => entry !== null && void reading.run(entry)}>
            {t('names.revoke.useGo')}
          </Button>
        </p>
        <output className={css.soft}>{isTaken ? t('names.revoke.useDone') : ''}</output>
        {reading.failure !== null && <FailureNote failure={reading.failure} onDismiss={reading.dismiss} />}
        <Refusal of={submit} />
      </div>
      {held?.is === 'revocation' && (
        <ConfirmDialog
          title={t('names.revoke.useSure')}
          points={[
            t('names.revoke.useWhose', { who: who(held.account) }),
            t('names.revoke.would', { count: held.names.length, names: held.names.join(', ') }),
            t('names.releaseDialog.points.final'),
          ]}
          word={null}
          keep={t('cancel')}
          go={t('names.revoke.go')}
          busy={submit.busy}
          onClose={close}
          onGo={() => void submit.run(held.entry).then(close)}
        />
      )}
    </Section>
  )
}
