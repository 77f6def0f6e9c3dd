/** Text from a device or a user, without control characters, so that it cannot steer a terminal. */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}

/** Columns aligned on the left, two spaces between them; the first row is the head. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const plain = rows.map((row) => row.map(plainText))
  const widths: number[] = []
  for (const row of plain) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  }
  return plain
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
