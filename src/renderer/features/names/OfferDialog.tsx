import { KeyRound } from 'lucide-react'
import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { AccountId } from '../../../shared/ids.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import type { NameLabel } from '../../../shared/model/ledger.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Key, shortKey } from '../../ui/Key.tsx'
import { Picker } from '../../ui/Picker.tsx'
import { Row } from '../../ui/Row.tsx'
import { usePeople } from '../contacts/store.ts'
import { useMe } from '../identity/store.ts'
import css from './NamePage.module.css'
import { Refusal } from './Refusal.tsx'
import { useNameWords } from './use-name-words.ts'
import { useSubmit } from './use-submit.ts'

export interface OfferDialogProps {
  name: NameLabel
  fullName: string
  onClose: () => void
  /** The ledger took the offer; it waits for a block. */
  onSent: () => void
}

/** Typing narrows down; nobody scrolls through more than this here. */
const SHOWN = 50

/** First to whom, then whether that is meant. */
export function OfferDialog(props: OfferDialogProps): ReactNode {
  const [to, setTo] = useState<AccountId | null>(null)
  if (to === null) return <ToWhom {...props} onChoose={setTo} />
  return <Sure {...props} to={to} onOther={() => setTo(null)} />
}

function ToWhom({ fullName, onClose, onChoose }: OfferDialogProps & { onChoose: (to: AccountId) => void }): ReactNode {
  const { t } = useTranslation()
  const people = usePeople()
  const me = useMe()?.account
  const input = useRef<HTMLInputElement>(null)
  const [query, setQuery] = useState('')
  const wanted = query.trim().toLowerCase()
  const key = AccountId.safeParse(query.trim()).data ?? null
  const contacts = [...people.values()]
    .filter(({ petname, account, blocked }) => petname !== null && account !== me && !blocked)
    .filter(({ petname, claimedName }) => [petname ?? '', claimedName].some((one) => one.toLowerCase().includes(wanted)))
    .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))
    .slice(0, SHOWN)
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('names.offerDialog.title', { name: fullName })}
      closeLabel={t('close')}
      width="wide"
      place="top"
      bare
      initialFocus={input}
    >
      <Picker
        label={t('names.offerDialog.field')}
        placeholder={t('names.offerDialog.placeholder')}
        query={query}
        onQuery={setQuery}
        inputRef={input}
        groups={[
          {
            title: t('names.offerDialog.account'),
            items:
              key === null || key === me
                ? []
                : [
                    {
                      id: key,
                      name: query,
                      row: (
                        <Row
                          leading={<KeyRound />}
                          title={people.has(key) ? nameOf(people.get(key) ?? { petname: null, claimedName: '' }) : t('names.offerDialog.someone')}
                          detail={shortKey(key)}
                        />
                      ),
                      onChoose: () => onChoose(key),
                    },
                  ],
          },
          {
            title: t('names.offerDialog.contacts'),
            items: contacts.map((person) => ({
              id: person.account,
              name: nameOf(person),
              row: (
                <Row
                  leading={<Avatar of={person.account} />}
                  title={<bdi>{nameOf(person)}</bdi>}
                  detail={person.names[0] ?? shortKey(person.account)}
                />
              ),
              onChoose: () => onChoose(person.account),
            })),
          },
        ]}
        empty={wanted === '' ? t('names.offerDialog.nobody') : t('names.offerDialog.none', { query })}
      />
    </Dialog>
  )
}

function Sure({ name, fullName, to, onClose, onSent, onOther }: OfferDialogProps & { to: AccountId; onOther: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { who } = useNameWords()
  const offer = useSubmit(() => client.names.transfer({ name, to }))
  const go = async (): Promise<void> => {
    if ((await offer.run())?.outcome === 'taken') onSent()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('names.offerDialog.sure', { name: fullName, who: who(to) })}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onOther}>{t('names.offerDialog.other')}</Button>
          <Button tone="primary" busy={offer.busy} onClick={() => void go()}>
            {t('names.offerDialog.go')}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        <div className={css.line}>
          <Avatar of={to} size={40} />
          <div className={css.words}>
            <p className={css.figure}>
              <bdi>{who(to)}</bdi>
            </p>
            <Key value={to} label={t('key.account')} />
          </div>
        </div>
        <p className={css.soft}>{t('names.offerDialog.text')}</p>
        <Refusal of={offer} />
      </div>
    </Dialog>
  )
}
