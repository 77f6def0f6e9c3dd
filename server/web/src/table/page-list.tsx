import { useSignal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { rowTops, variedWindow } from './varied-window.ts'

type Props<T> = {
  readonly label: string
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
  /** Names the CSS variable of the list that says how high such a row is, pixels. */
  readonly heightOf: (row: T) => string
  readonly children: (row: T) => ComponentChildren
}

const FALLBACK_PX = 72

/** A list of any length within the page's own scroll: only rows near the screen are drawn. */
export function PageList<T>({ label, rows, keyOf, heightOf, children }: Props<T>): JSX.Element {
  const box = useRef<HTMLUListElement>(null)
  const view = useSignal({ from: 0, to: 1_200, layout: '' })
  useLayoutEffect(() => {
    const list = box.current
    const scroller = list?.closest('.content')
    if (list === null || scroller === null || scroller === undefined) return
    const measure = (): void => {
      const from = scroller.getBoundingClientRect().top - list.getBoundingClientRect().top
      view.value = { from, to: from + scroller.clientHeight, layout: layoutOf(list) }
    }
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(scroller)
    watch.observe(list)
    scroller.addEventListener('scroll', measure, { passive: true })
    return () => {
      watch.disconnect()
      scroller.removeEventListener('scroll', measure)
    }
  }, [view])
  const { from, to, layout } = view.value
  const tops = useMemo(() => {
    const style = box.current === null ? undefined : getComputedStyle(box.current)
    const known = new Map<string, number>()
    const heightBy = (name: string): number => {
      const height = known.get(name) ?? (Number.parseFloat(style?.getPropertyValue(`--${name}`) ?? '') || FALLBACK_PX)
      known.set(name, height)
      return height
    }
    return rowTops(rows.map((row) => heightBy(heightOf(row))))
  }, [rows, layout])
  const part = variedWindow(tops, from, to)
  return (
    <ul class="page-list" ref={box} aria-label={label}>
      <li class="page-list-space" style={{ height: `${part.above}px` }} role="presentation" />
      {rows.slice(part.first, part.end).map((row, at) => (
        <li
          key={keyOf(row)}
          aria-setsize={rows.length}
          aria-posinset={part.first + at + 1}
          style={{ height: `var(--${heightOf(row)})` }}
        >
          {children(row)}
        </li>
      ))}
      <li class="page-list-space" style={{ height: `${part.below}px` }} role="presentation" />
    </ul>
  )
}

/** Changes where another layout has other heights. */
const layoutOf = (list: Element): string => getComputedStyle(list).getPropertyValue('--layout')
