import { expect, test } from 'vitest'
import type { ActiveAlert, RuleGroupStatus, RuleStatus } from '../../alerting/alerting.ts'
import { ALERT, apiWorld } from '../api.testkit.ts'

async function world() {
  const one = await apiWorld()
  const get = async (path: string, fields: Record<string, string> = {}) => {
    const response = await one.as('viewer')(`/api/v1/${path}?${new URLSearchParams(fields)}`)
    return { status: response.status, body: await response.json() }
  }
  return { ...one, get }
}

test('rules and alerts have the shape of Prometheus, and an alert without data stays active', async () => {
  const { get } = await world()
  expect((await get('rules')).body).toEqual({ status: 'success', data: { groups: [] } })
  expect((await get('alerts')).body.data.alerts).toEqual([
    {
      id: ALERT,
      labels: { alertname: 'DeviceDown' },
      annotations: {},
      state: 'firing',
      eyenetState: 'unknown',
      activeAt: '2026-01-01T00:00:00.000Z',
      value: '0',
    },
  ])
})

function group(name: string, severity: string): RuleGroupStatus {
  const at = '2026-01-01T00:00:00.000Z'
  const alert: ActiveAlert = { id: ALERT, state: 'firing', activeAt: at, value: '1', labels: {}, annotations: {} }
  const rule: RuleStatus = {
    type: 'alerting',
    name: `${name}-rule`,
    query: 'up == 0',
    duration: 60,
    keepFiringFor: 0,
    labels: { severity },
    annotations: {},
    state: 'firing',
    health: 'ok',
    evaluationTime: 0,
    lastEvaluation: at,
    alerts: [alert],
  }
  const common = { file: `${name}.yaml`, interval: 30, evaluationTime: 0, lastEvaluation: at }
  return { name, ...common, rules: [rule] }
}

test('rules are chosen by type, name, group, file and label, and come without their alerts if so wished', async () => {
  const { get, alerting } = await world()
  const groups = [group('a', 'critical'), group('b', 'warning')]
  Object.assign(alerting, { rules: () => groups })
  const names = async (fields: Record<string, string>): Promise<string[]> =>
    (await get('rules', fields)).body.data.groups.map((one: { name: string }) => one.name)
  expect((await get('rules')).body.data.groups).toEqual(groups.map((one) => ({ ...one, limit: 0 })))
  expect(await names({ type: 'alert' })).toEqual(['a', 'b'])
  expect(await names({ type: 'record' })).toEqual([])
  expect(await names({ 'rule_name[]': 'b-rule' })).toEqual(['b'])
  expect(await names({ 'rule_group[]': 'a' })).toEqual(['a'])
  expect(await names({ 'file[]': 'b.yaml' })).toEqual(['b'])
  expect(await names({ 'match[]': '{severity="warning"}' })).toEqual(['b'])
  const bare = await get('rules', { exclude_alerts: 'true', 'rule_group[]': 'a' })
  expect(bare.body.data.groups[0].rules[0].alerts).toEqual([])
  for (const wrong of [{ type: 'other' }, { exclude_alerts: 'perhaps' }, { 'match[]': 'sum(a)' }]) {
    expect(await get('rules', wrong)).toMatchObject({ status: 400, body: { errorType: 'bad_data' } })
  }
})
