/** What a terminal would obey; tabs and line breaks are text. */
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

/**
 * RFC 4180 with CRLF, without control characters. A cell that a spreadsheet would run as a formula gets an apostrophe
 * in front (OWASP: CSV injection).
 */
export function toCsv(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

function cell(given: string | number | undefined): string {
  if (given === undefined) return ''
  if (typeof given === 'number') return String(given)
  const value = given.replace(CONTROLS, '')
  const safe = /^[\s]*[=+\-@\t\r\n|%]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}
