import 'react'

declare module 'react' {
  /** Custom properties, as the style modules read them. */
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined
  }
}
