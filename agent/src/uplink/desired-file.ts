import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DesiredRecord, NO_RECORD } from './desired-record.ts'
import { writeWhole } from './identity-file.ts'

/** Where desired states are remembered. A file that cannot be read is none: the server sends the newest again. */
export class DesiredFile {
  readonly #file: string
  /** Agents before 0.2 kept the last message alone. */
  readonly #lone: string

  constructor(dataDir: string) {
    this.#file = join(dataDir, 'desired.json')
    this.#lone = join(dataDir, 'desired.jws')
  }

  read(): { readonly record: DesiredRecord; readonly loneMessage?: string } {
    const text = textOf(this.#file)
    if (text === undefined) {
      const loneMessage = textOf(this.#lone)
      return { record: NO_RECORD, ...(loneMessage !== undefined && { loneMessage }) }
    }
    try {
      return { record: DesiredRecord.parse(JSON.parse(text)) }
    } catch {
      return { record: NO_RECORD }
    }
  }

  /** On disk when it returns: after a power cut the file is the old or the new one. */
  write(record: DesiredRecord): void {
    writeWhole(this.#file, JSON.stringify(record))
    rmSync(this.#lone, { force: true })
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
