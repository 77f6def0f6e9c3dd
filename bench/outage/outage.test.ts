import { expect, test } from 'vitest'
import { measureOutages } from './measure-outage.mjs'

test('eight sites of forty devices: one alert each, of what failed, and nothing stays open', () => {
  const { rows, ownLine, redundant, wrong } = measureOutages({ sites: 8, devices: 40, seed: 3 })
  expect(wrong).toEqual([])
  expect(rows.all).toMatchObject({ sites: 8, right: 8, single: 8, behind: 0, resolved: 8 })
  expect(ownLine).toEqual({ sites: 2, deviceAlerts: 0, isolated: 2, resolved: 2 })
  expect(redundant).toMatchObject({ deviceAlerts: 0, wrong: [] })
  expect(redundant.sites).toBeGreaterThan(0)
}, 240_000)
