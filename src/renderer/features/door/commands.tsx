import { Ban, FileUp, ListChecks, MoonStar, Plus, ScrollText, ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { paths, type DoorSection } from '../../nav/paths.ts'
import { useAims, type Aim } from './aims.ts'

export interface DoorCommand {
  name: string
  icon: ReactNode
  run: () => void
}

/** What can be done at the door from any place, for the palette. */
export function useDoorCommands(): DoorCommand[] {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const take = useAims((aims) => aims.take)
  const to = (section: DoorSection, aim: Aim = {}) => (): void => {
    take(aim)
    navigate(paths.doorSection(section))
  }
  return [
    { name: t('door.command.rule'), icon: <Plus />, run: to('rules', { act: 'add-rule' }) },
    { name: t('door.command.rules'), icon: <ListChecks />, run: to('rules') },
    { name: t('door.command.import'), icon: <FileUp />, run: to('rules', { act: 'import-rules' }) },
    { name: t('door.command.missed'), icon: <MoonStar />, run: to('missed') },
    { name: t('door.command.log'), icon: <ScrollText />, run: to('log') },
    { name: t('door.command.check'), icon: <ShieldCheck />, run: to('log', { act: 'check-log' }) },
    { name: t('door.command.blocked'), icon: <Ban />, run: to('blocked') },
  ]
}
