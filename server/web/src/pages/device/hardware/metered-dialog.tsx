import type { Device, DeviceHardware } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { SeriesDialog } from '../../../chart/series-dialog.tsx'
import { formatQuantity } from '../../../format/quantity.ts'
import { Meter } from '../../../parts/meter.tsx'
import { query, setQuery } from '../../../router/router.ts'
import { METERED_WORDS, meteredChart, meteredOf, meterWord } from './metered.ts'

/** The past of the meter that the address names. */
export function MeteredDialog({ device, hardware }: { device: Device; hardware: DeviceHardware }): JSX.Element | null {
  const key = query.value.get('show')
  if (key === null) return null
  const all = Object.values(meteredOf(hardware)).flat()
  const at = all.findIndex((one) => one.key === key)
  const one = all[at]
  if (one === undefined) return null
  const { unit, queries } = meteredChart(device.id, one)
  const bytes = [one.usedBytes, one.totalBytes].flatMap((value) =>
    value === undefined ? [] : [formatQuantity(value, 'bytes')],
  )
  const step = (by: -1 | 1): void => {
    const next = all[at + by]
    if (next !== undefined) setQuery({ show: next.key })
  }
  return (
    <SeriesDialog
      title={one.name}
      icon={METERED_WORDS[one.what].icon}
      about={`${METERED_WORDS[one.what].title} of ${device.name}, ${one.what === 'supply' ? 'kind' : 'known by'}: ${one.evidence}`}
      onClose={() => setQuery({ show: undefined })}
      onStep={step}
      chart={{
        title: one.what === 'supply' ? 'Left' : 'In use',
        unit,
        source: { follow: [device.id], intervalSeconds: device.intervalSeconds, queries: () => queries },
      }}
      head={
        <div class="series-figure">
          <Meter ratio={one.ratio} state={one.state} word={meterWord(one)} />
          <span class="faint">{bytes.join(' of ')}</span>
        </div>
      }
    />
  )
}
