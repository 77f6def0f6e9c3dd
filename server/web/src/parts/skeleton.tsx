import type { JSX } from 'preact'

type Props = { readonly width?: string; readonly height?: number }

/** Holds the place of a text that is on its way. */
export function Skeleton({ width = '100%', height = 12 }: Props): JSX.Element {
  return <span class="skeleton" style={{ width, height: `${height}px` }} aria-hidden="true" />
}

/** Holds the place of a list; says once that it loads. */
export function SkeletonRows({ rows, what }: { rows: number; what: string }): JSX.Element {
  return (
    <div class="panel skeleton-rows" role="status">
      <span class="hidden-text">{`Loading ${what}`}</span>
      {Array.from({ length: rows }, (_, at) => (
        <div class="skeleton-row" key={at}>
          <Skeleton width="16px" height={16} />
          <Skeleton width={`${34 + ((at * 17) % 30)}%`} />
          <Skeleton width="12%" />
        </div>
      ))}
    </div>
  )
}
