import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PeerId } from '../../../shared/ids.ts'
import type { AskedPeer, Routing, Walk } from '../../../shared/model/routing.ts'
import { shortMs } from '../../ui/amounts.ts'
import { Section } from '../../ui/Section.tsx'
import { Time } from '../../ui/Time.tsx'
import { bitsBetween } from './distance.ts'
import css from './Routing.module.css'
import type { Called, Device } from './use-names.ts'
import { askedText, hopsOf } from './wording.ts'

export interface LastLookupProps {
  walk: Walk | null
  routing: Routing
  nameOf: (device: Device) => Called
  onLook: (peerId: PeerId | null) => void
}

/** Whom the last look-up asked, in that order, and what came of each; the same numbers stand in the picture. */
export function LastLookup({ walk, routing, nameOf, onLook }: LastLookupProps): ReactNode {
  const { t } = useTranslation()
  if (walk === null) {
    return (
      <Section title={t('routing.last')}>
        <p className={css.soft}>{t('routing.lastNone')}</p>
      </Section>
    )
  }
  const { fullName, outcome, atMs, tookMs, asked } = walk
  const accounts = new Map(routing.peers.map(({ peerId, account }) => [peerId, account]))
  return (
    <Section title={t('routing.last')}>
      <div>
        <p className={css.outcome}>
          <bdi>{t(`routing.lastOutcome.${outcome}`, { name: fullName })}</bdi>
        </p>
        <p className={css.facts}>
          {[
            t('routing.asked', { count: asked.length }),
            asked.length > 0 && t('routing.hopsMost', { count: hopsOf(walk) }),
            t('network.ms', { ms: shortMs(tookMs) }),
          ]
            .filter(Boolean)
            .join(' · ')}
          {' · '}
          <Time atMs={atMs} form="ago" />
        </p>
      </div>
      {asked.length === 0 ? (
        <p className={css.soft}>{t('routing.lastNobody')}</p>
      ) : (
        <>
          <ol className={css.steps} aria-label={t('routing.steps')}>
            {asked.map((one, at) => (
              <Step
                key={`${at} ${one.peerId}`}
                number={at + 1}
                asked={one}
                bits={bitsBetween(walk.place, one.place)}
                name={nameOf({ peerId: one.peerId, account: accounts.get(one.peerId) ?? null }).name}
                onLook={onLook}
              />
            ))}
          </ol>
          <p className={css.facts}>{t('routing.nearNameNote')}</p>
        </>
      )}
    </Section>
  )
}

interface StepProps {
  number: number
  asked: AskedPeer
  /** In common with the place of the name. */
  bits: number
  name: string
  onLook: (peerId: PeerId | null) => void
}

function Step({ number, asked, bits, name, onLook }: StepProps): ReactNode {
  const { t } = useTranslation()
  const { peerId, outcome, hops } = asked
  const had = outcome === 'found' || outcome === 'newer'
  return (
    <li className={css.step} onPointerEnter={() => onLook(peerId)} onPointerLeave={() => onLook(null)}>
      <span className={css.mark} data-mark={had ? 'had' : 'asked'} aria-hidden="true">
        {number}
      </span>
      <span className={css.words}>
        <bdi className={css.name}>{name}</bdi>
        <span className={css.facts}>{[askedText(t, asked), hops > 0 && t('routing.hops', { count: hops })].filter(Boolean).join(' · ')}</span>
      </span>
      <span className={css.figure}>{t('routing.nearName', { count: bits })}</span>
    </li>
  )
}
