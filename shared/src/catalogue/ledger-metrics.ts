import { metrics } from './metric-spec.ts'

/** What the server writes about the data itself. */
export const LEDGER_METRICS = [
  ...metrics(
    ['agent'],
    [
      [
        'eyenet_completeness_ratio',
        'gauge',
        'ratio',
        'Share of the expected polls of the 5 minutes that end here that are stored, 0 to 1; written by the server.',
      ],
    ],
  ),
  ...metrics(
    ['agent', 'reason'],
    [
      [
        'eyenet_lost_samples_total',
        'counter',
        'count',
        'Samples that will never come, by reason; written by the server.',
      ],
    ],
  ),
]
