import type { Device, DeviceHardware } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { Note } from '../../../parts/notes.tsx'
import { MeterList } from './meter-list.tsx'
import { meteredOf } from './metered.ts'
import { MeteredDialog } from './metered-dialog.tsx'
import { PartsSection } from './parts-section.tsx'

/** What it is made of and how full it is; a device without something has no heading for it. */
export function HardwareSection({ device, hardware }: { device: Device; hardware: DeviceHardware }): JSX.Element {
  const metered = meteredOf(hardware)
  return (
    <>
      {hardware.truncated && <Note>This device tells more than is kept: lists are cut.</Note>}
      <div class="meter-grid">
        <MeterList what="cpu" all={metered.cpu} />
        <MeterList what="memory" all={metered.memory} />
        <MeterList what="storage" all={metered.storage} />
        <MeterList what="supply" all={metered.supply} />
      </div>
      {hardware.parts.length > 0 && <PartsSection parts={hardware.parts} />}
      <MeteredDialog device={device} hardware={hardware} />
    </>
  )
}
