import { CheckCircle2 } from 'lucide-react'
import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { SafetyWords } from '../../ui/SafetyWords.tsx'
import css from './PhraseDialog.module.css'

/** Positions asked for, counted from 0: one of each third, so that a half-written list is noticed. */
const ASKED = [2, 6, 10] as const

type Stage = { at: 'offer' } | { at: 'words'; words: string[] } | { at: 'check'; words: string[] } | { at: 'done' }

/** The recovery phrase: offered, shown, and checked. Every stage can be left; nothing is forced. */
export function PhraseDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [stage, setStage] = useState<Stage>({ at: 'offer' })
  const reveal = useCall(async () => {
    const { words } = await client.identity.phrase()
    setStage({ at: 'words', words })
  })

  switch (stage.at) {
    case 'offer':
      return (
        <Dialog
          open
          onClose={onClose}
          title={t('settings.phrase.title')}
          closeLabel={t('close')}
          footer={
            <>
              <Button onClick={onClose}>{t('settings.phrase.later')}</Button>
              <Button tone="primary" busy={reveal.busy} onClick={() => void reveal.run()}>
                {t('settings.phrase.show')}
              </Button>
            </>
          }
        >
          <div className={css.body}>
            <p>{t('settings.phrase.why')}</p>
            <p className={css.soft}>{t('settings.phrase.care')}</p>
            {reveal.failure !== null && <FailureNote failure={reveal.failure} onDismiss={reveal.dismiss} />}
          </div>
        </Dialog>
      )
    case 'words':
      return (
        <Dialog
          open
          onClose={onClose}
          title={t('settings.phrase.writeDown')}
          closeLabel={t('close')}
          footer={
            <>
              <Button onClick={onClose}>{t('settings.phrase.later')}</Button>
              <Button tone="primary" onClick={() => setStage({ at: 'check', words: stage.words })}>
                {t('settings.phrase.written')}
              </Button>
            </>
          }
        >
          <div className={css.body}>
            <SafetyWords words={stage.words} label={t('settings.phrase.title')} />
            <p className={css.soft}>{t('settings.phrase.onPaper')}</p>
          </div>
        </Dialog>
      )
    case 'check':
      return (
        <Check
          words={stage.words}
          onBack={() => setStage({ at: 'words', words: stage.words })}
          onDone={() => setStage({ at: 'done' })}
          onClose={onClose}
        />
      )
    case 'done':
      return (
        <Dialog
          open
          onClose={onClose}
          title={t('settings.phrase.doneTitle')}
          closeLabel={t('close')}
          footer={
            <Button tone="primary" onClick={onClose}>
              {t('close')}
            </Button>
          }
        >
          <p className={css.done}>
            <CheckCircle2 aria-hidden="true" />
            {t('settings.phrase.done')}
          </p>
        </Dialog>
      )
  }
}

interface CheckProps {
  words: string[]
  onBack: () => void
  onDone: () => void
  onClose: () => void
}

/** Three of the words, typed again. What was typed goes to main, which knows the phrase; the window decides nothing. */
function Check({ words, onBack, onDone, onClose }: CheckProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const first = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState<readonly string[]>(ASKED.map(() => ''))
  const confirm = useCall((phrase: string) => client.identity.confirmPhrase({ phrase }))
  const submit = async (): Promise<void> => {
    const phrase = words.map((word, index) => {
      const asked = ASKED.findIndex((position) => position === index)
      return asked === -1 ? word : (typed[asked] ?? '').trim().toLowerCase()
    })
    if ((await confirm.run(phrase.join(' '))) !== null) onDone()
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('settings.phrase.checkTitle')}
      closeLabel={t('close')}
      initialFocus={first}
      footer={
        <>
          <Button onClick={onBack}>{t('settings.phrase.showAgain')}</Button>
          <Button
            tone="primary"
            type="submit"
            form="phrase-check"
            busy={confirm.busy}
            disabled={typed.some((word) => word.trim() === '')}
          >
            {t('settings.phrase.check')}
          </Button>
        </>
      }
    >
      <form
        id="phrase-check"
        className={css.body}
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <p>{t('settings.phrase.checkText')}</p>
        {ASKED.map((position, index) => (
          <TextField
            key={position}
            {...(index === 0 ? { ref: first } : {})}
            label={t('settings.phrase.word', { position: position + 1 })}
            value={typed[index] ?? ''}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            onChange={(event) => setTyped(typed.map((word, other) => (other === index ? event.target.value : word)))}
          />
        ))}
        {confirm.failure !== null && (
          <FailureNote failure={confirm.failure} kept={t('settings.phrase.checkKept')} onDismiss={confirm.dismiss} />
        )}
      </form>
    </Dialog>
  )
}
