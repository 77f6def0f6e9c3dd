/**
 * Who made a network adapter, by the registries of IEEE (MA-L, MA-M, MA-S) as the package oui-data has them. It knows
 * addresses and names of makers; what a maker says about a device is for others to decide.
 */
export { adapterWords, makerOf, stationsMadeBy } from './maker-of.ts'
