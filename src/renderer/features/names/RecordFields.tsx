import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { PeerId } from '../../../shared/ids.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import { Button } from '../../ui/Button.tsx'
import { Select, TextArea, TextField } from '../../ui/Field.tsx'
import { shortKey } from '../../ui/Key.tsx'
import { usePeople } from '../contacts/store.ts'
import { useMe } from '../identity/store.ts'
import { peersStore } from '../peers/store.ts'
import { LIVE, type RecordDraft } from './zone-draft.ts'
import css from './ZoneEditor.module.css'

export interface RecordFieldsProps {
  row: RecordDraft
  /** What is wrong with a field, for whoever writes it. */
  said: (field: string) => string | null
  onChange: (fields: Record<string, string>) => void
  /** Whoever wrote in it went on. */
  onLeave: (field: string) => void
}

const plain = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const
/** As many as are seen without scrolling. */
const LINES_SHOWN = 4
const ANOTHER = 'another'
const NOBODY = ''

/** The fields that a record of this kind has. */
export function RecordFields(props: RecordFieldsProps): ReactNode {
  const { t } = useTranslation()
  const { row, said, onChange, onLeave } = props
  const field = (name: string): string => row.fields[name] ?? ''
  const text = (name: string, label: string, more: { className?: string | undefined; placeholder?: string } = {}): ReactNode => (
    <TextField
      {...plain}
      {...more}
      label={label}
      error={said(name)}
      value={field(name)}
      maxLength={1_100}
      onBlur={() => onLeave(name)}
      onChange={(event) => onChange({ [name]: event.target.value })}
    />
  )
  switch (row.kind) {
    case 'peer':
      return <DeviceFields {...props} />
    case 'site':
      return (
        <>
          <Select
            label={t('namesZone.site.source')}
            value={field('source') === LIVE ? LIVE : 'copy'}
            options={[
              { value: LIVE, label: t('namesZone.site.live') },
              { value: 'copy', label: t('namesZone.site.copy') },
            ]}
            onChange={(source) => onChange({ source })}
          />
          {field('source') !== LIVE && text('cid', t('namesZone.site.cid'), { className: css.mono, placeholder: 'bafy…' })}
        </>
      )
    case 'address':
      return (
        <div className={css.pair}>
          {text('ip', t('namesZone.address.ip'), { placeholder: '198.51.100.7' })}
          {text('port', t('namesZone.address.port'), { className: css.port })}
        </div>
      )
    case 'text':
      return (
        <TextField
          label={t('namesZone.text.text')}
          error={said('text')}
          value={field('text')}
          onBlur={() => onLeave('text')}
          dir="auto"
          onChange={(event) => onChange({ text: event.target.value })}
        />
      )
    case 'service':
      return (
        <div className={css.pair}>
          {text('service', t('namesZone.service.service'))}
          {text('port', t('namesZone.service.port'), { className: css.port })}
          {text('target', t('namesZone.service.target'))}
        </div>
      )
    case 'delegate':
      return <AccountFields {...props} />
  }
}

function DeviceFields({ row, said, onChange, onLeave }: RecordFieldsProps): ReactNode {
  const { t } = useTranslation()
  const me = useMe()
  const peers = peersStore.use(({ state }) => state.peers)
  const listening = peersStore.use(({ state }) => state.reachability.listening)
  const peerId = row.fields['peerId'] ?? ''
  const addresses = row.fields['addresses'] ?? ''
  const own = [...peers.values()].filter(({ account, peerId: of }) => account === me?.account && of !== me.peerId)
  const known = [
    ...(me === null ? [] : [{ value: me.peerId as string, label: t('namesZone.peer.this', { label: me.deviceLabel }) }]),
    ...own.map(({ peerId: of }) => ({ value: of as string, label: `${t('names.yourDevice')} (${shortKey(of)})` })),
  ]
  // What is typed by hand stays typed by hand, also where it becomes one that is known.
  const isKnown = known.some(({ value }) => value === peerId) && row.fields['by'] !== ANOTHER
  const chosen = isKnown ? peerId : ANOTHER
  return (
    <>
      <Select
        label={t('namesZone.peer.device')}
        value={chosen}
        options={[...known, { value: ANOTHER, label: t('namesZone.peer.another') }]}
        onChange={(value) => onChange(value === ANOTHER ? { peerId: '', by: ANOTHER } : { peerId: value, by: '' })}
      />
      {!isKnown && (
        <TextField
          {...plain}
          className={css.mono}
          label={t('namesZone.peer.id')}
          error={said('peerId')}
          value={peerId}
          onBlur={() => onLeave('peerId')}
          placeholder="12D3KooW…"
          onChange={(event) => onChange({ peerId: event.target.value })}
        />
      )}
      <TextArea
        {...plain}
        className={css.addresses}
        label={t('namesZone.peer.addresses')}
        hint={t('namesZone.peer.addressesHint')}
        error={said('addresses')}
        rows={Math.min(LINES_SHOWN, Math.max(2, addresses.split('\n').length))}
        value={addresses}
        onBlur={() => onLeave('addresses')}
        onChange={(event) => onChange({ addresses: event.target.value })}
      />
      {PeerId.safeParse(peerId).data === me?.peerId && listening.length > 0 && listening.join('\n') !== addresses && (
        <p>
          <Button size="small" tone="quiet" className={css.fill} onClick={() => onChange({ addresses: listening.slice(0, 8).join('\n') })}>
            {t('namesZone.peer.fill')}
          </Button>
        </p>
      )}
    </>
  )
}

function AccountFields({ row, said, onChange, onLeave }: RecordFieldsProps): ReactNode {
  const { t } = useTranslation()
  const people = usePeople()
  const account = row.fields['account'] ?? ''
  const contacts = [...people.values()]
    .filter(({ petname }) => petname !== null)
    .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))
  const isContact = contacts.some((one) => one.account === account)
  const byHand = row.fields['by'] === ANOTHER || (account !== '' && !isContact) || contacts.length === 0
  return (
    <>
      {contacts.length > 0 && (
        <Select
          label={t('namesZone.delegate.account')}
          error={byHand ? null : said('account') === null ? null : t('namesZone.delegate.choose')}
          value={byHand ? ANOTHER : account}
          options={[
            ...(account === '' && !byHand ? [{ value: NOBODY, label: t('namesZone.delegate.choose') }] : []),
            ...contacts.map((one) => ({ value: one.account as string, label: nameOf(one) })),
            { value: ANOTHER, label: t('namesZone.delegate.another') },
          ]}
          onChange={(value) => onChange(value === ANOTHER ? { account: '', by: ANOTHER } : { account: value, by: '' })}
        />
      )}
      {byHand && (
        <TextField
          {...plain}
          className={css.mono}
          label={t('namesZone.delegate.key')}
          error={said('account')}
          value={account}
          onBlur={() => onLeave('account')}
          placeholder="k51…"
          onChange={(event) => onChange({ account: event.target.value, by: ANOTHER })}
        />
      )}
    </>
  )
}
