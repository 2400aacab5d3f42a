import { Settings } from '../../../shared/model/settings.ts'

/** A port as somebody types it. Pure. */
export function readPort(text: string): { outcome: 'port'; port: number } | { outcome: 'wrong'; why: 'digits' | 'range' } {
  const digits = text.trim()
  if (!/^\d{1,5}$/.test(digits)) return { outcome: 'wrong', why: 'digits' }
  const port = Settings.shape.dnsPort.safeParse(Number(digits))
  return port.success ? { outcome: 'port', port: port.data } : { outcome: 'wrong', why: 'range' }
}
