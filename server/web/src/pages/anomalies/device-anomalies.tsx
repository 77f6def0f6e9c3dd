import type { JSX } from 'preact'
import { activeAnomalies } from '../../live/site.ts'
import { hrefOf } from '../../router/router.ts'
import { compareAnomalies } from './anomaly-order.ts'
import { AnomalyRow } from './anomaly-row.tsx'

/** The strongest; the rest is a click away. */
const MOST_SHOWN = 4

type Props = { readonly device: string; readonly interface?: string }

/** What is unusual at a device or an interface now; nothing when nothing is. */
export function DeviceAnomalies({ device, interface: name }: Props): JSX.Element | null {
  const state = activeAnomalies.value
  if (state.kind !== 'ready') return null
  const all = [...state.value.values()]
    .filter((one) => one.device === device && (name === undefined || one.interface === name))
    .sort(compareAnomalies)
  if (all.length === 0) return null
  return (
    <section class="section anomalies" aria-labelledby="device-anomalies">
      <div class="section-head">
        <h2 id="device-anomalies">Unusual now</h2>
        <a class="end quiet" href={hrefOf({ kind: 'anomalies' }, { device })}>
          {all.length > MOST_SHOWN ? `All ${all.length}` : 'Anomalies'}
        </a>
      </div>
      <ul class="panel pairs">
        {all.slice(0, MOST_SHOWN).map((one) => (
          <li key={one.id}>
            <AnomalyRow anomaly={one} />
          </li>
        ))}
      </ul>
    </section>
  )
}
