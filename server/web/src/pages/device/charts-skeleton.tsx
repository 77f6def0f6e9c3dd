import type { JSX } from 'preact'
import { Skeleton } from '../../parts/skeleton.tsx'

/** Holds the place of a device's charts. */
export function ChartsSkeleton(): JSX.Element {
  return (
    <div class="charts" aria-hidden="true">
      <div class="chart wide">
        <Skeleton width="160px" />
        <Skeleton height={232} />
      </div>
      {[1, 2, 3, 4].map((key) => (
        <div class="chart" key={key}>
          <Skeleton width="100px" />
          <Skeleton height={180} />
        </div>
      ))}
    </div>
  )
}
