import { z } from 'zod'

/** Units in falling order, each once, as Prometheus has it. */
export const duration = z
  .string()
  .regex(
    /^(?=\d)(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$/,
    'a duration as in Prometheus, such as 30s, 5m, 30d',
  )
