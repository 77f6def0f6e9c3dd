import { metrics } from './metric-spec.ts'

/** What an agent finds unusual. `metric` is the name of the series that is judged; its labels stand beside it. */
export const ANOMALY_METRICS = [
  ...metrics(
    ['metric'],
    [
      [
        'anomaly_score',
        'gauge',
        'ratio',
        'How unusual a series is, 0 to 1; 0.5 and more is an anomaly. Of chosen metrics, and while a verdict lasts.',
      ],
      ['anomaly_expected_low', 'gauge', 'none', 'Lower end of the usual range, in the unit of the metric.'],
      ['anomaly_expected_high', 'gauge', 'none', 'Upper end of the usual range, in the unit of the metric.'],
      [
        'anomaly_active',
        'gauge',
        'state',
        '1 while a verdict lasts on a series (with `metric`) or on a device, 0 as it ends.',
      ],
    ],
  ),
  ...metrics(
    [],
    [['anomaly_ratio', 'gauge', 'ratio', 'Share of the judged series of a device on which a verdict lasts, 0 to 1.']],
  ),
  ...metrics(
    ['agent'],
    [
      ['anomaly_series', 'gauge', 'count', 'Series that the agent judges.'],
      ['anomaly_series_left_out', 'gauge', 'count', 'Series that it does not judge: over anomaly.maxSeries.'],
      ['anomaly_samples_left_out_total', 'counter', 'count', 'Samples that were not judged because too many waited.'],
      ['anomaly_reports_left_out_total', 'counter', 'count', 'Verdicts that nobody was told of: too many at a time.'],
      ['anomaly_seconds_total', 'counter', 'seconds', 'Processor time that judging has taken.'],
    ],
  ),
  ...metrics(
    ['agent', 'model', 'mode'],
    [
      [
        'anomaly_alarms_total',
        'counter',
        'count',
        'Verdicts that began, by model (`none`: the detectors alone) and mode.',
      ],
      ['anomaly_model_info', 'info', 'none', '1 for each model that runs, and whether live or shadow.'],
    ],
  ),
]
