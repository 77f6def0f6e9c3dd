import { randomUUID } from 'node:crypto'
import { SiteName } from '@eyenet/shared/identity'
import type { Target, TestStep } from '@eyenet/shared/wire'
import type { Pinger } from '../probe/probe.ts'
import type { SnmpEngine } from '../snmp/snmp.ts'
import { createReader, printedResult, type SurveyOptions, type SurveyResult, surveyDevice } from '../survey/survey.ts'
import { snmpTargetOf } from './target.ts'
import { testTarget } from './test-target.ts'

/** Whether one device answers and, where SNMP does, what it is and has, read once: schema eyenet-snmp-result/1. */
export type ProbeResult = Partial<SurveyResult> & {
  readonly schema: 'eyenet-snmp-result/1'
  readonly answered: boolean
  readonly steps: readonly TestStep[]
}

export type ProbeParts = { readonly snmp: SnmpEngine; readonly pinger: Pinger; readonly survey: SurveyOptions }

/** Tries the device step by step, then surveys it. Nothing is kept. */
export async function probeDevice(target: Target, { snmp, pinger, survey }: ProbeParts): Promise<ProbeResult> {
  const test = await testTarget(randomUUID(), target, { site: SiteName.parse('probe'), snmp, pinger })
  const { ok, steps } = test.kind === 'test-target' ? test : { ok: false, steps: [] }
  const head = { schema: 'eyenet-snmp-result/1', answered: ok, steps } as const
  if (!ok || target.snmp === undefined) return head
  const device = snmp.device(snmpTargetOf(target.address, target.snmp))
  try {
    return { ...head, ...printedResult(await surveyDevice(createReader(device), survey)) }
  } finally {
    device.close()
  }
}
