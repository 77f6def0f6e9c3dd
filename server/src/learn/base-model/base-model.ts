/** The model that ships with EyeNet: the recipe, which makes it out of made series, and the file that was made. */
import { readFileSync } from 'node:fs'
import { BaseManifest } from './base-manifest.ts'

export { type BaseManifest, type BaseRecipe, SHIPPED_RECIPE } from './base-manifest.ts'
export { madeSeries } from './made-series.ts'
export { type BaseModel, makeBaseModel } from './make-base-model.ts'

/** shared/models lies beside the code of agent and server, in a checkout and where they are installed. */
export const BASE_MODEL_FILE = new URL('../../../../shared/models/base.onnx', import.meta.url)
export const BASE_MANIFEST_FILE = new URL('../../../../shared/models/base.json', import.meta.url)

/** Throws where one of the files is missing or the manifest is none. */
export function readBaseModel(): { readonly onnx: Uint8Array; readonly manifest: BaseManifest } {
  const manifest = BaseManifest.parse(JSON.parse(readFileSync(BASE_MANIFEST_FILE, 'utf8')))
  return { onnx: new Uint8Array(readFileSync(BASE_MODEL_FILE)), manifest }
}
