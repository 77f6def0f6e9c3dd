import type { Forecast, ForecastsAnswer, PredictAnswer, PredictRequest } from '@eyenet/shared/api'
import type { DeviceId } from '@eyenet/shared/identity'

export type ForecastQuery = {
  readonly kind?: Forecast['kind']
  readonly device?: DeviceId
  readonly limit: number
}

/** What the API may ask. */
export interface Forecasts {
  /** What will be full within a year, soonest first. */
  untilFull(query: ForecastQuery): ForecastsAnswer
  /** EyeNetError `invalid` for selectors that are none, `timeout`, `unavailable`. */
  predict(request: PredictRequest): Promise<PredictAnswer>
}
