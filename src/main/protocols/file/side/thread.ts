/*
 * What runs in a thread at either end of a side channel. Text and not a file, as in platform/verify-pool.ts: a bundle has no place
 * for a second file. Both ends begin alike; docs/wire/file.md draws the records.
 */

const RECORDS = `
const net = require('node:net')
const fs = require('node:fs')
const { createCipheriv, createDecipheriv, createHash } = require('node:crypto')
const { parentPort, workerData } = require('node:worker_threads')
const { CHUNK_BYTES, keyIn, keyOut, HELLO_MS } = workerData
const HELLO = 0xffffffff
const TAG_BYTES = 16
const HEAD_BYTES = 4
const MAX_RECORD_BYTES = HEAD_BYTES + CHUNK_BYTES + TAG_BYTES

const nonceOf = (count) => {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(count), 4)
  return nonce
}
let sent = 0
const seal = (plain) => {
  const length = Buffer.alloc(HEAD_BYTES)
  length.writeUInt32BE(plain.byteLength + TAG_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyOut, nonceOf(sent++)).setAAD(length)
  const body = cipher.update(plain)
  cipher.final()
  return [length, body, cipher.getAuthTag()]
}
const records = (onRecord, fail) => {
  const room = Buffer.allocUnsafeSlow(2 * 1024 * 1024)
  let filled = 0
  let got = 0
  const open = (record) => {
    const decipher = createDecipheriv('aes-256-gcm', keyIn, nonceOf(got++)).setAAD(record.subarray(0, HEAD_BYTES))
    const end = record.byteLength - TAG_BYTES
    decipher.setAuthTag(record.subarray(end))
    const plain = decipher.update(record.subarray(HEAD_BYTES, end))
    decipher.final()
    return plain
  }
  return {
    buffer: () => room.subarray(filled),
    callback(count) {
      filled += count
      let at = 0
      try {
        while (filled - at >= HEAD_BYTES) {
          const length = room.readUInt32BE(at)
          if (length < HEAD_BYTES + TAG_BYTES || length > MAX_RECORD_BYTES) throw new Error('a record of no length that there is')
          if (filled - at < HEAD_BYTES + length) break
          onRecord(open(room.subarray(at, at + HEAD_BYTES + length)))
          at += HEAD_BYTES + length
        }
      } catch (error) {
        fail(error)
        return false
      }
      if (at > 0) room.copyWithin(0, at, filled)
      filled -= at
      return true
    },
  }
}
const hello = () => {
  const plain = Buffer.alloc(4)
  plain.writeUInt32BE(HELLO)
  return plain
}
// At once: a thread that waits for its garbage to be collected holds a hundred chunks.
const free = ({ buffer, byteLength }) => byteLength === buffer.byteLength && byteLength > CHUNK_BYTES && buffer.transfer(0)
const isHello = (plain) => plain.byteLength === 4 && plain.readUInt32BE(0) === HELLO
const failed = (error) => parentPort.postMessage({ failed: String(error?.message ?? error) })
`

export const RECEIVER = `${RECORDS}
const { host, port } = workerData
let isOpen = false
const onRecord = (plain) => {
  if (!isOpen) {
    if (!isHello(plain)) throw new Error('no hello')
    isOpen = true
    return parentPort.postMessage({ open: true })
  }
  const number = plain.readUInt32BE(0)
  const bytes = new Uint8Array(plain.buffer, plain.byteOffset + 4, plain.byteLength - 4)
  const isWhole = plain.byteOffset === 0 && plain.buffer.byteLength === plain.byteLength
  parentPort.postMessage({ number, bytes }, isWhole ? [plain.buffer] : [])
}
const socket = net.connect({ host, port, noDelay: true, onread: records(onRecord, (error) => socket.destroy(error)) })
socket.once('connect', () => {
  for (const piece of seal(hello())) socket.write(piece)
})
socket.on('error', failed)
socket.once('close', () => failed('closed'))
parentPort.once('close', () => socket.destroy())
`

export const HOLDER = `${RECORDS}
const { host, remote, MAX_TRIES } = workerData
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants
const jobs = []
let socket = null
let isWriting = false
let open = { path: null, fd: -1 }

const fdOf = (path) => {
  if (open.path === path) return open.fd
  if (open.fd !== -1) fs.closeSync(open.fd)
  open = { path: null, fd: -1 }
  open = { path, fd: fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) }
  return open.fd
}
const room = Buffer.allocUnsafeSlow(4 + CHUNK_BYTES)
const read = ({ number, head, segments }) => {
  room.writeUInt32BE(number)
  room.set(head, 4)
  let at = 4 + head.byteLength
  for (const { path, at: from, bytes, stamp } of segments) {
    const fd = fdOf(path)
    for (let done = 0; done < bytes; ) {
      const got = fs.readSync(fd, room, at + done, bytes - done, from + done)
      if (got === 0) throw new Error('it is shorter')
      done += got
    }
    const { size, mtimeMs } = fs.fstatSync(fd)
    if (size !== stamp.bytes || mtimeMs !== stamp.changedMs) throw new Error('it was changed')
    at += bytes
  }
  return room.subarray(0, at)
}
const work = () => {
  while (socket !== null && !isWriting && jobs.length > 0) {
    const job = jobs.shift()
    let pieces
    try {
      pieces = seal(read(job))
    } catch (error) {
      parentPort.postMessage({ id: job.id, gone: true })
      continue
    }
    socket.cork()
    let isRoom = true
    for (const piece of pieces) isRoom = socket.write(piece, () => free(piece))
    socket.uncork()
    parentPort.postMessage({ id: job.id })
    if (isRoom) continue
    isWriting = true
    socket.once('drain', () => {
      isWriting = false
      work()
    })
  }
}
let tries = 0
const server = net.createServer({ noDelay: true, pauseOnConnect: true, highWaterMark: 1024 * 1024 }, (candidate) => {
  candidate.on('error', () => {})
  const isTheirs = candidate.remoteAddress === remote || candidate.remoteAddress === '::ffff:' + remote
  if (socket !== null || !isTheirs || ++tries > MAX_TRIES) return candidate.destroy()
  const late = setTimeout(() => candidate.destroy(), HELLO_MS)
  const { callback, buffer } = records((plain) => {
    if (socket !== null || !isHello(plain)) throw new Error('not the one that is waited for')
    clearTimeout(late)
    socket = candidate
    server.close()
    socket.once('close', () => failed('closed'))
    for (const piece of seal(hello())) socket.write(piece)
    work()
  }, (error) => candidate.destroy(error))
  candidate.on('data', (bytes) => {
    if (bytes.byteLength > 1024) return candidate.destroy()
    bytes.copy(buffer())
    callback(bytes.byteLength)
  })
  candidate.resume()
})
server.on('error', failed)
server.listen(0, host, () => parentPort.postMessage({ port: server.address().port }))
setTimeout(() => {
  if (socket !== null) return
  server.close()
  failed('nobody came')
}, HELLO_MS)
parentPort.on('message', (job) => {
  jobs.push(job)
  work()
})
`
