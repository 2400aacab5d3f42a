import { Check, CircleAlert } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { NameLabel } from '../../../shared/model/ledger.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { cx } from '../../ui/cx.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { fullDate } from '../../ui/when.ts'
import { useMe } from '../identity/store.ts'
import css from './ClaimForm.module.css'
import { namesStore, useTld } from './store.ts'
import { readLabel } from './typed-name.ts'
import { useClaim } from './use-claim.ts'
import { useMyNames } from './use-my-names.ts'
import { useNameWords } from './use-name-words.ts'
import { useOwner, type Owner } from './use-owner.ts'

/** A field that says while one types whether it can be a name, and whether somebody has it. */
export function ClaimForm({ preset = '' }: { preset?: string }): ReactNode {
  const { t } = useTranslation()
  const tld = useTld()
  const [text, setText] = useState(preset)
  const [wasTried, setWasTried] = useState(false)
  const typed = readLabel(text, tld)
  const label = typed.is === 'label' ? typed.label : null
  const owner = useOwner(label)
  const mine = namesStore.use(({ state }) => (label === null ? null : (state.mine.get(label) ?? null)))
  const claim = useClaim()
  const [last, setLast] = useState<NameLabel | null>(null)
  const { owned } = useMyNames()
  // What may still become a name is not said to be wrong before somebody means it.
  const wrong = typed.is === 'wrong' && (!typed.early || wasTried) ? typed.why : null
  const canClaim = label !== null && owner?.is !== 'somebody' && (mine === null || mine.claim?.step === 'refused')

  const submit = async (): Promise<void> => {
    setWasTried(true)
    if (!canClaim || label === null) return
    if ((await claim.run(label)) === null) return
    setLast(label)
    setText('')
    setWasTried(false)
  }

  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <div className={css.line}>
        <div className={css.field}>
          <TextField
            label={t('names.claim.field')}
            hideLabel
            {...(label === null ? { hint: t('names.claim.hint') } : {})}
            error={wrong === null ? null : t(`names.claim.wrong.${wrong}`, { example: `alice.${tld}`, tld })}
            value={text}
            placeholder="alice"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={255}
            onChange={(event) => {
              setText(event.target.value)
              setWasTried(false)
            }}
          />
          <span className={css.ending} aria-hidden="true">
            .{tld}
          </span>
        </div>
        <Button type="submit" tone="primary" disabled={!canClaim || wrong !== null} busy={claim.busy}>
          {t('names.claim.go')}
        </Button>
      </div>
      <output className={css.said}>
        {label !== null && <Said label={label} owner={owner} state={mine === null ? null : mine.claim === null ? 'mine' : mine.claim.step} />}
        {text === '' && last !== null && owned.some(({ name }) => name === last) && <Yours label={last} words="names.claim.had" />}
      </output>
      {claim.failure !== null && (
        <FailureNote failure={claim.failure} kept={t('names.claim.kept')} onDismiss={claim.dismiss} />
      )}
    </form>
  )
}

/** Whether it is free, in a sentence. */
function Said({ label, owner, state }: { label: NameLabel; owner: Owner | null; state: string | null }): ReactNode {
  const { t } = useTranslation()
  const me = useMe()?.account
  const { who } = useNameWords()
  const name = `${label}.${useTld()}`
  if (state !== null && state !== 'mine' && state !== 'refused' && state !== 'yours') {
    return <p className={css.soft}>{t('names.claim.underway', { name })}</p>
  }
  if (owner === null || owner.is === 'asking') return <p className={css.soft}>{t('names.claim.checking')}</p>
  if (owner.is === 'unknown') return <p className={css.soft}>{t('names.claim.unchecked', { name })}</p>
  if (owner.is === 'nobody') {
    return (
      <p className={cx(css.verdict, css.free)}>
        <Check aria-hidden="true" />
        {t('names.claim.free', { name })}
      </p>
    )
  }
  const { onLedger } = owner
  if (onLedger.owner === me) return <Yours label={label} words="names.claim.yours" />
  const about = { name, who: who(onLedger.owner), date: fullDate(onLedger.expiresMs) }
  return (
    <p className={cx(css.verdict, css.taken)}>
      <CircleAlert aria-hidden="true" />
      <span>{t(onLedger.phase === 'grace' ? 'names.claim.takenGrace' : 'names.claim.taken', about)}</span>
    </p>
  )
}

/** The way to where one says where it points. */
function Yours({ label, words }: { label: NameLabel; words: 'names.claim.yours' | 'names.claim.had' }): ReactNode {
  const { t } = useTranslation()
  const name = `${label}.${useTld()}`
  return (
    <p className={css.verdict}>
      <Check aria-hidden="true" />
      <span>
        {t(words, { name })}{' '}
        <Link href={paths.yourName(label)} className={css.link}>
          {t('names.claim.open')}
        </Link>
      </span>
    </p>
  )
}
