/** Switches and routers of other vendors, access and optical networks. The form of a line is in family.ts. */
export const ACCESS_FAMILIES = `
207 allied
207.1 awplus ~ AlliedWare Plus
207.1.13 allied-tq
207.1.13 awplus ~ AW+|AlliedWare Plus
207.1.4 radlan 125 126 127 128 143 144 145
171.10 dlink
171.10.37 dlinkap
171 dlinkap ~ Access Point|D-Link AP
4526 netgear
4526.100.11 netgear ~ GSM|Managed
259 edgecos
890 zynos
890.1.5.13.10 ies5000
890.1.5.13.15 ies52xxM
890.1.5.13 ies
890.1.5.12 ies
890 zynos ~ ^ES|^GS|^GES|^MES|^MGS|^XS|^XMG|^XGS|^ZyXEL
890.1.6 zywall
890.1.6 zyxelnwa ~ ^NWA|^WBE
890.1.6 zyxelwlc ~ ^NXC
890.1.6 zynos ~ ^ES|^GS|^MGS|^XS|^XMG|^XGS
890.1.15 zyxelwlc ~ ^NXC
890.1.15 zynos ~ ^ES|^GS|^MGS|^XS|^XMG|^XGS
890.1.15 zyxelnwa ~ ^NWA|^WBE|^WAX|^WAC
890.1.15 zywall
890.1.8 prestige
890.1.2 prestige
* prestige @Zyxel ~ ^Prestige|^P-660|^P-2
* zyxelusg @Zyxel ~ ^USG FLEX|^ATP|^USG|^ZyWALL|^VPN50|^VPN100|^VPN300
11863 jetstream
11863.1.1 jetstream
11863.10 tplink
28866 trendnet
3955 ciscosb @Cisco
3955.1000 linksys-ss @Linksys
* ciscosb @Cisco ~ ^Linksys S
10456 planetos
7262 harmony-enhanced
6339 dcn-software
27514 qtech
8886 raisecom
4881 ruijie
52642 fs-switch
51134 fs-switch @FS
12345 fs-switch @FS
52642.1.99 fs-centec
52642.1 fs-bdcom 445 458 446 2039 504
27975 fs-switch
13464 fs-gbn
13464 gwd ~ EPON
* fs-nmu @FS ~ GLCY
40989 fs-nmu
3320 bdcom
40418 snr
35265 eltex-mes23xx
35265.1.43 eltex-mes21xx
35265.1.52 eltex-mes23xx
35265.1 eltex-mes23xx 74 76 78 80 81 83 86 92 96 107 112 116 117
35265.1 eltex-mes24xx 158 176 217 250
35265.1.21 eltex-olt
35265.1.22 eltex-olt
35265.1.70 eltex-olt
5651 mypoweros
3709 datacom
4413 datacom @Datacom ~ ^DM1|^DM2|^DM3|^DM4
9304 cts
4756 ctcu
3181 microsens
3181.10.6 microsens-g6
266 nexans
248 hirschmann
16177 weos
15004 ros
8691.7 moxa-etherdevice
8691.600 moxa-eds-4000-series
8691.2 moxa-nport
8691 moxa-etherdevice
2736 etherwan
28381 ntron
24693 firebrick
20992 wipipe
31496 netmodule
48690 rutos-rutx
* rutos-rutx @Teltonika ~ Linux Teltonika|Linux RUT|Linux TRB
* rutos-2xx @Teltonika ~ RUT2
23695 pepwave
35424 viprinux
13191 oneaccess
272 bintec-smart
2356 lcos
2356.13 lcoslx
2356.14 lcossx
2356.15 lcossx
2356.16 lcossx
2352 seos
193.218 ericsson-ipos
119.1.84 necix
119.1.76 univerge
572 elg-ipecs-es
572.16838 elg-ipecs-ucp
21839 alaxala
6486.800 aos6
6486.800.1.1.2.2.4 aos
6486.801 aos7
6486.802 stellar
6527 timos
637.61 nokia-isam
7483 nokia-1830
6296 dasan-nos
10072 gwd
3902.3 zxr10
3902.15 zxr10
3902.1004 zxa10
3902.1015 zxa10
3902.1082 zxa10
3902 zxr10
5504 slms
6321 calix
6321.1.2.2.5 exa
6066 occamos
5875 fiberhome
3807.1 fiberhome-switch
664 adtran-aos
868 transition
629 adva-xg300 @ADVA
629 mrvld @MRV ~ ^LambdaDriver
629.200 mrv-od
164.6 rad
164.6.1.6.10 rad-rici
164 rad
738 binox
738.1 binos
1286 neptune
36673 ocnos
40310 cumulus
35098 picos
30803 vyatta
44641 vyos
* vyos ~ ^VyOS
* vyatta ~ ^Vyatta
* pktj @Gandi +26384
33049 mellanox
26543 ibmnos
20301 ibmnos @Lenovo
19046 cnos
* bnt @BNT ~ Blade Network Technologies
7244 quanta
4413 quanta @Quanta
4413 edgeswitch @Ubiquiti ~ EdgeSwitch|EdgePoint|^US-|^USW|^UBNT|^USM|^ES-
4413 inteno @Inteno ~ ^XG6
27282 edgeswitch
* edgeswitch @Ubiquiti ~ ^USW-|^US-8|^US-16|^US-24|^US-48|EdgeSwitch
41112.1.5 edgeos
41112.1.5 edgeosolt ~ EdgeOS v4
* unifi @Ubiquiti ~ ^UAP|^U6|^U7|^UK-|^UDM|^UniFi
46242 netonix
14988.1 routeros
14988.2 swos
34592 cdata
37950 vsol
6603 hyperion
21362 ifotec
29865 icotera
56166 smartbyte
13315 bluecatnetworks
7779 nios
2440 solidserver
31218 ucopia
39406 benuos
9303 waystream
45346 velocloud
25049 opengear
850.1 trippliteconsole 5 7
850.1 trippliteconsole ~ B093|B096|B097|B098
10418.26 avocent
10418 avocent
* avocent @Avocent ~ ^Avocent|^AlterPath
13742.3 raritan-kvm
1966 perle
* perle @Perle ~ ^Perle
4555.1 netvision
1723 lantronix-uds
244.1 lantronix-slc
26866 gigavue
4515 packetlight
4515.100.1.1000.5 smartos-t @SmartOptics
30826 smartos
51628 smartos
46330 vubiq
1332 kti
* kti @KTI ~ ^KGS-|^KS-
* supermicro-switch @Supermicro ~ ^Supermicro Switch|^SSE-|^SBM-
* speedtouch @Thomson ~ ^SpeedTouch|^ST5000
* bcm963 @Broadcom ~ ^bcm963
* cnpilotr @Cambium ~ ^cnPilot R
11606 pbn
11606.24 pbn-cp
27975.99 fs-switch
32285 topvision
49136 algcom-dc-ups
6141 ciena-sds
562.68 ciena-saos
1271 ciena-saos
1271.1 ciena-sds
1271.1.2.12 ciena-rls
1271.3 ciena-waveserver
2544.1.10 adva-fsp150cp
2544.1.11 adva-fsp3kr7
2544.1.12 adva-fsp150
2544.1.14 adva-alm @Adtran
2544.1.20 adva-aos
2544 adva-fsp3kr7
20044 ekinops
21296 iqnos
42229.1.2 infinera-groove
8708 infinera-xtm @Infinera
30005 bti800
28533 cyan
22420 aen
3652 pandacom
52326 alpineoe-tdcmedfa @AlpineOE
35616 lambdatrail
6368 pegasus
1385 montclair-edfa
34652 volius
823 loop-telecom
7800 ubiquoss
* freshtomato @Tomato ~ TomatoWifi|FreshTomato
* tomato @Tomato ~ 2.6.22.19
* asuswrt-merlin @ASUS ~ brcmarm|asuswrt
* ddwrt @DD-WRT ~ DD-WRT|dd-wrt
* openwrt @OpenWrt ~ OpenWrt
43191 arista-mos @Arista
1425 cxr-ts
30140 icr-os @Advantech
1768 smartnode
2352 redback
449 applicationsware
54268 flexbng
7342 omnitron-iconverter
3902.2 zxv10
3902.701 zxdsl
3902.1001 zxdsl
8000 uhp
9694.1.4 arbos
9694.1.5 peakflow
32620 anue
18418 endace
6926 mrvld
20540 sixnet
4329.6 scalance
4196 scalance
21839.1 alaxala
2334.1.1 packetshaper
3417.1.1 bluecoat-sg
26484 confd
20095 positron
304 netopia
529 ascend
775 tellabs
6247 comtech
40418.2 snr-erd
1872.1 alteonos
1991.1.3 serveriron ~ ServerIron
1991.1.3 turboiron ~ TurboIron
890.1.15 zyxelusg ~ USG|ZyWALL
12356.101 fortigate ~ FortiGate
2011.5.25 vrp
25506.1 comware
5624.1 enterasys
30065.1.3011 arista_eos
6527.1 timos
2620.1.6 gaia
34086 raisecom
* junos @Juniper ~ Juniper Networks, Inc.
* comware @HPE ~ Comware
* procurve @HPE ~ ProCurve
* edgeos @Ubiquiti ~ ^EdgeOS
* airos @Ubiquiti +41112 ~ Linux 2.6.3
* sonicwall @SonicWall ~ SonicWALL
* screenos @Juniper ~ NetScreen
* timos @Nokia ~ TiMOS
* xos @Extreme ~ ExtremeXOS
* arista_eos @Arista ~ Arista Networks EOS
* routeros @MikroTik ~ ^RouterOS
* fortigate @Fortinet ~ ^FortiGate
* zxr10 @ZTE ~ ZXR10
* zxa10 @ZTE ~ ZXA10
* m0n0wall @m0n0wall ~ m0n0wall
* netgear @Netgear ~ ProSafe
* dlink @D-Link ~ ^DES-|^DGS-|^DXS-
* jetstream @TP-Link ~ JetStream
5551 adva-osa @ADVA
10297 advantech
10297.202 advantech
14358 airconsole @Airconsole
28087 albentia @Albentia
637.64.4400 alcatel-omnipcx @Alcatel-Lucent
58158 alphabridge @AlphaBridge
* altalabs-ap @Alta Labs ~ ^Alta AP
* altalabs @Alta Labs ~ ^Alta Route|^Alta S
4413 anyos @Zyxel ~ AATO|AAJZ
* radlan @Allied Telesis ~ AT-8000
5395 apollo @Ribbon
6321.1.2.4 axos
* bison @Bison ~ ^Linux bison
272.4.201.66.69.50.48 bintec-beip-plus
2882 comtrol
3709.1.2.137 datacom-dmos
3709 datacom-dmos ~ DmOS
193.81 ericsson-6600 @Ericsson
193.81 ericsson-tn @Ericsson ~ Traffic Node
193.81.1.1.3 ericsson-tn @Ericsson
193.223 ericsson-ml @Ericsson
=1.3.6.1.2.1.1.2 fs-nmu @FS
* fujitsupyos @Fujitsu ~ PY CB Eth Switch
42229.6.22 coriant @Coriant
* infinera-groove @Infinera +42229
* keeneticos @Keenetic ~ ^Keenetic
* mrvld @MRV ~ ^LambdaDriver
2007 teldat
3278 paradyne @Paradyne
1795 paradyne @Paradyne
27662 pepwave @Peplink
17409.1.11 gw-eydfa @Glass Way
7428 microsemipdsine @Microsemi
40418.8 snr
50224 parks
4467 fibrolan
29003 fibernet-xmux @FiberNet
* hirschmann @Hirschmann ~ Hirschmann Railswitch
* netgear @Netgear ~ ^Netgear|^NETGEAR
* dlinkap @D-Link ~ D-Link DAP-|D-Link Access Point
`
