import { MINUTE, SECOND } from '../../../shared/units.ts'

/*
 * Every bound on what others can make an exit do or hold, each with its reason.
 *
 * Held for a stream: two buffers of 64 KiB each way here, as much in the socket below, and 256 KiB that came and nobody
 * read yet. What goes through is neither kept nor looked at.
 */

// For others, through this device

/** Streams in all: five contacts who each read a newspaper. Beyond, this device's own use of its line would suffer. */
export const MAX_STREAMS = 256
/** Streams of one device: a browser keeps at most 32 connections through one proxy, and some are still closing. */
export const MAX_STREAMS_OF_PEER = 48
/** Streams of devices of which nobody knows yet whose they are: anybody has one. They take no place of a contact's. */
export const MAX_UNPROVEN = 64
/** A page that was asked for in the very moment in which its device came back. */
export const MAX_UNPROVEN_OF_PEER = 16
/** The door waits 5 s for a proof; whoever is not known by then is not let out. */
export const UNPROVEN_MS = 8 * SECOND
/** As the system's own resolver waits for its first server; the wait for a turn is part of it. */
export const RESOLVE_TIMEOUT_MS = 5 * SECOND
/** Look-ups at once: of the system's resolver two run at a time, and this program has names of its own to look up. */
export const MAX_LOOK_UPS = 8
/** Of one contact: a page has hosts by the dozen, and a name server that never answers holds no more than these. */
export const MAX_LOOK_UPS_OF_CONTACT = 4
/** Hosts that rules name, and that are gone through to say whether one is an exception. A person writes down fewer. */
export const MAX_NAMED_HOSTS = 200
/** Addresses of one host; more than any has, and few enough to judge each. */
export const MAX_ADDRESSES = 64
/** Of those, tried one after the other. */
export const MAX_DIALLED = 4
/** One try: a host that is there answers in a second, also from the other side of the world. */
export const DIAL_TIMEOUT_MS = 5 * SECOND
/** All tries together, so that whoever waits hears something. */
export const CONNECT_TIMEOUT_MS = 12 * SECOND
/** Nothing moved either way: browsers let go of what they do not use after as long. */
export const IDLE_MS = 5 * MINUTE

// Of this device, through others

/** Below what one device may have open at an exit, as some are still closing there. */
export const MAX_STREAMS_TO_EXIT = 40
/** The other door takes 60 streams at once and 5 a second from a device, and marks down whoever sends more. */
export const PACE_BURST = 48
export const PACE_PER_SECOND = 4
/** Longer, and whoever waits has turned to something else. */
export const TURN_TIMEOUT_MS = 15 * SECOND
/** Connections that wait for their turn: a page of a hundred hosts. */
export const MAX_WAITING = 128

// What is counted

/** As many as are shown. Hosts are a contact's to choose, and so are their number. */
export const MAX_USES = 500
/** Of one device and one direction; what goes beyond is put together. */
export const MAX_USES_OF_PEER = 100
/** What is counted is written and told at most so often. */
export const COUNTED_EVERY_MS = 500
/** Who is a contact, and which rules there are, changes many times at once when a list is taken over. */
export const LISTED_AFTER_MS = 250
