import type { JSX } from 'preact'

/** New rows wait until they are asked for, so that nothing moves under the pointer. */
export function FreshRows({ count, show }: { count: number; show: () => void }): JSX.Element | null {
  if (count === 0) return null
  return (
    <button type="button" class="button small fresh-rows" onClick={show}>
      {`${count} new`}
    </button>
  )
}
