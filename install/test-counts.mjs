/** Adds up vitest's JSON report. A file that could not even be loaded has no tests to its name and counts as one failed. */
export function countTests(report) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const file of report.testResults) {
    const failedBefore = counts.failed
    for (const { status } of file.assertionResults) {
      if (status === 'passed') counts.passed++
      else if (status === 'failed') counts.failed++
      else counts.skipped++
    }
    if (file.status === 'failed' && counts.failed === failedBefore) counts.failed++
  }
  return counts
}

/**
 * The closing line and exit status of `npm test`. `checks` are those of `npm run check`, each counted as a test;
 * `vitestStatus` its exit status, which may tell of errors outside of any test. In CI a skipped test is a failure.
 */
export function closing({ counts, checks, vitestStatus, ci }) {
  const failedChecks = checks.filter((check) => !check.passed).length
  const passed = counts.passed + checks.length - failedChecks
  let failed = counts.failed + failedChecks
  const notes = []
  const ran = counts.passed + counts.failed > 0
  if (vitestStatus !== 0 && counts.failed === 0) {
    failed++
    if (ran) notes.push(`vitest ended with status ${vitestStatus} though no test failed; its output above says why.`)
  }
  if (!ran) notes.push('No test was run.')
  if (ci && counts.skipped > 0) notes.push('In CI a skipped test is a failure: install what it needs.')
  const isGood = failed === 0 && counts.passed > 0 && !(ci && counts.skipped > 0)
  return { notes, line: `${passed} passed, ${failed} failed, ${counts.skipped} skipped`, status: isGood ? 0 : 1 }
}
