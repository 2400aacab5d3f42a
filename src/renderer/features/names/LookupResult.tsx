import { Braces, Cable, Check, CircleAlert, CircleSlash, Hourglass, MessageCircle, RotateCw, SearchX, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { AccountId } from '../../../shared/ids.ts'
import { NameLabel } from '../../../shared/model/ledger.ts'
import type { Lookup } from '../../../shared/model/names.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { useCopy } from '../../ui/Key.tsx'
import { Section } from '../../ui/Section.tsx'
import { useMe } from '../identity/store.ts'
import { useClaimAim } from './claim-aim.ts'
import { Connection } from './Connection.tsx'
import type { LiveLookup } from './lookup.ts'
import css from './LookupResult.module.css'
import { Records } from './Records.tsx'
import { namesStore } from './store.ts'
import { TwoClocks } from './TwoClocks.tsx'
import { meantInstead, ownedPart } from './typed-name.ts'
import { useNameWords } from './use-name-words.ts'
import { tookText } from './wording.ts'

/** The newest answer, or what a look-up came to. */
export function LookupResult({ lookup, found }: { lookup: LiveLookup; found: Lookup }): ReactNode {
  const { t } = useTranslation()
  const { state } = lookup
  const { outcome, fullName } = found
  const owner = 'owner' in outcome ? outcome.owner : null
  const isRunning = state.phase === 'running'
  return (
    <>
      <section className={css.top} aria-busy={isRunning}>
        <h2 className={css.name}>
          <bdi>{fullName}</bdi>
        </h2>
        <Said found={found} />
        <output className={css.soft}>
          {state.phase === 'stopped'
            ? t('namesLookup.stopped')
            : isRunning
              ? t(state.answers > 1 ? 'namesLookup.newer' : 'namesLookup.first')
              : ''}
        </output>
        <Buttons lookup={lookup} found={found} owner={owner} />
        <Newer lookup={lookup} found={found} />
      </section>
      <Connection lookup={lookup} found={found} />
      {owner !== null && <TwoClocks found={found} owner={owner} />}
      {outcome.outcome === 'found' && (
        <Section title={t('namesLookup.records.title')}>
          {outcome.records.length === 0 ? (
            <p className={css.soft}>
              {t(outcome.zone.records.length === 0 ? 'namesLookup.records.noneAll' : 'namesLookup.records.none', { name: fullName })}
            </p>
          ) : (
            <Records records={outcome.records} />
          )}
        </Section>
      )}
    </>
  )
}

/** The outcome as one line: a picture, its word, and why. */
function Said({ found: { outcome, fullName, tookMs } }: { found: Lookup }): ReactNode {
  const { t } = useTranslation()
  const me = useMe()?.account
  const { who } = useNameWords()
  const line = (icon: ReactNode, tone: string, title: string, text: string | null): ReactNode => (
    <div className={css.outcome} data-tone={tone}>
      {icon}
      <div>
        <p className={css.title}>{title}</p>
        {text !== null && text !== `${title}.` && <p className={css.soft}>{text}</p>}
      </div>
    </div>
  )
  switch (outcome.outcome) {
    case 'found':
      return line(<Check />, 'good', `${t('namesLookup.outcome.found')} ${t('namesLookup.took', { time: tookText(t, tookMs) })}`, null)
    case 'no-zone':
      return line(
        <CircleSlash />,
        'plain',
        t('namesLookup.outcome.noZone.title', { name: fullName }),
        outcome.owner === me ? t('namesLookup.outcome.noZone.mine') : t('namesLookup.outcome.noZone.text', { who: who(outcome.owner) }),
      )
    case 'nobody':
      return line(<SearchX />, 'plain', t('namesLookup.outcome.nobody.title', { name: fullName }), outcome.why)
    case 'catching-up':
      return line(
        <Hourglass />,
        'ask',
        t(outcome.blocksLeft === null ? 'namesLookup.outcome.catchingUp.alone' : 'namesLookup.outcome.catchingUp.title'),
        outcome.blocksLeft === null
          ? t('namesLookup.outcome.catchingUp.unknown')
          : t('namesLookup.outcome.catchingUp.left', { count: outcome.blocksLeft }),
      )
    case 'refused':
      return line(<CircleAlert />, 'bad', t('namesLookup.outcome.refused.title'), outcome.why)
    case 'unreachable':
      return line(
        <Unplug />,
        'ask',
        t('namesLookup.outcome.unreachable.title', { name: fullName }),
        `${t('namesLookup.outcome.unreachable.text', { who: who(outcome.owner) })} ${outcome.why}`,
      )
  }
}

interface ButtonsProps {
  lookup: LiveLookup
  found: Lookup
  owner: AccountId | null
}

function Buttons({ lookup, found, owner }: ButtonsProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [, go] = useLocation()
  const me = useMe()?.account
  const aim = useClaimAim((aim) => aim.claim)
  const [copied, copy] = useCopy(JSON.stringify(found, null, 2))
  const { outcome, fullName } = found
  const isRunning = lookup.state.phase === 'running'
  const isTheirs = owner !== null && owner !== me
  const name = ownedPart(fullName)
  const label = NameLabel.safeParse(name.slice(0, name.indexOf('.'))).data ?? null
  const instead = outcome.outcome === 'refused' ? meantInstead(outcome.why) : null
  const hasDevices = outcome.outcome === 'found' && isTheirs

  const chat = useCall(async (account: AccountId) => {
    await client.chat.open({ with: account, name })
    go(paths.chatWith(account))
  })

  return (
    <>
      <div className={css.buttons}>
        {hasDevices && found.connection === null && (
          <Button
            tone="primary"
            icon={<Cable />}
            disabled={isRunning}
            onClick={() => void lookup.run(lookup.state.text, { connect: true })}
          >
            {t('namesLookup.connect')}
          </Button>
        )}
        {isTheirs && owner !== null && (
          <Button icon={<MessageCircle />} busy={chat.busy} onClick={() => void chat.run(owner)}>
            {t('namesLookup.chat')}
          </Button>
        )}
        {outcome.outcome === 'nobody' && label !== null && (
          <Button
            tone="primary"
            onClick={() => {
              aim(label)
              go(paths.yourNames)
            }}
          >
            {t('namesLookup.outcome.nobody.claim')}
          </Button>
        )}
        {outcome.outcome === 'no-zone' && owner === me && label !== null && (
          <Button tone="primary" onClick={() => go(paths.yourName(label))}>
            {t('namesLookup.outcome.noZone.edit')}
          </Button>
        )}
        {instead !== null && (
          <Button tone="primary" onClick={() => go(paths.lookUpOf(instead))}>
            {t('namesLookup.outcome.refused.instead', { name: instead })}
          </Button>
        )}
        {outcome.outcome !== 'refused' && (
          <Button
            icon={<RotateCw />}
            disabled={isRunning}
            onClick={() => void lookup.run(lookup.state.text, { again: true })}
          >
            {t('namesLookup.again')}
          </Button>
        )}
        <Button tone="quiet" icon={copied ? <Check /> : <Braces />} disabled={isRunning} onClick={copy}>
          {copied ? t('copied') : t('namesLookup.copyJson')}
        </Button>
      </div>
      {chat.failure !== null && <FailureNote failure={chat.failure} onDismiss={chat.dismiss} />}
    </>
  )
}

/** A newer zone was heard since: nothing that is read moves by itself. */
function Newer({ lookup, found }: { lookup: LiveLookup; found: Lookup }): ReactNode {
  const { t } = useTranslation()
  const heard = namesStore.use(({ state }) => state.heard.get(ownedPart(found.fullName)) ?? 0)
  if (found.zone === null || heard <= found.zone.seq || lookup.state.phase === 'running') return null
  return (
    <Banner
      title={t('namesLookup.heard')}
      action={
        <Button size="small" onClick={() => void lookup.run(lookup.state.text)}>
          {t('namesLookup.heardGo')}
        </Button>
      }
    />
  )
}
