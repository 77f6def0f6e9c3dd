import { TimeColumns } from './time-column.ts'
import { ValueBlocks } from './value-blocks.ts'

/** What the heads of all series keep their samples in. */
export class HeadRoom {
  readonly times = new TimeColumns()
  readonly values = new ValueBlocks()
}
