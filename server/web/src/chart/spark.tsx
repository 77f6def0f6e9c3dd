import type { JSX } from 'preact'
import { sparkPaths } from './spark-paths.ts'

type Props = { readonly values: readonly (number | null)[] | undefined; readonly near?: boolean }
const BOX = { width: 100, height: 22 }

/**
 * A line without axes, from zero to its own highest value, or near its own values; gaps are gaps. Decoration: the value
 * stands beside it.
 */
export function Spark({ values, near = false }: Props): JSX.Element {
  const paths = values === undefined ? undefined : sparkPaths(values, BOX, near)
  return (
    <svg class="spark" viewBox="0 0 100 22" preserveAspectRatio="none" aria-hidden="true">
      {paths !== undefined && (
        <>
          {!near && <path class="area" d={paths.area} />}
          <path d={paths.line} />
        </>
      )}
    </svg>
  )
}
