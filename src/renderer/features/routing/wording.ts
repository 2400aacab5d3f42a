import type { TFunction } from 'i18next'
import type { AskedPeer, Routing, Walk } from '../../../shared/model/routing.ts'
import { shortMs } from '../../ui/amounts.ts'
import type { Spot } from './chart.ts'

/** "3 bits in common · connected · 24 ms". */
export function placeTexts(t: TFunction, { depth, state, rttMs }: Pick<Spot, 'depth' | 'state' | 'rttMs'>): string[] {
  return [
    t('routing.bits', { count: depth }),
    t(`routing.state.${state}`),
    rttMs === null || state !== 'connected' ? '' : t('network.ms', { ms: shortMs(rttMs) }),
  ].filter(Boolean)
}

/** What came of asking one: "had nothing, 4.1 ms". */
export function askedText(t: TFunction, { outcome, tookMs }: Pick<AskedPeer, 'outcome' | 'tookMs'>): string {
  const said = t(`routing.outcome.${outcome}`)
  return tookMs === null ? said : `${said}, ${t('network.ms', { ms: shortMs(tookMs) })}`
}

/** A device in one sentence, for those who listen. */
export function spotText(t: TFunction, spot: Spot, name: string): string {
  const { asked } = spot
  const all = [name, ...placeTexts(t, spot)]
  if (asked !== null) all.push(t('routing.askedAs', { number: asked.number, outcome: askedText(t, asked) }))
  return all.join(', ')
}

/** How far the farthest of those who were asked was away. */
export function hopsOf({ asked }: Pick<Walk, 'asked'>): number {
  return asked.reduce((most, { hops }) => Math.max(most, hops), 0)
}

/** "It holds 12 zones and 3 lists of devices for others." */
export function heldText(t: TFunction, { zones, deviceLists }: Routing['held']): string {
  const ofZones = t('routing.heldZones', { count: zones })
  const ofLists = t('routing.heldLists', { count: deviceLists })
  if (zones > 0 && deviceLists > 0) return t('routing.heldBoth', { zones: ofZones, lists: ofLists })
  if (zones + deviceLists === 0) return t('routing.heldNothing')
  return t('routing.heldOne', { what: zones > 0 ? ofZones : ofLists })
}
