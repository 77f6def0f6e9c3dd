import { Acknowledgement, parseBoundedJson } from '@eyenet/shared/wire'

/** What the server acknowledges; undefined for what is no acknowledgement. */
export function acknowledgementOf(payload: Uint8Array): Acknowledgement | undefined {
  try {
    return Acknowledgement.safeParse(parseBoundedJson(payload)).data
  } catch {
    return undefined
  }
}
