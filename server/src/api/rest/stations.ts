import { PageQuery, pageOf } from '@eyenet/shared/api'
import { DeviceId } from '@eyenet/shared/identity'
import { z } from 'zod'
import { MAX_STATIONS_AT_ONCE, type Topology } from '../../topology/topology.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { Station } from '../shapes.ts'
import { csvResponse } from '../text-response.ts'
import { stationsCsv } from './topology-csv.ts'

const StationQuery = PageQuery.extend({
  q: z
    .string()
    .max(200)
    .optional()
    .describe(
      'A part of a MAC in any notation, of an IP address, of a name, of its maker, or of the name of its device.',
    ),
  device: DeviceId.optional(),
  port: z.string().max(255).optional(),
  format: z.enum(['json', 'csv']).default('json'),
})

/** What is behind the ports: stations that are no devices of the inventory. */
export function stationEndpoints(topology: Pick<Topology, 'endpoints'>): readonly Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/endpoints',
      access: 'viewer',
      tag: 'topology',
      summary: 'Stations, and behind which port each is; those seen last first',
      remark: `With format=csv, one line for each, ${MAX_STATIONS_AT_ONCE} at most.`,
      query: StationQuery,
      answer: pageOf(Station),
      handle({ query: { format, limit, cursor, q, device, port } }) {
        const wanted = {
          ...(q !== undefined && { q }),
          ...(device !== undefined && { device }),
          ...(port !== undefined && { port }),
        }
        if (format === 'csv') {
          const { items } = topology.endpoints({ ...wanted, limit: MAX_STATIONS_AT_ONCE })
          return csvResponse('endpoints.csv', stationsCsv(items))
        }
        const { items, ...page } = topology.endpoints({ ...wanted, limit, ...(cursor !== undefined && { cursor }) })
        return { ...page, items: [...items] }
      },
    }),
  ]
}
