import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { EyeNetError } from '@eyenet/shared/errors'
import { unpackSnappyBlock } from '../../push/push.ts'
import { readBytes } from '../request-body.ts'

/** Packed or not: an hour of 10,000 series at 30 s in line protocol. Senders cut what is larger. */
export const MAX_PUSH_BYTES = 32 * 1024 * 1024
/** Remote write sends some thousands of samples at a time; snappy unpacks in one go. */
export const MAX_REMOTE_WRITE_BYTES = 8 * 1024 * 1024

const unzip = promisify(gunzip)

/** The body without its gzip, if it has one. EyeNetError `too_large` and `invalid`. */
export async function readPushed(request: Request): Promise<Buffer> {
  const encoding = encodingOf(request)
  if (encoding !== 'gzip' && encoding !== 'identity') throw unknownEncoding('gzip or no Content-Encoding')
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
