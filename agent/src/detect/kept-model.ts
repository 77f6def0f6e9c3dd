import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SentModel } from '@eyenet/shared/wire'

/** The live model that was accepted last, in the data folder: a refused one must not leave an agent without any. */
export class KeptModel {
  readonly #folder: string
  readonly #file: string

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'models')
    this.#file = join(this.#folder, 'live.json')
  }

  /** It is checked like one that comes from the server: nobody vouches for the disk. */
  read(): SentModel | undefined {
    try {
      return SentModel.safeParse(JSON.parse(readFileSync(this.#file, 'utf8'))).data
    } catch {
      return undefined
    }
  }

  /** Throws what the disk says. */
  write(sent: SentModel): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const fresh = `${this.#file}.new`
    writeFileSync(fresh, JSON.stringify(sent), { mode: 0o600, flush: true })
    renameSync(fresh, this.#file)
  }

  forget(): void {
    rmSync(this.#file, { force: true })
  }
}
