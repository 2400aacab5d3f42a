/*
 * /latch/file/1.0.0: a file that was offered in a conversation, by its hash tree.
 *
 *   receiver                                        holder
 *     | -- {file} ------------------------------------> |  may they? is it here, and what it was?
 *     | <- {status: "open", bytes, manifest, top} ----- |  hashes to the id, or it is not believed
 *     | -- {want: "groups"} --------------------------> |
 *     | -- {want: "leaves", group: 0} ----------------> |
 *     | -- {want: "chunks", first: 0, count: 16} -----> |  as much as 4 MiB, before the first is answered
 *     | <--------- groups 0, leaves 0, chunk 0, … ----- |  in the order in which they were asked
 *     | -- {want: "whole"} ---------------------------> |  all came
 *
 * Proven here: the device at each end (Noise), forms and lengths, and that what is given has the id that was asked. Not
 * proven here: that a list or a chunk is the one under it, which the receiver checks before it uses a byte. Drawn with its
 * bytes in docs/wire/file.md.
 */
export type { FileChannel } from './channel.ts'
export { FILE_PROTOCOL, FILE_TERMS, MAX_CHUNKS_WAITING, MAX_RUN } from './constants.ts'
export { FileProtocolError, FileRefusedError, type FileRefusal } from './errors.ts'
export { createFileProtocol, type FileHandlers, type FileProtocol } from './file-protocol.ts'
export type { RefusedStatus, Reply } from './messages.ts'
export type { GivenFile } from './serving.ts'
