import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

type Planted = { readonly name: string; readonly forms: readonly Buffer[] }

/** Looks for planted secrets in bytes of any kind: as they are, and as people and programs encode them. */
export class SecretHunt {
  readonly #planted: Planted[] = []
  readonly found = new Set<string>()
  /** How much was looked through, octets. */
  looked = 0

  /** A secret of at least eight characters; a shorter one would be found by chance. */
  plant(name: string, secret: string): string {
    if (secret.length < 8) throw new Error(`the secret ${name} is too short to be told from others`)
    this.#planted.push({ name, forms: formsOf(secret) })
    return secret
  }

  get size(): number {
    return this.#planted.length
  }

  look(where: string, bytes: Uint8Array | string): void {
    const haystack =
      typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.looked += haystack.length
    for (const { name, forms } of this.#planted) {
      if (forms.some((form) => haystack.includes(form))) this.found.add(`${name} in ${where}`)
    }
  }

  /** Every file below a folder, but those of which `isOwners` says that they hold secrets by right. */
  lookInFolder(folder: string, isOwners: (path: string) => boolean): void {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name)
      const path = relative(folder, file)
      if (entry.isFile() && !isOwners(path) && statSync(file, { throwIfNoEntry: false }))
        this.look(path, readFileSync(file))
    }
  }

  /** Command lines and environments of the processes that work in that folder. */
  lookAtProcesses(folder: string): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
      const [words, environment] = [textOf(`/proc/${pid}/cmdline`), textOf(`/proc/${pid}/environ`)]
      if (!words.includes(folder)) continue
      this.look('a command line', words)
      this.look('an environment', environment)
    }
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    // The process has just ended, or is another user's.
    return ''
  }
}

function formsOf(secret: string): readonly Buffer[] {
  const bytes = Buffer.from(secret)
  const texts = new Set([
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...[0, 1, 2].flatMap((before) => base64Inside(bytes, before)),
  ])
  return [...[...texts].map((text) => Buffer.from(text)), Buffer.from(secret, 'utf16le')]
}

/** What is sure to be in the base64 of a longer text in which so many octets stand before it. */
function base64Inside(bytes: Buffer, before: number): readonly string[] {
  const padded = Buffer.concat([Buffer.alloc(before), bytes])
  const skip = before === 0 ? 0 : before + 1
  const sure = Math.floor((padded.length * 8) / 6)
  return [padded.toString('base64').slice(skip, sure), padded.toString('base64url').slice(skip, sure)]
}
