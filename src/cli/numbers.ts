import { wrongArgument } from './failure.ts'

/** A whole number of an option, from `least` to `most`; `otherwise` where it was not given. Errors: CliError. */
export function wholeNumber(option: string, text: string, least: number, most: number): number
export function wholeNumber<Otherwise>(
  option: string,
  text: string | undefined,
  least: number,
  most: number,
  otherwise: Otherwise,
): number | Otherwise
export function wholeNumber(
  option: string,
  text: string | undefined,
  least: number,
  most: number,
  otherwise?: unknown,
): unknown {
  if (text === undefined) return otherwise
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`
  throw wrongArgument(`${option} takes a number ${range}.`)
}

/** What may be given several times, in the order in which it was given. */
export function collected(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text]
}
