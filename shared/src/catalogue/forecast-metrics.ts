import { metrics } from './metric-spec.ts'

/** When something will be full; written by the server. `kind`: storage, memory or interface, and the label that names which. */
export const FORECAST_METRICS = metrics(
  ['kind', 'storage', 'pool', 'interface', 'direction'],
  [
    [
      'forecast_seconds_until_full',
      'gauge',
      'seconds',
      'Time until it is full if it grows as it did; ten years stand for longer, and for what does not grow.',
    ],
    ['forecast_seconds_until_full_lower', 'gauge', 'seconds', 'The same if it grows as fast as is likely at 95 %.'],
    ['forecast_seconds_until_full_upper', 'gauge', 'seconds', 'The same if it grows as slowly as is likely at 95 %.'],
    [
      'forecast_used_ratio',
      'gauge',
      'ratio',
      'Share in use on the day that ends here, of interfaces in their busiest hour: what the forecast stands on.',
    ],
  ],
)
