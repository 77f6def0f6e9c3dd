/** Power, sensors, buildings, radio, voice and broadcast. The form of a line is in family.ts. */
export const SITE_FAMILIES = `
318 apc
318.1.1.32 apc-cpdu
318.1.3.4.9 apc-epdu
318.1.3.14.5 apc-inrow
318.1.3.8.3 aos-emu2
318 aos-emu2 ~ Environmental Monitoring Unit
52674.500 apc-netbotz
52674 apc-netbotz
5528 netbotz
3833 powerlogic
705.1 eaton-mgeups
705.1 eaton-ats ~ Eaton ATS
705.1 apc-mgeups @APC ~ ^Galaxy
705.2 eaton-mgepdu
534.1 eatonups
534.2 eatonups
534.6 eatonpdu
534.10 eaton-ats
534.11 eatonups
1918.2.13 eaton-sc200
1918.2.14 eaton-sc300
1918.2 eaton-sc200
476 liebert
13400 vertiv-ita2
6302 vertiv-netsure
21239 geist-pdu
21239 geist-watchdog ~ WD|RSMICRO|Watchdog|RSMINI|SRS|RSO
21239.5 geist-watchdog ~ Watchdog
21239.42 geist-watchdog @Geist
21239.42.1 vertiv-pdu @Vertiv 52 53 55
17373 geist-watchdog
901 wxgoos
19011 jacarta
850.1.1 poweralert
850 poweralert
3808 cyberpower
935 netagent2
935 logmaster @LogMaster ~ LogWeb
935.10 powerwalker @PowerWalker
935.10.2 eaton-matrix @Eaton
2254.2.4 deltaups
2254.2 deltaups
20246 deltaorion
818.1.100 ge-ups
10520 gepulsar
4130 gemds
=1.3.6.1.2.1.33 generex-ups @Generex ~ CS121|CS141
=1.3.6.1.2.1.33 rfc1628_compat
37662 ats
2468.1.4 ipoman
2468.1.2 webpower-smart2
5491 netmanplus
6050 gamatronicups
7309 cxc
12148 enexus
12148.9 eltekwebpower
13858 valere
33333 morningstar
39145.13 ict-mps
39145.11 ict-psu
39145 ict-pdu 10 12
39145 ict-psu
32050 sitemonitor
45621 tycon
49075 samlexamerica
53973 abbups
232.165.3 hpe-rtups
232.165.7 hpe-mapdu
232.165 hpe-pdu
674.10902 dell-ups
674.10903 dell-rpdu
1718.3 sentry3
1718.4 sentry4
1718 sentry3
13742.4 raritan-pdu
13742.6 raritan-pdu
13742.8 raritan-emx
13742 raritan-pdu
10418.17 avocent-pdu
10418.18 avocent-mp @Vertiv
38446 enlogic-pdu
31034 schleifenbauer
28402 conteg-pdu
28507 gude-esb ~ Sensor Box
28507.4 ets @Gude
28507 gude-epc
28507 ets ~ Transfer Switch
19536 panduit
3711 panduit-eagle
2606.7 rittal-cmc-iii-pu
2606.4 rittal-cmc
2606.7 rittal-lcp ~ Rittal LCP
2606 rittal-cmc
9839.2606.1 pcoweb-rittalchiller @Rittal
9839.2606.3311 pcoweb-rittal-lcp-3311 @Rittal
9839 pcoweb
* pcoweb @Carel ~ -rmk1
21695 e3meter
55108 rnx-updu
34278 janitza
4555.10 socomec-pdu
4555 socomec-ups
2634 wti-mpc
1418 iboot
* iboot @Dataprobe ~ iboot
* vertiv-dcs @Vertiv +13400
3854 akcp
20916 avtech
17095 serverscheck
17095.2 controlbox @HW group
* controlbox @HW group ~ ^TH-332B
21796 hwg-ste
21796.3 hwg-poseidon
21796.3.4 hwg-damocles
21796.4.1 hwg-ste
21796.4.5 hwg-ste2
21796.4.6 hwg-pwr
21796.4.9 hwg-wld
21796.4.9 hwg-ste2 ~ STE2
27533 bke
22626 websensor
31440 eds
39052 vutlan
25728 uniping
18248 papouch-tme
* papouch-tme @Papouch ~ ^TME|^TH2E
38783 teracom
5040 wut-com
16174 sensatronics
17420 digipower
3699 ntienviromux
46651 dantherm-os
29462 stulz
3052.12 siteboss
3052.23 siteboss360
3052 siteboss
2682 netguardian
994 webmon
51966 tsc
33283 imcopower-ls110
2185 imcopower
15117 westmountainradio
* minkelsrms @Minkels ~ ^8VD-X20
10456 planetos
=1.3.9999.8266 esphome @ESPHome
* esphome @ESPHome ~ ESPHome
* linux-ups @Linux ~ upsd
10002 airos
10002 unifi ~ UniFi|UAP
10002 infinity @LigoWave ~ ^NFT|^DLB|^APC
10002 unifi ~ Linux 3.3.8|Linux 4.4.153
41112 unifi
41112 airos-af60 ~ Linux 4.4.241|AF60
41112.1.4 airos
41112.1.3 airos-af
41112.1.4.1 airos
41112.1.5 edgeos
41112.1.6 unifi
41112.1.10 airos-af-ltu
41112.1.11 airos-af60
41112 edgeswitch ~ ^USW|^US-
* airos-af-ltu @Ubiquiti +41112 ~ PREEMPT RT
32761 deliberant
* deliberant @LigoWave ~ ^Deliberant
17713 epmp
17713.21 epmp
17713.22 cnpilote
17713.24 cnmatrix
17713.250 ptp250
17713.5 ptp500
17713.6 ptp600
17713.7 ptp650
17713.8 ptp800
17713.9 ptp700
17713.11 ptp670
17713.60 cnwave60
161.19 pmp @Cambium
161.19 cmm @Cambium ~ ^CMM
* cmm4 @Cambium ~ ^CMM4
* cmm @Cambium ~ ^CMM
43356 mimosa
2281 ceraos
2281.1.10 fibeair
2509 aviat-wtm
7262.2.2 horizon-compact
7262.2.3 horizon-duo
7262.2.4 horizon-compactplus
7262.2.5 horizon-quantum
7262.4.5 harmony-enhanced
7571 saf-integra-b
7571.100.1.1.2 saf-cfm
7571.100.1.1.5 saf
7571.100.1.1.7.1 saf-integra-b
7571.100.1.1.7.2 saf-integra-w
7571.100.1.1.7.9 saf-integra-e
7571.100.1.1.7.10 saf-integra-x
3373 alfo80hd
31926 siklu
4458 radwin
25651 extendair
5454 apex-lynx
* apex-lynx @Trango ~ ^Apex Lynx
39003 sub10
33555 ray
33555.4 ray3
14817 aprisa
25868 ctm
11898 proxim
24575 tranzeo
14125 engenius
21013 xirrus_aos
47307 ignitenet
53058 baicells-od04
57344 tachyon
62821 wis-bridge
12140 alcoma-almp
3323 mni
388 symbol
388 wing 14 18 50
12394 alvarion-breeze
13732 idirect
8000 uhp
26381 hytera
40297 hytera
3570.2 tait-infra93
3570.3 tait-tnadmin
3570 tait-infra93
34861 rajant
41010 epmp
* mpb-srp @MPB +4464
4464 mpb-srp
1166.1.450 motorola-cm
1166.1.621 arris-dsr4410md @Arris
1166 motorola-cm
4115 arris-cm
4998 arris-c4
4115.1.4.3 arris-c3
4115.1.8 arris-d5
4115.1.9 arris-c4
1166.1.31 arris-apex @Arris
20858 casa-dcts
* airport @Apple ~ AirPort|^Base Station V
63 airport
7501 bktel-oa
17409 edfa
23180 televes-fs
27304 dkt
3715 luminato
30631.1.8 terra-sdi410c
30631.1.17 terra-sdi480
30631 terra-sdi480
42111 aaron
42111.640 aaron-os
42111.650 aaron
27993 vigintos
6404 ecresofm-os
* ecresofm-os @WorldCast Systems +6404
* ecresofm-os @WorldCast Systems ~ ^FM Tx|Ecreso
35833 deva-broadcast
37069 bats
2566 rs
19831 irt
25766 christie-projector
7312 barco-clickshare
28194 avr-hd
40748 ionodes
1004849 dahua-nvr
39165 hikvision-cam
39165.1.6 microsemitime @Microsemi ~ SyncServer
50001 hikvision-nvr
23465 vivotek
368 axiscam
* illustra @Illustra ~ ^illustra
25071 teradici-pcoip
9070.1.2 microsemitime
601 symmetricom
5597 mbg-meinbergos
5597 meinberg ~ LANTIME|M300|M600|M900
13827 endrun
18837 spectracom
5003 audiocodes
4686 vega
2879.1 sonus-gsx
2879 sonus-sbc
177 sonus-sbc
9148 oracle-sbc
6889 avaya-ipo
1027.1 msl @Mitel
1027 mitel-mcd
6666 innovaphone
6530 heliosip
22736 asterisk
13885 polycom
* grandstream-ht @Grandstream ~ Linux HT8|Linux HT7
* grandstream-gxw @Grandstream ~ Linux GXW
42397 grandstream-sw
26122 stentofon
27304 dkt-comega
41809 himoinsa-gen-set @Himoinsa
42610 powertek-pdu @Powertek
7465 wisi-tangram
38595 zmtel
36540 baicells-od04
33826 ligowave-ligodlb @LigoWave
32750 ligowave-ligodlb
9557 marathon-ups @Marathon
13891 ups-nut
1732 netspire @Netspire
5833 imp
20520 innovaphone
54858 innovaphone
27614 ascom
40865 arhangelsk
30932 cpi-pdu
24734 enconnex
2.6.255 ibm-ups
232.165.1 hpe-pdu
476.1.2 liebert
318.1.3.4 apc
318.1.3.32 apc
850.1.3 poweralert
935.1 netagent2
* abb-cms700 @ABB ~ ABBCircuitMeasurementSystemCMS700
* abb-insite @ABB ~ InSite pro M
49136 algcom-sm 100
49136 algcom-pdu-08p-ac 200
38516 allworx-voip @Allworx
926.1.99.1.4 alpha-power @Alpha Technologies
926.1.99.1.4 alpha-dsm33x @Alpha Technologies ~ DSM33X
* apex-plus @Trango ~ ^ApexPlus
* ardmore-encoder @Exterity ~ Ardmore-Encoder
* avediaserver @Exterity ~ AvediaServer
3967 bosch @Bosch
* boschcpp @Bosch +3967
=0.10.43.6.1.4.1 chatsworth @Chatsworth
* dantherm-os @Dantherm ~ FreeCooling Controller
* eaton-matrix @Eaton ~ ^NMC for Matrix Inverter
* powerwalker @PowerWalker ~ ^Network Management Card for UPS
30966 fs-net-pdu @FS
* fs-net-pdu @FS ~ net-pdu
232.165.5 hpe-ipdu
232.165.3 hpe-rtups
21111 orvaldi-ups @Orvaldi
* orvaldi-ups @Orvaldi +21111
* poweralert @Tripp Lite ~ POWERALERT
* apc-mgeups @APC ~ ^Galaxy
* eaton-mgeups @Eaton ~ ^Pulsar M|MGE UPS SYSTEMS|^Evolution|^Comet
* unifi @Ubiquiti ~ ^U-LTE|^E7
* wti-mpc @WTI +2634
* netvision @Socomec ~ Net Vision
* xirrus-aos @Xirrus ~ Xirrus|ArrayOS
* hikvision-nvr @Hikvision ~ Hikvision company products
* pcoweb @Carel ~ pCO Gateway
7526 snom @Snom
18642 ccpower @CCPower
`
