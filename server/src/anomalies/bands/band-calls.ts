import type { Band } from '@eyenet/shared/api'
import type { BandKind, BandQuestion } from './band-keeper.ts'

export type ModelFile = { readonly id: string; readonly onnx: Uint8Array }

/** What the thread that judges history does; one call at a time. */
export type BandCalls = {
  /** The model that judges from now on; undefined: the detectors alone. Answers false where it cannot be loaded. */
  setModel(model: ModelFile | undefined): Promise<boolean>
  judgedTo(keys: readonly string[], kind: BandKind): number[]
  bands(question: BandQuestion, timeoutMs: number): Promise<Band[]>
}
