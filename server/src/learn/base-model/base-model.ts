/** The model that ships with EyeNet: the recipe, which makes it out of made series, and the file that was made. */
export { type BaseManifest, type BaseRecipe, SHIPPED_RECIPE } from './base-manifest.ts'
export { madeSeries } from './made-series.ts'
export { type BaseModel, makeBaseModel } from './make-base-model.ts'
export { readBaseModel } from './read-base-model.ts'
