import { existsSync, readFileSync } from 'node:fs'
import { BaseManifest } from './base-manifest.ts'

// shared/models lies beside the code of agent and server, in a checkout and where they are installed.
const FOLDER = new URL('../../../../shared/models/', import.meta.url)

/** The ONNX file of the model that ships with EyeNet; undefined where it is left out. */
export function readBaseModel(): Uint8Array | undefined {
  const file = new URL('base.onnx', FOLDER)
  return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined
}

/** What lies beside it. Throws where it is missing or none. */
export function readBaseManifest(): BaseManifest {
  return BaseManifest.parse(JSON.parse(readFileSync(new URL('base.json', FOLDER), 'utf8')))
}
