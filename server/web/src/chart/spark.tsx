import type { JSX } from 'preact'
import { sparkPaths } from './spark-paths.ts'

/** A line without axes, from zero to its own highest value; gaps are gaps. Decoration: the value stands beside it. */
export function Spark({ values }: { values: readonly (number | null)[] | undefined }): JSX.Element {
  const paths = values === undefined ? undefined : sparkPaths(values, 100, 22)
  return (
    <svg class="spark" viewBox="0 0 100 22" preserveAspectRatio="none" aria-hidden="true">
      {paths !== undefined && (
        <>
          <path class="area" d={paths.area} />
          <path d={paths.line} />
        </>
      )}
    </svg>
  )
}
