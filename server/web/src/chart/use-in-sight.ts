import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'

/** So far outside the screen something counts as about to be seen. */
const MARGIN = '160px'

/** Whether an element is or has been in sight: what costs is fetched only then. */
export function useInSight(element: RefObject<Element | null>): boolean {
  const seen = useSignal(false)
  useEffect(() => {
    const target = element.current
    if (target === null || seen.peek()) return
    const watch = new IntersectionObserver(
      (entries) => {
        if (!entries.some((one) => one.isIntersecting)) return
        seen.value = true
        watch.disconnect()
      },
      { rootMargin: MARGIN },
    )
    watch.observe(target)
    return () => watch.disconnect()
  }, [element, seen])
  return seen.value
}
