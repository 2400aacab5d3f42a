/** Messages read at once: 3 ms, of short ones. */
export const MOST_MESSAGES_READ = 32

/** Reading twice as many at once is tried below the first, half as many above the second: it is done in one go. */
export const SHORT_READ_MS = 1.5
export const LONG_READ_MS = 4

/** Characters written at once: fewer would have the disk asked for each message. */
export const CHARS_WRITTEN = 65_536
