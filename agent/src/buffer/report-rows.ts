import type { Logger } from 'pino'
import type { OutboxRows } from './outbox-rows.ts'
import { type Report, reportBody } from './report-body.ts'

/** Puts events and facts into their lanes. */
export class ReportRows {
  readonly #rows: OutboxRows
  readonly #logger: Logger
  /** What was said of reports that are left out: once each. */
  readonly #said = new Set<string>()

  constructor(rows: OutboxRows, logger: Logger) {
    this.#rows = rows
    this.#logger = logger
  }

  /** Within a transaction. */
  insert(lane: 'events' | 'facts', report: Report): void {
    const { body, problem } = reportBody(report)
    if (problem !== undefined) {
      this.#rows.countDropped(lane, 1)
      if (!this.#said.has(problem)) this.#logger.error({ lane, kind: report.kind }, problem)
      this.#said.add(problem)
    }
    if (body === undefined) return
    const seq = this.#rows.claim(lane)
    const { at } = report
    this.#rows.insert({ lane, first: seq, last: seq, merged: false, samples: 0, since: at, until: at, body })
  }
}
