/** What is read out of sysDescr; the beginning holds what matters, and bounds the work of the expressions. */
const MOST_DESCR = 600

/** First group: the version. The more telling come first; every one takes linear time on a bounded text. */
const VERSIONS = [
  /\bApplication Software Version: ?([\w.()-]{2,40})/,
  /\bkernel JUNOS ([0-9][\w.-]{1,40})/,
  /\bIOS XR Software[^,]{0,60}, Version ([\w.]{2,40})/,
  /\bSW[_ ]?REV: ?([\w.-]{2,60})/i,
  /\bBIG-IP software release ([\w.]{2,20})/,
  /\bVRP \(R\) software, ?Version ([0-9][\w.]{1,20})/i,
  /\bTiMOS-\w-([\w.]{2,20})/,
  /\bEOS version ([\w.]{2,30})/,
  /\b(?:AF1|PF):v([\w.]{2,20})/,
  /\bLCOS(?:-LX)?:? ([0-9][\w.]{1,20})/,
  /\bIntegrated Lights-Out \d ([0-9][\w.]{1,20})/,
  /\bGigaVUE-OS ([0-9][\w.]{1,20})/,
  /\bOS\/400 (V[0-9]R[0-9]M[0-9])/,
  /^(?:OpenBSD|NetBSD|DragonFly) \S{1,80} v?([0-9][\w.-]{0,20})/,
  /, Version: ([a-z][0-9][\w.-]{2,40})/,
  /\b(?:SFOS|SonicOS|ArrayOS|PAN-OS|NX-OS|ScreenOS|DSM|QTS|HiveOS|Fireware|ZyNOS|DmOS|NOS|AOS-W|AOS) v?([0-9][\w.()-]{1,30})/,
  /\bversion[:,]? ?v?([0-9][\w.()/-]{1,40})/i,
  /\b(?:firmware|software|fw|sw)(?: version| ver\.?| rev\.?)?[:,. ]{1,2}v?([0-9][\w.()-]{1,40})/i,
  /\b(?:revision|release|ver|vers|rev)[:. ]{1,2}([A-Z]{0,2}\.?[0-9][\w.()-]{1,40})/i,
  /\bRouterOS v?([0-9]+\.[\w.-]{1,20})/,
  /\b(?:ESXi|EdgeOS|SwOS|PicOS|OpenBSD|FreeBSD|NetBSD|DragonFly|Vyatta|VyOS|ACOS|OcNOS)[ ,]{1,2}v?([A-Z0-9][\w.-]{1,40})/,
  /, ([A-Z]{0,2}\.?[0-9]{1,3}\.[0-9]{1,4}[\w.()-]{0,30}), Linux/,
  /\s[vV]([0-9]{1,3}\.[0-9][\w.-]{0,30})/,
  /\b([A-Z]{2}\.[0-9]{2}\.[0-9][\w.]{1,20})/,
  /\s([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,4}[\w.()-]{0,30})/,
]

/** Those of them that name what they say; the rest match any number that looks like a version. */
const TELLING = VERSIONS.length - 4
const KERNEL = /^Linux \S{1,80} ([0-9][\w.+-]{2,60})/

/** First group: the model. */
const MODELS = [
  /\b(?:MODEL|PID|MN|Hardware Model|Router Model|Device Model): ?([\w+/.-]{2,40}(?: [\w-]{1,20})?)(?=[,;)>\s]|$)/i,
  /\bCisco IOS Software[^,]{0,40}, ([\w-]{2,30}) Software/,
  /\bJuniper Networks, Inc\. ([\w-]{2,30})/,
  /\brunning on an Arista Networks ([\w-]{2,40})/,
  /^RouterOS ([\w+.-]{2,40})/,
  /^(?:ExtremeXOS|ArubaOS) \((?:MODEL: )?([\w-]{2,40})\)/,
  /^(?:HP|HPE|Aruba|PROCURVE) (?:ANW )?([A-Z]{1,2}[0-9]{3,5}[A-Z]) /,
  /^(?:Huawei|HUAWEI|Quidway) ([A-Z][\w-]{2,30})/,
  /\bForti\w{2,20}-([\w-]{2,20})/,
  /^(?:Dell Networking|PowerConnect|SonicWALL|FORTIGATE|Palo Alto Networks) ([\w-]{2,30})/i,
  /^((?:DGS|DES|DXS|ECS|ES|GS|XS|AT|WS|SG|SF|SRW|TEG|TL2|US|USW|UAP|EX|QFX|S)-?[0-9][\w/-]{2,30})\b/,
]

/** The version of what runs on a device, as sysDescr has it. */
export function versionIn(sysDescr: string, os = 'linux'): string | undefined {
  // Of a host the kernel is the version; of an appliance that runs on Linux it says nothing.
  if (sysDescr.startsWith('Linux '))
    return os === 'linux' ? firstIn([KERNEL], sysDescr) : firstIn(VERSIONS.slice(0, TELLING), sysDescr)
  return firstIn(VERSIONS, sysDescr)
}

/** The model of a device, as sysDescr has it. */
export function modelIn(sysDescr: string): string | undefined {
  return firstIn(MODELS, sysDescr)
}

function firstIn(patterns: readonly RegExp[], sysDescr: string): string | undefined {
  const text = sysDescr.slice(0, MOST_DESCR)
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1]?.replace(/[.,;:]{1,9}$/, '')
    if (found !== undefined && found !== '') return found
  }
  return undefined
}
