import { EyeNetError } from '../errors/errors.ts'

/** Bounds memory that one message can claim after inflating: 1,000 samples need some 12 KB. */
export const MAX_FRAME_BODY_BYTES = 4 * 1024 * 1024

const PLAIN = 0
const DEFLATED = 1

export type Deflate = (body: Uint8Array) => Uint8Array
/** Must refuse to give more than the number of bytes it is told. */
export type Inflate = (body: Uint8Array, maxBytes: number) => Uint8Array

/** Below this a compressed body is rarely smaller. */
const WORTH_DEFLATING_BYTES = 128

/** One byte that says how the body is kept, then the body: the payload of every message in a lane. */
export function frame(body: Uint8Array, deflate: Deflate): Uint8Array {
  const packed = body.length >= WORTH_DEFLATING_BYTES ? deflate(body) : body
  const smaller = packed.length < body.length
  const framed = new Uint8Array(1 + (smaller ? packed : body).length)
  framed[0] = smaller ? DEFLATED : PLAIN
  framed.set(smaller ? packed : body, 1)
  return framed
}

/** The body of a frame. Throws `invalid` on an unknown kind, a broken body, or one over the limit. */
export function unframe(framed: Uint8Array, inflate: Inflate): Uint8Array {
  const body = framed.subarray(1)
  if (body.length > MAX_FRAME_BODY_BYTES) throw new EyeNetError('too_large', 'the message is over 4 MiB')
  if (framed[0] === PLAIN) return body
  if (framed[0] !== DEFLATED) throw new EyeNetError('invalid', 'the message begins with an unknown frame kind')
  try {
    return inflate(body, MAX_FRAME_BODY_BYTES)
  } catch (cause) {
    throw new EyeNetError('invalid', 'the message does not inflate, or is over 4 MiB inflated', { cause })
  }
}
