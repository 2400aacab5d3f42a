import type { ReactNode } from 'react'

/** The lifted latch, as on the app's icon. */
export function Mark({ size = 64 }: { size?: number }): ReactNode {
  return (
    <svg viewBox="0 0 512 512" width={size} height={size} aria-hidden="true">
      <rect x="16" y="16" width="480" height="480" rx="108" fill="#24221f" stroke="#3a3732" strokeWidth="8" />
      <rect x="344" y="16" width="6" height="480" fill="#3a3732" />
      <path d="M352 282h26v34h26V204h28v130a16 16 0 0 1-16 16h-48a16 16 0 0 1-16-16z" fill="#8f8878" />
      <g transform="rotate(-17 150 292)" fill="#cda657">
        <rect x="118" y="262" width="280" height="60" rx="30" />
        <path d="M268 262v-34a14 14 0 0 1 14-14h20a14 14 0 0 1 14 14v34z" />
      </g>
      <circle cx="150" cy="292" r="58" fill="#cda657" />
      <circle cx="150" cy="292" r="18" fill="#24221f" />
    </svg>
  )
}
