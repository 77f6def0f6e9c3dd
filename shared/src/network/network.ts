/** IP addresses and networks: reading, writing, and whether one lies in another. Pure; resolves no name, sends nothing. */
export { ADDRESS_BITS, type IpNumber, ipNumber, ipText, octetsIpText } from './ip-address.ts'
export { type IpNetwork, ipNetwork, isPartOf, isPrivateNetwork, isWithin, lastOf, networkText } from './ip-network.ts'
export { NetworkSet } from './network-set.ts'
