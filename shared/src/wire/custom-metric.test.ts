import { expect, test } from 'vitest'
import { CustomMetric } from './custom-metric.ts'

const accepts = (oid: string) => CustomMetric.safeParse({ oid, name: 'own_metric' }).success

test.each(['1.3.6.1.2.1.1.3.0', '0.39.1', '1.39.4294967295', '2.999.1', '2.4294967215.0'])('%s is an OID', (oid) => {
  expect(accepts(oid)).toBe(true)
})

test.each(['1.45.1', '0.40.1', '1.3.4294967296', '1.3.6.1.4.1.9999999999', '2.4294967216.0', '3.1.1', '1.3.06', '1.3'])(
  '%s is refused: no agent could ask for it',
  (oid) => {
    expect(accepts(oid)).toBe(false)
  },
)
