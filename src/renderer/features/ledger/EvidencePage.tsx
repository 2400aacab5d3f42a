import { CircleCheck, CircleDashed, CircleX, FileDown, ShieldCheck } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { EvidenceCheck, EvidenceOfTwo } from '../../../shared/model/consensus.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { cx } from '../../ui/cx.ts'
import { download } from '../../ui/download.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Key, useCopy } from '../../ui/Key.tsx'
import { PaneHeader, type PaneHeaderProps } from '../../ui/Panes.tsx'
import { Facts, Page, Section } from '../../ui/Section.tsx'
import { fullWhen } from '../../ui/when.ts'
import { differenceOf, evidenceFile, type Parts } from './evidence-file.ts'
import { sentence } from './entry-words.ts'
import css from './EvidencePage.module.css'
import { UpLink } from './UpLink.tsx'
import { useLedgerNames } from './use-names.ts'

export interface EvidencePageProps {
  evidence: EvidenceOfTwo
  back: NonNullable<PaneHeaderProps['back']>
}

/** Two messages that one validator signed where one is allowed, and the check of both. */
export function EvidencePage({ evidence, back }: EvidencePageProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const names = useLedgerNames()
  const { id, validator, slot, saying, record, key, seenMs, height, messages } = evidence
  const [checked, setChecked] = useState<EvidenceCheck | null>(null)
  const check = useCall(async () => setChecked(await client.ledger.checkEvidence({ record })))
  const name = names.validator(validator)
  const [first, second] = differenceOf(...messages)

  return (
    <>
      <PaneHeader title={<bdi>{t('ledger.evidence.line', { name })}</bdi>} back={back} />
      <Page>
        <div className={css.top}>
          <UpLink to={paths.ledgerView('evidence')} label={t('ledger.evidence.back')} />
          <p className={css.proves}>{t(`ledger.evidence.${saying}`, { name, slot })}</p>
          <div className={css.check}>
            <Button tone="primary" icon={<ShieldCheck />} busy={check.busy} onClick={() => void check.run()}>
              {t('ledger.evidence.check')}
            </Button>
            <span className={css.soft}>{t('ledger.evidence.checkNote')}</span>
          </div>
        </div>
        {check.failure !== null && <FailureNote failure={check.failure} onDismiss={check.dismiss} />}
        {checked !== null && <Result checked={checked} />}
        <div className={css.pair}>
          <Message evidence={evidence} which={0} parts={first} checked={checked} />
          <Message evidence={evidence} which={1} parts={second} checked={checked} />
        </div>
        <Facts
          facts={[
            { name: t('ledger.evidence.key'), value: <Key value={key} label={t('ledger.evidence.key')} /> },
            {
              name: t('ledger.evidence.height'),
              value:
                height === null ? (
                  t('ledger.evidence.notEntered')
                ) : (
                  <Link href={paths.block(height)} className={css.link}>
                    {t('ledger.blocks.line', { height })}
                  </Link>
                ),
            },
            { name: t('ledger.evidence.seen'), value: fullWhen(seenMs) },
            { name: t('ledger.evidence.id'), value: <Key value={id} label={t('ledger.key.proof')} /> },
          ]}
        />
        <Elsewhere evidence={evidence} />
      </Page>
    </>
  )
}

function Result({ checked }: { checked: EvidenceCheck }): ReactNode {
  const { t } = useTranslation()
  if (checked.outcome === 'refused') {
    return <Banner tone="error" title={t('ledger.evidence.refused')} text={sentence(checked.why)} />
  }
  return <Banner title={t('ledger.evidence.proven')} text={t('ledger.evidence.provenText')} />
}

interface MessageProps {
  evidence: EvidenceOfTwo
  which: 0 | 1
  parts: Parts
  checked: EvidenceCheck | null
}

function Message({ evidence: { blocks, signatures, messages }, which, parts, checked }: MessageProps): ReactNode {
  const { t } = useTranslation()
  const holds = checked?.holds?.[which] ?? null
  const state = holds === null ? 'unchecked' : holds ? 'holds' : 'fails'
  const Icon = { unchecked: CircleDashed, holds: CircleCheck, fails: CircleX }[state]
  return (
    <section className={css.message}>
      <h2 className={css.title}>{t(`ledger.evidence.message.${which === 0 ? 'a' : 'b'}`)}</h2>
      <dl className={css.facts}>
        <dt>{t('ledger.evidence.block')}</dt>
        <dd>
          <Key value={blocks[which]} label={t('ledger.key.block')} />
        </dd>
        <dt className={css.withCopy}>
          {t('ledger.evidence.signed')}
          <Copy text={messages[which]} label={t('ledger.key.message')} />
        </dt>
        <dd className={css.hex}>
          {parts.head}
          <mark className={css.apart}>{parts.apart}</mark>
          {parts.tail}
        </dd>
        <dt className={css.withCopy}>
          {t('ledger.evidence.signature')}
          <Copy text={signatures[which]} label={t('ledger.key.signature')} />
        </dt>
        <dd className={css.hex}>{signatures[which]}</dd>
      </dl>
      <p className={cx(css.state, css[state])}>
        <Icon aria-hidden="true" />
        {t(`ledger.evidence.${state}`)}
      </p>
    </section>
  )
}

function Copy({ text, label }: { text: string; label: string }): ReactNode {
  const { t } = useTranslation()
  const [copied, copy] = useCopy(text)
  return (
    <button type="button" className={css.copy} aria-label={t('key.copy', { label })} onClick={copy}>
      {copied ? t('copied') : t('copy')}
    </button>
  )
}

function Elsewhere({ evidence }: { evidence: EvidenceOfTwo }): ReactNode {
  const { t } = useTranslation()
  const file = evidenceFile(evidence)
  const [copied, copy] = useCopy(file)
  return (
    <Section title={t('ledger.evidence.elsewhere')}>
      <p className={css.soft}>{t('ledger.evidence.elsewhereText')}</p>
      <div className={css.buttons}>
        <Button
          icon={<FileDown />}
          aria-label={t('ledger.evidence.saveLabel')}
          onClick={() => download(`latch-evidence-slot-${evidence.slot}.json`, 'application/json', [file])}
        >
          {t('ledger.evidence.save')}
        </Button>
        <Button onClick={copy}>{copied ? t('copied') : t('ledger.evidence.copy')}</Button>
      </div>
    </Section>
  )
}
