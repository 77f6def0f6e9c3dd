import { readFileSync } from 'node:fs'
import { BaseManifest } from './base-manifest.ts'

// shared/models lies beside the code of agent and server, in a checkout and where they are installed.
const FOLDER = new URL('../../../../shared/models/', import.meta.url)

/** The model that ships with EyeNet, and what lies beside it. Throws where a file is missing or is none. */
export function readBaseModel(): { readonly onnx: Uint8Array; readonly manifest: BaseManifest } {
  const manifest = BaseManifest.parse(JSON.parse(readFileSync(new URL('base.json', FOLDER), 'utf8')))
  return { onnx: new Uint8Array(readFileSync(new URL('base.onnx', FOLDER))), manifest }
}
