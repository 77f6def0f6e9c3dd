/** A sample's value as Prometheus' JSON has it: `NaN`, `+Inf`, `-Inf` or the shortest decimal that reads back the same. */
export function formatSampleValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (Object.is(value, -0)) return '-0'
  // Both switch to exponents below 1e-6 and from 1e21 on; Go writes two digits of exponent at least.
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}

/** A value without an exponent, as count_values writes it into a label. */
export function formatPlainValue(value: number): string {
  const text = formatSampleValue(value)
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (match === null) return text
  const [, sign = '', whole = '', fraction = ''] = match
  const point = whole.length + Number(match[4])
  const digits = whole + fraction
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return `${sign}${digits.padEnd(point, '0')}`
}

// Where no digits are asked for, Go writes all it needs, but decides as if six were.
const DIGITS_TO_DECIDE = 6

/** Go's %g: as few digits as read back the same, or at most `digits` significant ones. */
export function formatGeneral(value: number, digits?: number): string {
  if (value === 0 || !Number.isFinite(value)) return formatSampleValue(value)
  const scientific = digits === undefined ? value.toExponential() : value.toExponential(digits - 1)
  const [mantissa = '', power = '0'] = scientific.split('e')
  const exponent = Number(power)
  const shown = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa
  if (exponent < -4 || exponent >= (digits ?? DIGITS_TO_DECIDE)) {
    return `${shown}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  return formatPlainValue(Number(`${shown}e${exponent}`))
}
