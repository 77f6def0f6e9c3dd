import { FORECAST_KINDS, MAX_PREDICTED_SERIES, PredictRequest } from '@eyenet/shared/api'
import { DeviceId } from '@eyenet/shared/identity'
import { z } from 'zod'
import type { Forecasts } from '../../forecast/forecast.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { ForecastsAnswer, PredictAnswer } from '../shapes.ts'

const ForecastQuery = z.object({
  kind: z.enum(FORECAST_KINDS).optional(),
  device: DeviceId.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
})

const FORECASTS_REMARK = `Worked out each hour from the shares in use of the last four weeks, day by day: the median of the
slopes between all days, with its 90 % interval (lower, upper). Interfaces count by their busiest hour. What is not full within a
year is left out.`

const PREDICT_REMARK = `\`series\` is a selector or several, ${MAX_PREDICTED_SERIES} series at most; counters are predicted as
rates per second. The middle is the profile of the day, or from three weeks of history on of the week, with its drift; the quantiles
are those of how wrong such predictions were, by distance. \`quality\` says how it would have done on the last part of the history.
Hours are those of UTC.`

export function forecastEndpoints(forecasts: Forecasts): readonly Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/forecasts',
      access: 'viewer',
      tag: 'forecasts',
      summary: 'What will be full, soonest first',
      remark: FORECASTS_REMARK,
      query: ForecastQuery,
      answer: ForecastsAnswer,
      handle: ({ query: { limit, kind, device } }) =>
        forecasts.untilFull({ limit, ...(kind !== undefined && { kind }), ...(device !== undefined && { device }) }),
    }),
    endpoint({
      method: 'post',
      path: '/api/v1/predict',
      access: 'viewer',
      tag: 'forecasts',
      summary: 'What series will be, with quantiles',
      remark: PREDICT_REMARK,
      body: PredictRequest,
      answer: PredictAnswer,
      handle: ({ body }) => forecasts.predict(body),
    }),
  ]
}
