/**
 * What the agent hears of others without asking: frames of LLDP, CDP, ARP, DHCP and mDNS that pass the machine's own
 * interfaces, captured by tcpdump where that is allowed. It sends nothing, and keeps nothing of what is in other frames.
 */
export { type CaptureParts, PassiveCapture } from './passive-capture.ts'
