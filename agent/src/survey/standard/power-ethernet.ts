import { defined } from '../defined.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyPoePort } from '../survey-result.ts'
import { readOptional } from './optional-entries.ts'

const PSE_PORT_ENTRY = '1.3.6.1.2.1.105.1.1.1'
export const POWER_ETHERNET_TABLES = [PSE_PORT_ENTRY]
/** pethPsePortDetectionStatus. */
const STATES = ['', 'disabled', 'searching', 'deliveringPower', 'fault', 'test', 'otherFault']

/** POWER-ETHERNET-MIB: ports that give power. Group and port number are the device's own count, seldom the ifIndex. */
export async function readPoePorts(reader: SurveyReader): Promise<readonly SurveyPoePort[]> {
  const rows = await readOptional(reader, PSE_PORT_ENTRY, { enabled: 3, state: 6, class: 10 })
  return rows.flatMap((row) => {
    const [group, port] = row.arcs
    const state = STATES[row.number('state') ?? 0]
    if (group === undefined || port === undefined || !state) return []
    // The class is known only while the port gives power; it is counted from 1 for class 0.
    const powerClass = state === 'deliveringPower' ? row.number('class') : undefined
    return [
      {
        group,
        port,
        state,
        ...defined({
          enabled: row.number('enabled') === undefined ? undefined : row.number('enabled') === 1,
          powerClass: powerClass === undefined || powerClass < 1 ? undefined : powerClass - 1,
        }),
      },
    ]
  })
}
