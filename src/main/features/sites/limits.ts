import { KiB, MINUTE, SECOND } from '../../../shared/units.ts'
import { SENT_PIECE_BYTES } from '../../protocols/site/index.ts'

/*
 * Every bound on what others, and the sites of this person, can make this feature do or hold, each with its reason.
 *
 * Held for a stream: two buffers of 64 KiB, a piece of a file of 256 KiB, and what came and nobody read yet, which is 256 KiB
 * from whoever only asks for pages and at most 1 MiB from whoever uploads to a program that does not read.
 */

// What is served

/** Sites of one device: far more than anybody keeps in mind. */
export const MAX_SITES = 64
/** Streams to all sites: a hundred visitors with six each, and room for a town. */
export const MAX_STREAMS = 1_024
/** Of these, streams of whoever is no contact, or has not proven to be one: the others find a place however many strangers come. */
export const MAX_STREAMS_OF_STRANGERS = 768
/** Streams of one device, over all its connections: as many as one connection carries. */
export const MAX_STREAMS_OF_PEER = 32
/** The line and headers of a request: as in Node and most servers. Beyond it the answer is 431, and the end. */
export const MAX_HEADER_BYTES = 16 * KiB
export const MAX_HEADERS = 100
/** Requests that may wait on one stream for the one before. No Latch sends the next before it has the answer. */
export const MAX_PIPELINED = 4
/** From being let in to the first request: it is sent along with the opening. A slow line takes seconds for 16 KiB. */
export const FIRST_REQUEST_MS = 20 * SECOND
/** From an answer to the next request: longer than the other side keeps a stream that it does not use. */
export const NEXT_REQUEST_MS = 1 * MINUTE
/** A body that is being sent to us moves, or its sender is gone. */
export const BODY_STALL_MS = 1 * MINUTE
/** A film that somebody stopped: its window holds the answer back. Whoever goes on later asks for the rest by its range. */
export const READER_STALL_MS = 10 * MINUTE
/** What a file is read in: fewer reads than frames, and nothing left over that would be a frame of its own. */
export const FILE_BUFFER_BYTES = 4 * SENT_PIECE_BYTES
/** Below this, a header that says how it was compressed is as long as what compression saves. */
export const MIN_COMPRESSED_BYTES = 1 * KiB
/** Compressing at once: each holds up to 1 MiB, and two processors do no more. Beyond, files go as they are. */
export const MAX_COMPRESSORS = 16
/** A visitor whose last stream ended is shown so long: between two pages somebody reads. */
export const VISITOR_LINGERS_MS = 1 * MINUTE
/** Devices shown as visitors; beyond, those whose stream ended first are forgotten. */
export const MAX_VISITORS = 1_024

// What a folder holds

/** Names that a look counts before it says that there is more: a few seconds of a slow disk. */
export const MAX_LOOKED = 50_000
/** Hidden names that a look tells of. */
export const MAX_HIDDEN_TOLD = 20
/** Files of a site that copies can be made of. Whoever keeps one keeps a block for each at least. */
export const MAX_COPIED_FILES = 100_000
/** Files that are looked at side by side: the system has four threads for it. */
export const LOOKED_AT_ONCE = 16
/** Folders that are watched one by one where the system does not watch all that is below one; it has 8,192 of them at least. */
export const MAX_WATCHED_FOLDERS = 1_000
/** From a change on; whoever writes a site writes many files. */
export const LOOK_AFTER_CHANGE_MS = 1 * SECOND
/** Between two looks at a folder that goes on changing. */
export const LOOK_AGAIN_MS = 10 * SECOND
/** A look all the same: no watcher sees everything, a network drive least of all. */
export const LOOK_ANYWAY_MS = 10 * MINUTE

// What the zone says

/** A zone is changed twice where it can be once: a small folder is read before the name is pointed, a large one after. */
export const POINT_WITHOUT_COPY_MS = 5 * SECOND
/** After a failure, then twice as long each time. Whoever was offline, or behind with the ledger, is back within minutes. */
export const POINT_AGAIN_MS = 5 * SECOND
export const POINT_AGAIN_LONGEST_MS = 5 * MINUTE
/** A window that shows how far the reading is gets told at most so often. */
export const TELL_PROGRESS_MS = 250

/** How often it is looked whether the folder, or the program, of a site is there, also while nobody visits. */
export const LOOK_AT_SOURCE_MS = 30 * SECOND

// A program on this machine

/** It is on this machine: it takes the connection at once or is not there. */
export const PROGRAM_CONNECT_MS = 5 * SECOND
/** Connections to one program; more requests than that wait in line. A WebSocket holds one as long as it is open. */
export const MAX_PROGRAM_CONNECTIONS = 128
/** Connections that are kept for the next request, well below the 5 s after which Node's own server closes them. */
export const PROGRAM_KEEP_ALIVE_MS = 4 * SECOND

// What is asked for

/** Streams to one site, as browsers have connections to one host. */
export const POOL_STREAMS = 6
/** Requests to one site that wait for a stream: a page of a thousand pictures. */
export const MAX_WAITING = 1_024
/** WebSockets to one site; each holds a stream. */
export const MAX_UPGRADES = 8
/** Streams to one device, over all its sites: below the 32 that it takes on a connection, as some are still closing. */
export const MAX_STREAMS_TO_PEER = 24
/** A stream that is not used is closed after this, before the other side does. */
export const IDLE_STREAM_MS = 45 * SECOND
/** Until the header of an answer has come: the program there may think. */
export const ANSWER_HEADER_MS = 2 * MINUTE
/** Ahead of an answer ("continue", early hints), which count for nothing here: servers send one or two. */
export const MAX_HINTS = 16
/** Of an answer: what somebody there chose to send, cookies and all. */
export const MAX_ANSWER_HEADER_BYTES = 32 * KiB
/**
 * The other door takes 60 streams at once and 5 a second from a device, and marks down whoever sends more. Ours keeps
 * below that, and lets what is too fast wait; beyond so long it is refused here.
 */
export const PACE_BURST = 48
export const PACE_PER_SECOND = 4
export const PACE_LONGEST_MS = 15 * SECOND
/** Devices whose pace is kept; a full bucket is as good as none and goes first. */
export const MAX_PACED = 1_000

/** A window that shows how often a site was asked, and by whom, is told at most so often of each. */
export const COUNTED_EVERY_MS = 1 * SECOND
