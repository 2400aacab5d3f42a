import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import css from './Dns.module.css'
import { readPort } from './dns-port.ts'

/** The port that something of this node listens at; keyed by it, so that it begins anew with another. */
export function PortForm({ port, onUse }: { port: number; onUse: (port: number) => Promise<unknown> }): ReactNode {
  const { t } = useTranslation()
  const [text, setText] = useState(String(port))
  const change = useCall(onUse)
  const read = readPort(text)
  const isChanged = read.outcome === 'port' && read.port !== port
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isChanged) void change.run(read.port)
      }}
    >
      <div className={css.port}>
        <TextField
          label={t('settings.dns.port')}
          inputMode="numeric"
          autoComplete="off"
          maxLength={5}
          value={text}
          error={read.outcome === 'port' || text === '' ? null : t(`settings.dns.wrong.${read.why}`)}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" busy={change.busy} disabled={!isChanged}>
          {t('settings.dns.usePort')}
        </Button>
      </div>
      {change.failure !== null && <FailureNote failure={change.failure} onDismiss={change.dismiss} />}
    </form>
  )
}
