import { metrics } from './metric-spec.ts'

/** Which failure explains which, as the server works it out from the map; rules leave out what has a cause elsewhere. */
export const INCIDENT_METRICS = [
  ...metrics(
    [],
    [
      [
        'device_behind_failure',
        'gauge',
        'state',
        '1 while the alert of another failure tells why the device does not answer, 0 as that ends.',
      ],
      [
        'device_down_held',
        'gauge',
        'state',
        '1 while a device does not answer and what may explain it has not been asked since, 0 as that ends.',
      ],
    ],
  ),
  ...metrics(
    ['interface'],
    [
      [
        'interface_behind_failure',
        'gauge',
        'state',
        '1 while another failure explains why the interface is down, or may, 0 as that ends.',
      ],
    ],
  ),
  ...metrics(
    ['incident', 'kind', 'interface', 'agent', 'place'],
    [
      ['incident_active', 'gauge', 'state', '1 while the cause of an incident lasts, else 0.'],
      [
        'incident_devices',
        'gauge',
        'count',
        'Devices that failed with an incident or cannot be reached because of it.',
      ],
    ],
  ),
]
