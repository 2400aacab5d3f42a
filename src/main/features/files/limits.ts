import { DAY, KiB, MiB, MINUTE, SECOND } from '../../../shared/units.ts'

/** Every bound on what the writers of messages, holders of files and a person's own folders can make this feature do or hold. */

// What may be offered

/** Files of one folder: its list is read in one turn, some 60 ms. What has more goes as an archive. */
export const MAX_FOLDER_FILES = 20_000
/** The list of them, as it is sent: 200 bytes for each. */
export const MAX_MANIFEST_BYTES = 4 * MiB
/** Folders in folders. */
export const MAX_DEPTH = 32
/** Letters of a path in a folder: with the folder that it goes to, below what Windows takes at the very most. */
export const MAX_PATH_CHARS = 1_024
/** Of one name, as on most disks; room is left for a number and for what a part is called by. */
export const MAX_NAME_BYTES = 200
/** Files and folders made ready and not sent yet. */
export const MAX_STAGED = 200
/** Files that come in parts at once: with MAX_SHOWN_BYTES each, 384 MiB of memory at the very most. */
export const MAX_PARTED = 8
/** Whoever sends no further part for so long has gone. */
export const PARTS_MS = 5 * MINUTE
/** What is ready and was not sent goes away. */
export const STAGED_MS = 1 * DAY
/** Bytes that one thread hashes before it is given the next: progress shows, and threads have like work. */
export const STRIPE_BYTES = 32 * MiB

// What is fetched

/** Transfers kept; the oldest that are over go first. */
export const MAX_TRANSFERS = 5_000
/** Of one account, offered and not answered: whoever offers more has the oldest forgotten. */
export const MAX_OPEN_OF_ACCOUNT = 500
/** At once; others wait in line. */
export const FETCHES_AT_ONCE = 3
/** Devices that give one file at once. */
export const MAX_LANES = 4
/** Chunks of one request: eight of them keep a line full while the next is asked. */
export const RUN = 8
/** Below this, two threads and a connection of their own take longer than the stream does: 50 ms. */
export const BESIDE_FROM_BYTES = 8 * MiB
/** Chunks that came and are not on the disk yet: 3 MiB. Nothing more is read of the network until there are fewer. */
export const MAX_WRITES_WAITING = 12
/** Devices that one chunk is asked of, at the end, where some are slow. */
export const MAX_ASKED_TWICE = 2
/** What is on the disk is written down so often: after a power cut as much is fetched again. */
export const NOTE_MS = 1 * SECOND
/** Files that are flushed to the disk, made or looked at at once. */
export const FILES_AT_ONCE = 8
/** Left free on the disk, so that everything else goes on. */
export const RESERVE_BYTES = 256 * MiB
/** Connecting to one device and asking it. */
export const ASK_MS = 20 * SECOND
/** A device that broke off is asked again after these, as long as nothing comes; then others are, and it rests. */
export const AGAIN_MS: readonly number[] = [0, 500, 2 * SECOND, 5 * SECOND]
/** Nobody gives it: it is tried again after the first of these, then less and less often. A device that comes wakes it at once. */
export const FIRST_RETRY_MS = 5 * SECOND
export const LONGEST_RETRY_MS = 5 * MINUTE
/** Told to windows at most so often. */
export const PROGRESS_MS = 250
/** Speed is told over the last so long. */
export const SPEED_WINDOW_MS = 3 * SECOND
/** A chunk or a list that is not of the file: four of them end a connection. */
export const WRONG_POINTS = 25
/** A name is tried with so many numbers before it gets a random one. */
export const MAX_NUMBERED = 1_000
/** After a process ended in the wrong moment: each is hashed to see whether it is what came. More than four of one name and length are rare. */
export const MAX_LOOKED_AT = 4

// What is given

/** Streams at once to one device, and to all: each holds four chunks. */
export const MAX_STREAMS_OF_PEER = 8
export const MAX_STREAMS = 64

// What is shown

/** Bytes of a picture or a voice note, as contract/files.ts says. */
export const MAX_SHOWN_BYTES = 48 * MiB
/** Enough to know a picture by its first bytes. */
export const SNIFFED_BYTES = 64
/** Longer than any ending of use; what is longer is part of the name. */
export const MAX_ENDING_CHARS = 16
/** What a name may say before it is looked at. */
export const MAX_SAID_CHARS = 4 * KiB
