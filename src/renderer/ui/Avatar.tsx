import { toSvg } from 'jdenticon'
import { memo, useMemo, type ReactNode } from 'react'
import css from './Avatar.module.css'

export interface AvatarProps {
  /** The account id; a peer id where no account is proven yet. */
  of: string
  size?: 16 | 24 | 32 | 40 | 56
}

/** A picture drawn from the key. It helps to recognise somebody and proves nothing. */
export const Avatar = memo(function Avatar({ of, size = 32 }: AvatarProps): ReactNode {
  const source = useMemo(() => `data:image/svg+xml,${encodeURIComponent(toSvg(of, size * 2, muted))}`, [of, size])
  return <img className={css.picture} src={source} alt="" width={size} height={size} draggable={false} />
})

/** Quiet enough for a list of many, and legible on a light and on a dark ground. */
const muted = {
  lightness: { color: [0.42, 0.62], grayscale: [0.4, 0.6] },
  saturation: { color: 0.38, grayscale: 0.05 },
  padding: 0.1,
}
