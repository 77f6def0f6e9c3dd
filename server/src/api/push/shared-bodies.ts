/** Buffers that wait to be used again, each for a body of the same size or smaller. */
const MAX_KEPT = 8
/** Larger ones are not kept: 8 of them would hold much for seldom senders. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024
const ROUNDED_TO = 64 * 1024

const kept: SharedArrayBuffer[] = []

/** Memory for a body that another thread reads where it lies. Used again and again: no page of it is new, none is garbage. */
export function takeBody(bytes: number): Uint8Array<SharedArrayBuffer> {
  const at = kept.findIndex(({ byteLength }) => byteLength >= bytes)
  const [found] = at < 0 ? [] : kept.splice(at, 1)
  const size = Math.max(1, Math.ceil(bytes / ROUNDED_TO)) * ROUNDED_TO
  return new Uint8Array(found ?? new SharedArrayBuffer(size), 0, bytes)
}

/** Nobody reads the body any more. */
export function giveBackBody({ buffer }: Uint8Array<ArrayBufferLike>): void {
  if (buffer instanceof ArrayBuffer || buffer.byteLength > MAX_KEPT_BYTES || kept.length >= MAX_KEPT) return
  if (kept.includes(buffer)) return
  kept.push(buffer)
}
