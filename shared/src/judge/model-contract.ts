/** Names, order and meaning of features and outputs; a model declares it in its ONNX metadata under `contract`. */
export const MODEL_CONTRACT = 'eyenet-judge/1'

/**
 * What a model answers: quantiles of the sample in the series' own scale ((value - centre) / scale), from the past and the
 * clock only; then a logit of how unusual the window is that ends with the sample.
 */
export const OUTPUT_NAMES = ['q005', 'q250', 'q500', 'q750', 'q995', 'unusual'] as const
export const OUTPUTS = OUTPUT_NAMES.length
