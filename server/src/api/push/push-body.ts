import { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { EyeNetError } from '@eyenet/shared/errors'
import { unpackSnappyBlock } from '../../push/push.ts'
import { readBytes } from '../request-body.ts'
import { giveBackBody, takeBody } from './shared-bodies.ts'

/** Packed or not: an hour of 10,000 series at 30 s in line protocol. Senders cut what is larger. */
export const MAX_PUSH_BYTES = 32 * 1024 * 1024
/** Remote write sends some thousands of samples at a time; snappy unpacks in one go. */
export const MAX_REMOTE_WRITE_BYTES = 8 * 1024 * 1024

/** A sender of whom nothing comes for so long gives its place to others. */
const STALLED_MS = 10_000
/** Of a body whose length is not told. */
const FIRST_BYTES = 64 * 1024

const unzip = promisify(gunzip)

/**
 * The body without its gzip, if it has one, in memory that is to be given back. `incoming` is the connection's own
 * message where there is one: its bytes are taken as they come. EyeNetError `too_large` and `invalid`.
 */
export async function readPushed(request: Request, incoming: unknown): Promise<Uint8Array> {
  const encoding = encodingOf(request)
  if (encoding !== 'gzip' && encoding !== 'identity') throw unknownEncoding('gzip or no Content-Encoding')
  if (encoding === 'identity' && incoming instanceof IncomingMessage) return readIncoming(incoming)
  const body = await readBytes(request, MAX_PUSH_BYTES)
  if (encoding === 'identity') return body
  try {
    return await unzip(body, { maxOutputLength: MAX_PUSH_BYTES })
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new EyeNetError('too_large', `the body unpacks to more than ${MAX_PUSH_BYTES} bytes`, { cause })
    }
    throw new EyeNetError('invalid', 'the body is not in gzip, or it is cut', { cause })
  }
}

/** Reads a body whose length is told into memory of that length, and another one into as much as comes. */
export function readIncoming(incoming: IncomingMessage): Promise<Uint8Array> {
  const tooLarge = () => new EyeNetError('too_large', `the body is larger than ${MAX_PUSH_BYTES} bytes`)
  const told = Number(incoming.headers['content-length'] ?? Number.NaN)
  if (told > MAX_PUSH_BYTES) return Promise.reject(tooLarge())
  // Who waited for a turn may have gone: nothing more would be told of it.
  if (incoming.destroyed || incoming.readableEnded) return Promise.reject(gone())
  return new Promise((resolve, reject) => {
    let body = takeBody(Number.isNaN(told) ? FIRST_BYTES : told)
    let length = 0
    const end = (): void => {
      leave()
      resolve(body.subarray(0, length))
    }
    const fail = (error: Error): void => {
      leave()
      giveBackBody(body)
      // What still comes of it is not kept.
      incoming.resume()
      reject(error)
    }
    const close = (): void => fail(gone())
    const take = (part: Buffer): void => {
      if (length + part.length > MAX_PUSH_BYTES) {
        fail(tooLarge())
        return
      }
      if (length + part.length > body.length) {
        const larger = takeBody(Math.max(length + part.length, body.length * 2))
        larger.set(body.subarray(0, length))
        giveBackBody(body)
        body = larger
      }
      body.set(part, length)
      length += part.length
      timer.refresh()
    }
    const timer = setTimeout(() => fail(tooSlow()), STALLED_MS)
    // It is settled once: the memory is given back once, and may be another's by then.
    const leave = (): void => {
      clearTimeout(timer)
      incoming.off('data', take).off('end', end).off('error', close).off('close', close)
      incoming.on('error', ignore)
    }
    incoming.on('data', take).once('end', end).once('error', close).once('close', close)
  })
}

const gone = (): EyeNetError => new EyeNetError('cancelled', 'the sender went away before its body was whole')
const tooSlow = (): EyeNetError => new EyeNetError('cancelled', `nothing came of the body for ${STALLED_MS / 1_000} s`)
const ignore = (): void => undefined

/** The body without its snappy. EyeNetError `too_large` and `invalid`. */
export async function readRemoteWritten(request: Request): Promise<Buffer> {
  const encoding = encodingOf(request)
  if (encoding !== 'snappy' && encoding !== 'identity') throw unknownEncoding('snappy')
  return unpackSnappyBlock(await readBytes(request, MAX_REMOTE_WRITE_BYTES), MAX_REMOTE_WRITE_BYTES)
}

function encodingOf(request: Request): string {
  return (request.headers.get('content-encoding') ?? 'identity').trim().toLowerCase()
}

function unknownEncoding(known: string): EyeNetError {
  return new EyeNetError('invalid', `the Content-Encoding is not known here: use ${known}`)
}
