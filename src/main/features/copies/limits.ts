import { DAY, GiB, HOUR, KiB, MiB, MINUTE, SECOND } from '../../../shared/units.ts'

/*
 * Every bound on what the makers of sites, holders of copies and strangers can make this feature do or hold, each with its
 * reason.
 */

// What a tree may be

/**
 * Files are cut into pieces of this size. A piece must be whole before a byte of it may be shown: 256 KiB are a second of a
 * film, and a quarter of a second on 10 Mbit/s; 1 MiB would be a whole one at each jump in it. 4 GiB are 16,384 pieces. Under one
 * node are 1,024 of them, as the library has it: such a node takes 50 KiB and stands for 256 MiB.
 */
export const CHUNK_BYTES = 256 * KiB
/**
 * A folder whose names and CIDs take more than this, some 600 files, is spread over several nodes: putting more into one,
 * or turning more into several, would hold the thread for longer than 16 ms.
 */
export const SHARD_ABOVE_BYTES = 32 * KiB
/** A node that lists others; the largest that is read in one go. Ours have 50 KiB; folders count no folders in the bound above. */
export const MAX_NODE_BYTES = 512 * KiB
/** One copy, files that lie in it twice counted twice: a talk in several resolutions, a small archive. Disks are not larger by far. */
export const MAX_TREE_BYTES = 4 * GiB
/** Files and folders of one copy. The largest documentation sites have 30,000. */
export const MAX_ENTRIES = 65_536
/** Pieces of all files: 4 GiB in whole pieces, a small one for each file, and as much again. */
export const MAX_PIECES = 131_072
/** Folders in folders, and nodes that a folder is spread over: no path of a disk is deeper. */
export const MAX_DEPTH = 64
/** Nodes over nodes of one file: three carry 256 GiB. */
export const MAX_FILE_DEPTH = 4
/** Letters of a path in a copy; what the address of a page may have. */
export const MAX_PATH_CHARS = 1_024
/** Bytes of one name, as on most disks. */
export const MAX_NAME_BYTES = 255
/** Nodes of a folder's tree that are read at once. */
export const NODES_AT_ONCE = 32

// The disk

/** Copies kept on this device, and own sites that have some. */
export const MAX_COPIES = 256
/** What is left free on the disk, so that everything else goes on. */
export const RESERVE_BYTES = 256 * MiB
/** Written before it is looked up again how much is left: all that is written at once, and well below what is left free. */
export const ROOM_LOOKED_AT_BYTES = 16 * MiB
/** Blocks that are written down in one go: 2 ms. */
export const ROWS_PER_WRITE = 256
/** Until blocks are written down at the latest; after a crash as much is fetched again. */
export const WRITE_ROWS_MS = 200
/** Blocks of trees nobody needs any more, removed in one go. */
export const BLOCKS_PER_SWEEP = 256
/** Files that are flushed to the disk, or read or removed, at once. */
export const FILES_AT_ONCE = 8
/** Of sites that were opened and not kept. */
export const CACHE_BYTES = 256 * MiB
/** Small ones: each is a file and a line in memory. */
export const CACHE_BLOCKS = 16_384
/** Reading of a file goes so far ahead of who reads it: 1 MiB. */
export const READ_AHEAD = 4
/** Files whose blocks are read or hashed at once while a copy of an own folder is made, and blocks of each: 4 MiB. */
export const MAKE_AT_ONCE = 4
/** Versions of an own site that are given on: the newest, and the one before, which zones may name for some hours still. */
export const MADE_VERSIONS = 2

// Holders and sources

/** Devices asked for a site, all ways of finding them together. */
export const MAX_ASKED = 48
/** Devices of contacts that are not connected, and are asked before strangers that are: one round of connecting. */
export const AWAY_FIRST = 8
/** Devices that are connected to and asked at once. */
export const ASKING_AT_ONCE = 8
/** Connecting to one device and asking it: others are asked meanwhile. */
export const ASK_MS = 12 * SECOND
/** All of them together; who was not asked by then is not. */
export const SEARCH_MS = 30 * SECOND
/** Devices that give something at once: more than fill a line. */
export const MAX_SOURCES = 6
/** Devices nearest to a CID that remember who has it, and are asked. */
export const NEAREST = 8
/** Devices that the way to those nearest may meet. */
export const MAX_MET = 64
/** Looking for those nearest. */
export const NEAREST_MS = 15 * SECOND
/** For a look: from the first that has it, how long others are waited for. */
export const LOOK_HOLDERS_MS = 2 * SECOND

/** Blocks wanted of one source before any came: a round trip of 100 ms at 20 MB/s. */
export const FIRST_WINDOW = 8
/** And at most: 8 MiB in whole pieces. */
export const MAX_WINDOW = 32
/** What the keeping of a copy wants at once: six sources' worth, each a block in memory at most; and in bytes, where they are larger. */
export const WANTS_AT_ONCE = 96
export const WANTS_AT_ONCE_BYTES = 32 * MiB
/** A want that is not answered after so long may be asked of another source too, and who owes it is asked last. */
export const STEAL_AFTER_MS = 1 * SECOND
/** How often what is under way is looked at. */
export const STEAL_CHECK_MS = 500
/** Sources that are asked for one block at once. */
export const MAX_SOURCES_OF_WANT = 3
/** A source that owes blocks gives at least so much in so long, or another takes its place: 1 KiB a second. */
export const STALL_BYTES = 16 * KiB
export const STALL_MS = 16 * SECOND
/** Blocks that a source says not to have although it has the tree: a damaged disk, or a lie. Then it is let go. */
export const MAX_NONES = 8
/** A source that was let go is not asked again for this site until so long after. */
export const SOURCE_REST_MS = 1 * MINUTE
/** Nobody was found: the next look for holders of the same site is at the earliest then. Whoever asks once more is a person. */
export const FIND_AGAIN_MS = 2 * SECOND
/** While somebody has it, more who do are looked for so often. */
export const FIND_MORE_MS = 15 * SECOND
/** Who might have it and is not there is not dialled again until so long after. */
export const AWAY_REST_MS = 30 * SECOND
/** Streams are let go of when nothing was wanted for so long; whoever reads a page wants the next within. */
export const SWARM_IDLE_MS = 45 * SECOND
/** Sites that are read from others at once. */
export const MAX_SWARMS = 64
/** A block that is not what its CID says: four of them end a connection. */
export const WRONG_BLOCK_POINTS = 25

// Keeping

/** Copies that are fetched at once; others wait in line. */
export const KEEPING_AT_ONCE = 2
/** Told to windows at most so often. */
export const PROGRESS_MS = 250
/** Speed is told over the last so long. */
export const SPEED_WINDOW_MS = 5 * SECOND
/** All sources went away: they are looked for again after these, each once; then the copy stops. */
export const RETRY_MS: readonly number[] = [2 * SECOND, 5 * SECOND, 15 * SECOND, 40 * SECOND]
/** A copy that broke off is tried again. */
export const STOPPED_RETRY_MS = 15 * MINUTE
/** Changes that are named one by one. */
export const MAX_NAMED_CHANGES = 500
/** Large files of a newer version whose pieces are counted one by one; of the others all counts as new. */
export const MAX_COUNTED_FILES = 256

// Given to others

/** Streams of blocks served to all: each holds two blocks of 256 KiB and a window. */
export const MAX_STREAMS = 128
/** Of these, to whoever is no contact, or has not proven to be one: a contact finds a place however many strangers come. */
export const MAX_STREAMS_OF_STRANGERS = 96
/** To one device, over all its connections. */
export const MAX_STREAMS_OF_PEER = 8
/** How much was given on is written down at most so often. */
export const SERVED_WRITE_MS = 10 * SECOND

/** Who has what, told by others: kept in memory, 100 bytes each. */
export const MAX_PROVIDED = 16_384
/** Of one device; nobody keeps more copies. */
export const MAX_PROVIDED_OF_PEER = 256
/** For one CID; whoever asks hears of 20. */
export const MAX_PROVIDERS_OF_ROOT = 64
/** What nobody repeats is forgotten. */
export const PROVIDED_MS = 1 * DAY
/** Repeated well before. */
export const PROVIDE_EVERY_MS = 20 * HOUR
/** From one to the next: as many as one device is listened to for long, `QUESTIONS_PER_SECOND`, and well below what its door marks down. */
export const PROVIDE_PACE_MS = 1 * SECOND
/** How often it is looked up whether something is to be repeated. */
export const PROVIDE_CHECK_MS = 10 * MINUTE
/** Questions of one device, who has what: a burst, and then one a second. */
export const QUESTIONS_BURST = 64
export const QUESTIONS_PER_SECOND = 1
/** Devices whose questions are counted. */
export const MAX_QUESTIONERS = 1_000
