import { NewMibs } from '@eyenet/shared/api'

export type MibText = NewMibs['files'][number]
export type RefusedFile = { readonly name: string; readonly why: string }

/** Files that import each other belong into one request; it has at most what the server takes. Characters. */
const BATCH_CHARACTERS = 10_000_000
const BATCH_FILES = 100
const LARGEST_CHARACTERS = 4_000_000

const One = NewMibs.shape.files.element

/** MIB files are ASCII; what is not UTF-8 is read as Latin-1, as vendors' editors write it. */
export function mibText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('latin1').decode(bytes)
  }
}

/** Why a file cannot be sent; undefined when it can. */
export function refusal({ name, text }: MibText): string | undefined {
  if (text.trim() === '') return 'it is empty'
  if (text.length > LARGEST_CHARACTERS) return 'it is larger than 4 MB; no MIB is'
  if (text.includes('\0')) return 'it is not a text file; unpack archives first'
  return One.safeParse({ name, text }).success ? undefined : 'its name is too long'
}

/** Files in as few requests as the server's bounds allow. */
export function mibBatches(files: readonly MibText[]): readonly (readonly MibText[])[] {
  const batches: MibText[][] = []
  let size = 0
  for (const file of files) {
    const last = batches.at(-1)
    if (last === undefined || size + file.text.length > BATCH_CHARACTERS || last.length >= BATCH_FILES) {
      batches.push([file])
      size = 0
    } else last.push(file)
    size += file.text.length
  }
  return batches
}
