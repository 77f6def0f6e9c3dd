import { z } from 'zod'
import { EpochMs } from '../identity/identity.ts'

/** A live one, one on trial in its shadow, and as many again while one takes over from another. */
export const MAX_SENT_MODELS = 4
/** Some 60,000 weights. Four of them, encrypted and signed, stay below 3 MB in one message. */
export const MAX_MODEL_BYTES = 262_144

/** Names a version of a model for good. */
export const ModelId = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,79}$/, 'lower-case letters, digits, dots and dashes')
export type ModelId = z.infer<typeof ModelId>

/** What the server vouches for. */
export const ModelManifest = z.object({
  id: ModelId,
  name: z.string().min(1).max(80),
  version: z.number().int().nonnegative(),
  /** Names, order and meaning of inputs and outputs: MODEL_CONTRACT of the judge. */
  contract: z.string().min(1).max(64),
  /** Of the ONNX file, lower-case hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().min(1).max(MAX_MODEL_BYTES),
  createdAt: EpochMs,
  /** Which server made or took it. */
  server: z.string().min(1).max(255),
})
export type ModelManifest = z.infer<typeof ModelManifest>

/** `typ` in the protected header of a manifest's JWS. */
export const MODEL_TYPE = 'eyenet-model+jws'

/** `live`: its verdicts count. `shadow`: it scores beside the live one, and its verdicts alert nobody. */
export const ModelMode = z.enum(['live', 'shadow'])
export type ModelMode = z.infer<typeof ModelMode>

/** One model in a desired state. */
export const SentModel = z.object({
  /** Compact JWS (RFC 7515, EdDSA) of the manifest's JSON by a signing key of the server. */
  manifest: z.string().min(1).max(4_000),
  /** The file, base64. */
  onnx: z.string().max(Math.ceil(MAX_MODEL_BYTES / 3) * 4),
  mode: ModelMode,
})
export type SentModel = z.infer<typeof SentModel>

/** What became of a model at an agent; one that is refused runs nowhere, and the former one goes on. */
export const ModelReport = z.object({
  id: z.string().max(80),
  mode: ModelMode,
  state: z.enum(['running', 'refused']),
  /** Why it is refused. */
  reason: z.string().max(300).optional(),
})
export type ModelReport = z.infer<typeof ModelReport>

/** Those that run, those that were refused, and the one of the package. */
export const MAX_MODEL_REPORTS = 2 * MAX_SENT_MODELS + 1
