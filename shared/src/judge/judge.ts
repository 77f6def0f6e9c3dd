/**
 * Judges samples where they are taken and wherever they are read: streaming state of each series in typed arrays, detectors
 * that need no model, calibration by the series' own past, and verdicts with a reason. The same code runs at the agent, at
 * the server and in the benchmarks, so the same samples give the same verdicts, bit by bit.
 */
export { type ConcludeOptions, conclude } from './conclude.ts'
export { DeviceBank, type DeviceVerdicts } from './device-bank.ts'
export { FEATURE_NAMES, FEATURES, PAST_FEATURES, VALUE_FEATURE } from './features.ts'
export { DEFAULT_JUDGE_SETTINGS, type JudgeSettings } from './judge-settings.ts'
export { type JudgedAs, judgedAs } from './judged-as.ts'
export { MODEL_CONTRACT, OUTPUT_NAMES, OUTPUTS } from './model-contract.ts'
export {
  BAND_OUTPUTS,
  BAND_QUANTILES,
  bandOf,
  blankNetwork,
  type Dense,
  FEATURE_CLIP,
  HIDDEN,
  joinInputs,
  LEAST_WIDTH,
  NETWORK_OUTPUTS,
  type Network,
  type NetworkBatch,
  type NetworkShape,
  POSITION_CLIP,
  POSITIONS,
  runNetwork,
  softplus,
} from './network.ts'
export { prepare } from './prepare.ts'
export { RateMeter } from './rate-meter.ts'
export { REASON, REASONS, type Reason } from './reasons.ts'
export { type SpokenVerdict, sentenceOf } from './sentence.ts'
export { SeriesBank } from './series-bank.ts'
export { STATE_BYTES } from './state-layout.ts'
export { TickBatch } from './tick-batch.ts'
export { SHIPPED_TUNING, type Tuning } from './tuning.ts'
