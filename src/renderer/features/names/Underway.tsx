import { Check, CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ClaimStep, MyName } from '../../../shared/model/names.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import css from './Underway.module.css'
import { applyNamesEvent } from './state.ts'
import { namesStore } from './store.ts'
import { useClaim } from './use-claim.ts'
import { claimText } from './wording.ts'

const stages = ['seal', 'ripen', 'open', 'yours'] as const

/** The stage a claim is in; null: it was refused. */
function stageOf(step: ClaimStep | null): number | null {
  if (step === null) return 0
  if (step.step === 'refused') return null
  if (step.step === 'ripening') return 1
  if (step.step === 'yours') return stages.length
  return step.what === 'commitment' ? 0 : 2
}

/** A name on its way: where it is, what it waits for, or why it was refused. */
export function Underway({ name }: { name: MyName }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { fullName, claim: step } = name
  const again = useClaim()
  const drop = useCall(async () => {
    await client.names.dropClaim({ name: name.name })
    namesStore.change((state) => applyNamesEvent(state, { event: 'name-gone', name: name.name }))
  })
  const failure = again.failure ?? drop.failure
  const stage = stageOf(step)

  return (
    <li className={css.claim}>
      <div className={css.head}>
        <h3 className={css.name}>
          <bdi>{fullName}</bdi>
        </h3>
        {stage === null ? (
          <>
            <Button size="small" busy={again.busy} onClick={() => void again.run(name.name)}>
              {t('names.underway.again')}
            </Button>
            <Button size="small" tone="quiet" busy={drop.busy} onClick={() => void drop.run()}>
              {t('names.underway.remove')}
            </Button>
          </>
        ) : (
          stage < stages.length && (
            <Button
              size="small"
              tone="quiet"
              busy={drop.busy}
              aria-label={t('names.underway.giveUpOf', { name: fullName })}
              onClick={() => void drop.run()}
            >
              {t('names.underway.giveUp')}
            </Button>
          )
        )}
      </div>
      {stage !== null && <Stages at={stage} name={fullName} />}
      {stage === null ? (
        <p className={css.refused} role="alert">
          <CircleAlert aria-hidden="true" />
          <span>{step === null ? '' : claimText(t, step)}</span>
        </p>
      ) : (
        <output className={css.soft}>{step === null ? t('names.underway.starting') : claimText(t, step)}</output>
      )}
      {failure !== null && (
        <FailureNote
          failure={failure}
          onDismiss={() => {
            again.dismiss()
            drop.dismiss()
          }}
        />
      )}
    </li>
  )
}

function Stages({ at, name }: { at: number; name: string }): ReactNode {
  const { t } = useTranslation()
  return (
    <ol className={css.stages} aria-label={t('names.underway.stages', { name })}>
      {stages.map((stage, index) => {
        const state = index < at ? 'done' : index === at ? 'now' : 'later'
        return (
          <li key={stage} className={css.stage} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
            <span className={css.dot}>{state === 'done' && <Check aria-hidden="true" />}</span>
            <span>
              {t(`names.underway.stage.${stage}`)}
              {state !== 'later' && <span className="visually-hidden"> ({t(`names.underway.${state}`)})</span>}
            </span>
          </li>
        )
      })}
    </ol>
  )
}
