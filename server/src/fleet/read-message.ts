import { parseBoundedJson } from '@eyenet/shared/wire'

/** A JSON message of an agent in its shape; undefined when it is too long or is not one. */
export function readMessage<T>(
  schema: { safeParse: (value: unknown) => { success: true; data: T } | { success: false } },
  payload: Uint8Array,
  maxBytes: number,
): T | undefined {
  if (payload.length > maxBytes) return undefined
  try {
    const parsed = schema.safeParse(parseBoundedJson(payload))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
