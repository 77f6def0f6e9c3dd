import { EyeNetError } from '../errors/errors.ts'
import { type EpochMs, epochMs } from '../identity/identity.ts'

/** Where a page of a list by time ended: the moment and the id of its last item. */
export type MomentCursor = { readonly at: EpochMs; readonly id: string }

export function momentCursor({ at, id }: MomentCursor): string {
  return `${at}-${id}`
}

/** Undefined for none. EyeNetError `invalid` for one that no page gave. */
export function parseMomentCursor(cursor: string | undefined): MomentCursor | undefined {
  if (cursor === undefined) return undefined
  const parts = /^(\d{1,15})-([0-9a-f-]{36})$/.exec(cursor)
  if (parts?.[2] === undefined) throw new EyeNetError('invalid', 'the cursor is not one that a page of this list gave')
  return { at: epochMs(Number(parts[1])), id: parts[2] }
}
