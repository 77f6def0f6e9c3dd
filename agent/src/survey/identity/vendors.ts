/** Who holds an IANA private enterprise number, of those whose devices speak SNMP: `number name`. */
const HOLDERS = `
1 IBM; 2 IBM; 9 Cisco; 11 HP; 23 Novell; 36 DEC; 42 Sun; 43 3Com; 45 Nortel; 52 Enterasys; 63 Apple; 89 Radware
94 Nokia; 111 Oracle; 114 Gadzoox; 116 Hitachi; 119 NEC; 161 Motorola; 164 RAD; 171 D-Link; 177 Sonus
186 Toshiba; 193 Ericsson; 207 Allied Telesis; 211 Fujitsu; 231 Fujitsu; 232 HPE; 236 Samsung; 244 Lantronix
248 Hirschmann; 253 Xerox; 259 Edge-Core; 266 Nexans; 272 Bintec; 297 Xerox; 304 Netopia; 311 Microsoft; 318 APC
332 Digi; 343 Intel; 347 Seagate; 351 Stratacom; 367 Ricoh; 368 Axis; 388 Symbol; 429 US Robotics; 449 Vanguard
476 Vertiv; 529 Ascend; 534 Eaton; 562 Ciena; 572 Ericsson-LG; 601 Symmetricom; 629 MRV; 637 Alcatel-Lucent
641 Lexmark; 664 Adtran; 674 Dell; 683 Zebra; 705 Eaton; 738 Telco Systems; 775 Tellabs; 789 NetApp; 818 GE
823 Loop Telecom; 850 Tripp Lite; 868 Transition Networks; 890 Zyxel; 901 ITWatchDogs; 935 Megatec; 994 Dantel
1027 Mitel; 1038 Sagem; 1129 Toshiba; 1139 EMC; 1166 Motorola; 1229 SEH; 1230 McAfee; 1248 Epson; 1271 Ciena
1286 Ribbon; 1347 Kyocera; 1369 Forcepoint; 1385 Montclair; 1411 Juniper; 1418 Dataprobe; 1429 Cisco
1536 Emulex; 1588 Brocade; 1602 Canon; 1663 QLogic; 1714 Infortrend; 1718 Server Technology; 1723 Lantronix
1751 Lucent; 1768 Patton; 1872 Radware; 1916 Extreme; 1918 Eaton; 1966 Perle; 1981 EMC; 1991 Brocade; 2001 OKI
2007 Teldat; 2011 Huawei; 2021 net-snmp; 2076 Aricent; 2185 IMCO; 2238 FreeBSD; 2254 Delta; 2272 Extreme
2281 Ceragon; 2334 Packeteer; 2352 Redback; 2356 LANCOM; 2385 Sharp; 2435 Brother; 2440 EfficientIP
2468 Ingrasys; 2509 Aviat; 2544 ADVA; 2566 Rohde Schwarz; 2604 Sophos; 2606 Rittal; 2620 Check Point; 2634 WTI
2636 Juniper; 2682 DPS Telecom; 2736 EtherWAN; 2879 Sonus; 2882 Comtrol; 3052 Asentria; 3076 Cisco
3097 WatchGuard; 3181 Microsens; 3224 Juniper; 3320 BDCOM; 3373 SIAE Microelettronica; 3375 F5; 3417 Blue Coat
3570 Tait; 3582 LSI; 3607 Cerent; 3652 PanDacom; 3699 NTI; 3709 Datacom; 3711 Panduit; 3715 Teleste
3764 Quantum; 3807 FiberHome; 3808 CyberPower; 3833 Schneider Electric; 3845 Citrix; 3854 AKCP; 3902 ZTE
3955 Linksys; 4115 Arris; 4130 GE; 4196 Siemens; 4329 Siemens; 4413 Broadcom; 4458 RADWIN; 4464 MPB
4467 Fibrolan; 4484 IBM; 4515 PacketLight; 4526 Netgear; 4555 Socomec; 4686 Sangoma; 4756 CTC Union
4874 Juniper; 4881 Ruijie; 4998 Arris; 5003 AudioCodes; 5040 Wiesemann & Theis; 5227 Buffalo; 5454 Trango
5491 Riello; 5504 Zhone; 5528 NetBotz; 5596 Cisco; 5597 Meinberg; 5624 Enterasys; 5651 Maipu; 5875 FiberHome
5951 Citrix; 6027 Dell; 6050 Gamatronic; 6066 Calix; 6141 Ciena; 6247 Comtech EF Data; 6296 Dasan; 6302 Vertiv
6321 Calix; 6339 DCN; 6368 Optelian; 6404 WorldCast Systems; 6431 BroadSoft; 6486 Alcatel-Lucent; 6527 Nokia
6530 2N; 6574 Synology; 6603 Bitstream; 6666 Innovaphone; 6876 VMware; 6889 Avaya; 6894 DDN; 6926 MRV
7244 Quanta; 7262 DragonWave; 7309 Alpha Technologies; 7312 Barco; 7342 Omnitron; 7367 DrayTek; 7428 Microsemi
7465 WISI; 7483 Nokia; 7501 BKtel; 7571 SAF; 7779 Infoblox; 7800 Ubiquoss; 8000 UHP; 8072 net-snmp
8164 Cisco; 8239 Juniper; 8691 Moxa; 8708 Infinera; 8741 SonicWall; 8744 HP; 8886 Raisecom; 8962 Trellix
9148 Oracle; 9303 Waystream; 9304 CTS; 9694 Arbor; 9839 Carel; 10002 Ubiquiti; 10072 GWD; 10297 Advantech
10418 Avocent; 10456 Planet; 10520 GE; 10642 Zebra; 10704 Barracuda; 10734 TippingPoint; 10876 Supermicro
11256 Stormshield; 11369 LenovoEMC; 11606 PBN; 11863 TP-Link; 11898 Proxim; 12124 Dell EMC; 12140 ALCOMA
12148 Eltek; 12196 Kemp; 12276 F5; 12325 FreeBSD; 12356 Fortinet; 12394 Alvarion; 12532 Pulse Secure; 12551 CE+T
12740 Dell; 12919 Inteno; 12925 HPE; 13191 OneAccess; 13315 BlueCat; 13400 Vertiv; 13464 FS; 13732 iDirect
13742 Raritan; 13827 EndRun; 13858 Eltek; 13885 Polycom; 14125 EnGenius; 14179 Cisco; 14525 Juniper
14752 Eurostor; 14817 4RF; 14823 Aruba; 14851 IBM; 14941 ExaGrid; 14988 MikroTik; 15004 RuggedCom
15117 West Mountain Radio; 15397 Procera; 15497 Cisco; 15983 Meru; 16139 Dell; 16174 Sensatronics
16177 Westermo; 17095 ServersCheck; 17163 Riverbed; 17409 generic; 17420 Digipower; 17713 Cambium; 18248 Papouch
18334 Konica Minolta; 18418 Endace; 18837 Spectracom; 18928 Areca; 19011 Jacarta; 19046 Lenovo; 19536 Panduit
19746 Dell EMC; 19831 IRT; 20044 Ekinops; 20095 Positron; 20246 Delta; 20301 IBM; 20540 Sixnet; 20632 Barracuda
20858 Casa; 20916 AVTECH; 20992 Cradlepoint; 21013 Xirrus; 21067 Cyberoam; 21091 Exinda; 21239 Geist
21296 Infinera; 21317 ATEN; 21362 Ifotec; 21695 Riedo; 21796 HW group; 21839 ALAXALA; 21865 Unitrends
22408 PrimeKey; 22420 Accedian; 22610 A10; 22626 Comet; 22736 Digium; 22764 SPiDCOM; 23128 McAfee; 23180 Tredess
23263 HAProxy; 23465 VIVOTEK; 23695 Peplink; 23867 Silver Peak; 24575 Tranzeo; 24681 QNAP; 24693 FireBrick
25049 Opengear; 25053 Ruckus; 25071 Teradici; 25461 Palo Alto; 25506 H3C; 25597 FireEye; 25651 Exalt
25728 NetPing; 25766 Christie; 25868 Last Mile Gear; 26122 Zenitel; 26381 Hytera; 26384 Gandi; 26543 IBM
26866 Gigamon; 26928 Aerohive; 27282 Ubiquiti; 27304 DKT; 27338 Haivision; 27514 QTECH; 27533 BKE; 27614 Ascom
27975 FS; 27993 Vigintos; 28194 AVR; 28381 N-Tron; 28402 Conteg; 28507 Gude; 28533 Cyan; 28557 Hillstone
28866 TRENDnet; 29462 Stulz; 29671 Meraki; 29865 Icotera; 30005 BTI; 30065 Arista; 30140 Conel; 30155 OpenBSD
30631 Terra; 30803 Vyatta; 30826 SmartOptics; 30932 Chatsworth Products; 31023 Veeam; 31034 Schleifenbauer
31218 UCOPIA; 31440 Embedded Data Systems; 31496 NetModule; 31926 Siklu; 32015 ExtraHop; 32050 PacketFlux
32285 Sumavision; 32620 Keysight; 32750 LigoWave; 32761 LigoWave; 33049 Mellanox; 33234 Halon; 33283 IMCO
33333 Morningstar; 33555 RACOM; 34278 Janitza; 34592 C-Data; 34652 Volius; 34774 Huawei; 34861 Rajant
35098 Pica8; 35265 Eltex; 35424 Viprinet; 35616 Lambdatrail; 35833 DEVA Broadcast; 35847 Greenbone
36673 IP Infusion; 37069 BATS; 37447 HPE Nimble; 37662 ATS; 37950 V-SOL; 38446 Enlogic; 38783 Teracom
39003 Sub10; 39052 Vutlan; 39145 ICT; 39165 Hikvision; 39324 QuantaStor; 39406 Benu; 40297 Hytera; 40310 Cumulus
40418 SNR; 40482 Pure Storage; 40748 IONODES; 41010 Cambium; 41036 Corero; 41112 Ubiquiti; 41263 Nutanix
41916 Cisco; 42111 Inovonics; 42229 Coriant; 42397 Grandstream; 43296 Cisco; 43356 Mimosa; 43906 Tegile
44641 VyOS; 45065 Insyde; 45346 VMware; 45621 Tycon; 46242 Netonix; 46330 Vubiq; 46651 Dantherm; 47196 Aruba
47307 IgniteNet; 47565 Forcepoint; 48690 Teltonika; 49075 Samlex; 49136 Algcom; 50001 Hikvision; 50224 Parks
50536 TrueNAS; 51628 SmartOptics; 51966 TSC; 52326 Alpine Optoelectronics; 52642 FS; 52674 APC; 53058 Baicells
53973 ABB; 54268 netElastic; 55062 QNAP; 55108 Riedo; 56166 SmartByte; 57344 Tachyon; 59732 Skyhigh; 62821 WIS
326 FORE Systems; 926 Alpha Technologies; 1070 PBI; 1182 Yamaha; 1795 Paradyne; 2467 Cisco; 2925 Cyclades; 3278 Paradyne
3309 Nomadix; 3967 Bosch; 4346 Phoenix Contact; 4355 WatchGuard; 5395 Ribbon; 5420 VBrick; 5551 ADVA; 5655 Cisco
7526 Snom; 7564 Array Networks; 9193 Cirpack; 14358 Airconsole; 18642 CCPower; 20884 BDT; 21111 Orvaldi; 27662 Peplink
28087 Albentia; 29003 FiberNet; 30966 FS; 38516 Allworx; 42359 Versa; 46202 Avigilon; 49622 ASRock Rack; 51134 FS
51604 Arrcus; 58158 AlphaBridge; 1004849 Dahua
`

const VENDORS: ReadonlyMap<number, string> = new Map(
  HOLDERS.split(/[;\n]/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => {
      const space = one.indexOf(' ')
      return [Number(one.slice(0, space)), one.slice(space + 1)]
    }),
)

/** The holder of an enterprise number; undefined where we do not know it. */
export function vendorOf(enterprise: number | undefined): string | undefined {
  return enterprise === undefined ? undefined : VENDORS.get(enterprise)
}
