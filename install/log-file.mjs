import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

// A file at this size is set aside; with the three older ones a process takes at most 80 MiB of disk.
const MAX_BYTES = 20 * 1024 * 1024
const OLDER_KEPT = 3

/** A log file that is rotated when opened and whenever it is full: `path`, `path.1` (newest) to `path.3`. */
export function openLogFile(path, maxBytes = MAX_BYTES) {
  let file = fresh(path)
  let written = 0
  let open = true
  return {
    write(line) {
      if (!open) return
      const bytes = Buffer.from(`${line}\n`)
      if (written + bytes.length > maxBytes) {
        closeSync(file)
        file = fresh(path)
        written = 0
      }
      try {
        written += writeSync(file, bytes)
      } catch (error) {
        // A full disk must not end what is being logged; the terminal still shows what matters.
        if (error.code !== 'ENOSPC') throw error
      }
    },
    close() {
      if (open) closeSync(file)
      open = false
    },
  }
}

function fresh(path) {
  mkdirSync(dirname(path), { recursive: true })
  for (let age = OLDER_KEPT; age >= 1; age--) {
    const from = age === 1 ? path : `${path}.${age - 1}`
    if (existsSync(from)) renameSync(from, `${path}.${age}`)
  }
  return openSync(path, 'w', 0o600)
}
