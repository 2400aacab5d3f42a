import encode from 'qr'

/** Modules of light around it: without them cameras do not find it. */
const BORDER = 2

/**
 * A QR code as text, two of its rows in each line. Light is what is drawn, as most terminals are dark; in colour, black on white
 * whatever the terminal's own are.
 */
export function qrText(text: string, colour: boolean): string {
  const rows = encode(text, 'raw', { ecc: 'low', border: BORDER })
  const lines: string[] = []
  for (let y = 0; y < rows.length; y += 2) {
    const [upper, lower] = [rows[y] ?? [], rows[y + 1] ?? []]
    const line = upper.map((isDark, x) => blockOf(isDark, y + 1 < rows.length ? (lower[x] ?? false) : true)).join('')
    lines.push(colour ? `\u001b[38;5;231;48;5;16m${line}\u001b[0m` : line)
  }
  return lines.join('\n')
}

function blockOf(isUpperDark: boolean, isLowerDark: boolean): string {
  if (isUpperDark) return isLowerDark ? ' ' : '▄'
  return isLowerDark ? '▀' : '█'
}
