import type { JSX } from 'preact'
import { quantity, type Unit } from '../format/quantity.ts'

/** A measured value with its unit. Not measured is a dash; a measured zero is a zero. */
export function Figure({ value, unit }: { value: number | undefined; unit: Unit }): JSX.Element {
  if (value === undefined) return <NotMeasured />
  const { text, unit: shown } = quantity(value, unit)
  return (
    <span class="nowrap">
      {text}
      {shown !== '' && <span class="unit">{`\u00a0${shown}`}</span>}
    </span>
  )
}

export function NotMeasured(): JSX.Element {
  return (
    <span class="none" title="not measured">
      <span aria-hidden="true">–</span>
      <span class="hidden-text">not measured</span>
    </span>
  )
}
