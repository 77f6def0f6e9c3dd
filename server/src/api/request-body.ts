import { EyeNetError } from '@eyenet/shared/errors'

/** Ample for every request but those that say otherwise; what is larger is refused before it is held. */
export const MAX_BODY_BYTES = 1024 * 1024

export type BodyForm = 'json' | 'form'
const MEDIA_TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const

/**
 * The body as its media type says: a JSON value, or the fields of a form. A browser cannot send JSON to another origin
 * without asking first, so the media type is insisted on. EyeNetError('invalid') and ('too_large').
 */
export async function readBody(
  request: Request,
  form: BodyForm = 'json',
  maxBytes: number = MAX_BODY_BYTES,
): Promise<unknown> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== MEDIA_TYPES[form]) {
    throw new EyeNetError('invalid', `send the body with Content-Type: ${MEDIA_TYPES[form]}`)
  }
  const text = await readText(request, maxBytes)
  if (form === 'form') return fieldsOf(text)
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw new EyeNetError('invalid', 'the body is not JSON', { cause: thrown })
  }
}

/** A form's fields; each may come more than once. */
function fieldsOf(text: string): Readonly<Record<string, readonly string[]>> {
  const fields = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(text)) {
    const known = fields.get(name)
    if (known === undefined) fields.set(name, [value])
    else known.push(value)
  }
  return Object.fromEntries(fields)
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const bytes = await readBytes(request, maxBytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (thrown) {
    throw new EyeNetError('invalid', 'the body is not UTF-8', { cause: thrown })
  }
}

/** The body as it came. EyeNetError('too_large'). */
export async function readBytes(request: Request, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new EyeNetError('too_large', `the body is larger than ${maxBytes} bytes`)
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  if (request.body === null) return Buffer.alloc(0)
  const parts: Uint8Array[] = []
  let size = 0
  const reader = request.body.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength
    if (size > maxBytes) {
      await reader.cancel()
      throw tooLarge()
    }
    parts.push(part.value)
  }
  return Buffer.concat(parts)
}
