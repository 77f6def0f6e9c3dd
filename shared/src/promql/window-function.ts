import type { PreparedSeries } from './prepared-series.ts'

/** Samples [lo, hi) of a series, those with from < time <= to. Never empty. One object is used again for each step. */
export type Window = { lo: number; hi: number; from: number; to: number; evalMs: number; step: number }

/** The value of a window, or undefined for none. Called with windows that only move forward. */
export type WindowFunction = (window: Window) => number | undefined

/** Prepares a function for one series; `param` gives the scalar argument at a step. */
export type RangeFunction = (series: PreparedSeries, param: (step: number) => number) => WindowFunction
