import { createHash } from 'node:crypto'

const MAX_CHARS = 60

/** The text where it is short, else one that stands for it: to see whether two are the same, not to read. */
export function shortText(text: string): string {
  return text.length <= MAX_CHARS ? text : createHash('sha256').update(text).digest('base64url')
}
