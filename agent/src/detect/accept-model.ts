import { createHash } from 'node:crypto'
import { MODEL_CONTRACT } from '@eyenet/shared/judge'
import { ModelManifest, type SentModel } from '@eyenet/shared/wire'

/** What the server has signed, once the signature is checked. */
export type Vouched =
  | { readonly kind: 'ok'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly reason: string }
export type Vouch = (jws: string) => Promise<Vouched>

export type AcceptedModel = {
  readonly kind: 'ok'
  readonly id: string
  readonly sha256: string
  readonly onnx: Uint8Array
}
export type RefusedModel = { readonly kind: 'refused'; readonly id: string; readonly reason: string }

/** Whether a model is what the server signed, and of the contract that this agent knows. Nothing of it has run yet. */
export async function acceptModel(sent: SentModel, vouch: Vouch): Promise<AcceptedModel | RefusedModel> {
  const vouched = await vouch(sent.manifest)
  if (vouched.kind === 'refused')
    return { kind: 'refused', id: UNKNOWN, reason: `its manifest is refused: ${vouched.reason}` }
  const parsed = ModelManifest.safeParse(vouched.value)
  if (!parsed.success)
    return { kind: 'refused', id: UNKNOWN, reason: 'its manifest is not one that this agent understands' }
  const { id, contract, sha256, bytes } = parsed.data
  const refused = (reason: string): RefusedModel => ({ kind: 'refused', id, reason })
  if (contract !== MODEL_CONTRACT) {
    return refused(`it is of the contract ${contract}, and this agent runs ${MODEL_CONTRACT}`)
  }
  const onnx = Buffer.from(sent.onnx, 'base64')
  if (onnx.length !== bytes) return refused(`it has ${onnx.length} bytes where its manifest says ${bytes}`)
  const found = sha256Of(onnx)
  if (found !== sha256)
    return refused(`its SHA-256 is ${found.slice(0, 16)}…, and its manifest says ${sha256.slice(0, 16)}…`)
  return { kind: 'ok', id, sha256, onnx }
}

/** A model whose manifest cannot be read has no name that could be believed. */
const UNKNOWN = 'unknown'

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
