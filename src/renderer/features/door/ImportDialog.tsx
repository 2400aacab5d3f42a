import { FileUp } from 'lucide-react'
import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtuoso } from 'react-virtuoso'
import type { RulesRead } from '../../../shared/model/door.ts'
import { MiB } from '../../../shared/units.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { cx } from '../../ui/cx.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextArea } from '../../ui/Field.tsx'
import { Key, shortKey } from '../../ui/Key.tsx'
import { VerdictIcon } from '../../ui/VerdictIcon.tsx'
import { shortDate } from '../../ui/when.ts'
import { useNow } from '../../ui/use-now.ts'
import { usePeople } from '../contacts/store.ts'
import css from './RuleDialog.module.css'
import { nameFor, ruleText, untilText } from './wording.ts'

/** As the node takes it. */
const FILE_MAX_BYTES = 1 * MiB

/** As high as a line of two is; so many are seen at once. */
const ROW_PX = 53
const SHOWN = 5

/** A file of rules: read and shown first, with who signed it; taken only then. */
export function ImportDialog({ onClose, onTaken }: { onClose: () => void; onTaken: (count: number) => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [fileName, setFileName] = useState('')
  const [tooLarge, setTooLarge] = useState(false)
  const [read, setRead] = useState<{ of: string; found: RulesRead } | null>(null)
  const reading = useCall(async (of: string) => setRead({ of, found: await client.door.readRules({ text: of }) }))
  const taking = useCall(async (of: string) => {
    const rules = await client.door.importRules({ text: of })
    onTaken(rules.length)
  })
  const take = (given: string, name: string): void => {
    setText(given)
    setFileName(name)
    setTooLarge(given.length > FILE_MAX_BYTES)
    reading.dismiss()
    if (given.trim() !== '' && given.length <= FILE_MAX_BYTES) void reading.run(given)
  }
  // Two readings may overlap; only that of what stands here now counts.
  const found = read?.of === text ? read.found : null
  const fresh = found?.rules.filter(({ state }) => state === 'new').length ?? 0

  return (
    <Dialog
      open
      width="wide"
      onClose={onClose}
      title={t('door.rules.file.title')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" disabled={fresh === 0} busy={taking.busy} onClick={() => void taking.run(text)}>
            {t('door.rules.file.take', { count: fresh })}
          </Button>
        </>
      }
    >
      <div className={css.file}>
        <div className={css.choose}>
          <input
            ref={input}
            type="file"
            accept=".json,application/json"
            className={css.input}
            tabIndex={-1}
            aria-hidden="true"
            onChange={(event) => {
              const [file] = event.target.files ?? []
              if (file === undefined) return
              if (file.size > FILE_MAX_BYTES) {
                // What was read before stands here no more, and cannot be taken by mistake.
                take('', file.name)
                setTooLarge(true)
              } else void file.text().then((content) => take(content, file.name))
              // The same file, mended, can be chosen again.
              event.target.value = ''
            }}
          />
          <Button icon={<FileUp />} onClick={() => input.current?.click()}>
            {t('door.rules.file.choose')}
          </Button>
          <span className={css.fileName}>{fileName}</span>
        </div>
        <TextArea
          label={t('door.rules.file.paste')}
          value={text}
          rows={3}
          spellCheck={false}
          error={tooLarge ? t('door.rules.file.tooLarge') : null}
          onChange={(event) => take(event.target.value, '')}
        />
        {reading.failure !== null && <FailureNote failure={reading.failure} />}
        {reading.busy && <output>{t('door.rules.file.reading')}</output>}
        {found !== null && <Found found={found} />}
        {taking.failure !== null && <FailureNote failure={taking.failure} />}
      </div>
    </Dialog>
  )
}

function Found({ found }: { found: RulesRead }): ReactNode {
  const { t } = useTranslation()
  const people = usePeople()
  const { signedBy, madeMs, rules } = found
  const when = shortDate(madeMs)
  const name = signedBy.account === null ? shortKey(signedBy.peerId) : nameFor(t, signedBy.account, people)
  const present = rules.filter(({ state }) => state === 'present').length
  const counts = [
    rules.length === present ? '' : t('door.rules.file.new', { count: rules.length - present }),
    present === 0 ? '' : t('door.rules.file.present', { count: present }),
  ]
  return (
    <>
      {signedBy.who === 'stranger' && (
        <Banner tone="warning" title={t('door.rules.file.stranger')} text={t('door.rules.file.strangerText')} />
      )}
      <div>
        <p className={css.signed}>
          {signedBy.who === 'you' && t('door.rules.file.signedYou', { when })}
          {signedBy.who === 'contact' && t('door.rules.file.signedContact', { name, when })}
          {signedBy.who === 'stranger' && t('door.rules.file.signedStranger', { when })}
        </p>
        {signedBy.who === 'stranger' && <Key value={signedBy.peerId} label={t('key.peer')} />}
        <p>{rules.length === present ? t('door.rules.file.nothing') : counts.filter(Boolean).join(' · ')}</p>
      </div>
      <Virtuoso
        className={css.rules ?? ''}
        style={{ height: Math.min(SHOWN, rules.length) * ROW_PX }}
        aria-label={t('door.rules.file.list')}
        data={rules}
        itemContent={renderRule}
      />
    </>
  )
}

function renderRule(_: number, rule: RulesRead['rules'][number]): ReactNode {
  return <FoundRule rule={rule} />
}

function FoundRule({ rule: { draft, state } }: { rule: RulesRead['rules'][number] }): ReactNode {
  const { t } = useTranslation()
  const people = usePeople()
  const nowMs = useNow(15_000)
  return (
    <div className={cx(css.rule, state === 'present' && css.present)}>
      <VerdictIcon verdict={draft.verdict} />
      <div className={css.ruleWords}>
        <p>
          <bdi>{ruleText(t, draft, people)}</bdi>
        </p>
        <p className={css.ruleNote}>{[untilText(t, draft.until, nowMs), draft.note].filter(Boolean).join(' · ')}</p>
      </div>
      <span className={css.state}>{t(state === 'new' ? 'door.rules.file.isNew' : 'door.rules.file.isPresent')}</span>
    </div>
  )
}
