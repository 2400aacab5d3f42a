import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { useCopy } from '../../ui/Key.tsx'
import { Facts, Section } from '../../ui/Section.tsx'
import css from './Settings.module.css'

interface Served {
  url: string | null
  token: string | null
  openapi: string | null
}

/** Commands to begin with; the same that the README shows. */
const COMMANDS = ['npx latch status', 'npx latch peers', 'npx latch door', 'npx latch chat --help'].join('\n')

/** How programs of yours reach the same contract. The token is shown only when it is asked for. */
export function Access(): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [served, setServed] = useState<Served | null>(null)
  const reveal = useCall(async () => setServed(await client.node.access()))

  return (
    <>
      <Section
        title={t('settings.access.title')}
        note={t('settings.access.note')}
        action={
          served === null && (
            <Button busy={reveal.busy} onClick={() => void reveal.run()}>
              {t('settings.access.reveal')}
            </Button>
          )
        }
      >
        {reveal.failure !== null && <FailureNote failure={reveal.failure} onDismiss={reveal.dismiss} />}
        {served !== null && <Shown served={served} />}
      </Section>
      <Section title={t('settings.access.cli')} note={t('settings.access.cliNote')}>
        <pre className={css.commands}>{COMMANDS}</pre>
      </Section>
    </>
  )
}

function Shown({ served }: { served: Served }): ReactNode {
  const { t } = useTranslation()
  if (served.url === null || served.token === null) return <p>{t('settings.access.off')}</p>
  return (
    <>
      <Facts
        facts={[
          { name: t('settings.access.address'), value: <Secret text={served.url} /> },
          { name: t('settings.access.token'), value: <Secret text={served.token} /> },
          ...(served.openapi === null
            ? []
            : [{ name: t('settings.access.openapi'), value: <Secret text={served.openapi} /> }]),
        ]}
      />
      <p className={css.soft}>{t('settings.access.secret')}</p>
    </>
  )
}

function Secret({ text }: { text: string }): ReactNode {
  const { t } = useTranslation()
  const [copied, copy] = useCopy(text)
  return (
    <>
      <span className={css.secret}>{text}</span>{' '}
      <Button size="small" tone="quiet" onClick={copy}>
        {copied ? t('copied') : t('copy')}
      </Button>
    </>
  )
}
