import { Duplex } from 'node:stream'

/** The same stream, with what goes through it told both ways. Back-pressure, ends and errors are those of `inner`. */
export function counted(inner: Duplex, onBytes: (bytes: number) => void): Duplex {
  const outer = new Duplex({
    allowHalfOpen: true,
    read: () => void inner.resume(),
    write(chunk: Buffer, _encoding, done) {
      onBytes(chunk.byteLength)
      if (inner.write(chunk)) done()
      else whenDrained(inner, done)
    },
    final(done) {
      inner.end(() => done())
    },
    destroy(error, done) {
      inner.destroy(error ?? undefined)
      done(error)
    },
  })
  inner.on('data', (chunk: Buffer) => {
    onBytes(chunk.byteLength)
    if (!outer.push(chunk)) inner.pause()
  })
  inner.pause()
  inner.once('end', () => outer.push(null))
  inner.on('error', (error) => outer.destroy(error))
  // Gone without an end: whoever reads on must hear of it.
  inner.once('close', () => {
    if (!inner.readableEnded || !inner.writableFinished) outer.destroy(inner.errored ?? undefined)
  })
  return outer
}

function whenDrained(inner: Duplex, done: (error?: Error | null) => void): void {
  const over = (): void => {
    inner.off('drain', over)
    inner.off('close', over)
    done()
  }
  inner.once('drain', over)
  inner.once('close', over)
}
