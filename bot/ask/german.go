package ask

// German is what can be said in German: the commonest dozen questions.
const German = `
skip: der, die, das, den, dem, des, ein, eine, einen, bitte, mal, alle, alles, doch, denn, eigentlich, uns, unsere, unser, es, so, sehr
the: der, die, das, den, dem
a: ein, eine, einen, der, die, das
hi: hallo, hi, moin, servus, hey
lead: zeig, zeige, zeigen, mir, ich, wir, brauche, brauchen, suche, gib, sag, kann, können, könnte, möchte, will, welche, welcher, welches, was, wie, sind, ist, gibt, haben, hast, du, sie, liste, auf, von, und, die
tail: gibt, es, sind, da, haben, wir, mir, danke, ist, bei, auf
on: auf, bei, @
near: für, von, in, im, aus, der, nach
from: von, aus
and: und, oder, mit, gegen
noun: code, codes, tracking code, tracking codes, trackingcode, feld, kennung
link: nummer, nr, namens
all: alle sites, allen sites, beide sites, beiden sites, überall
as: als, in
file: datei
rule required: pflicht, pflichtfeld, pflichtfelder, erforderlich, verpflichtend, notwendig, zwingend, vorgeschrieben, nötig
rule optional: optional, freiwillig, nicht pflicht
service meetings: meetings, meeting, besprechung, besprechungen, sitzung, sitzungen
service events: events, webinar, webinare, veranstaltungen
service training: trainings, training, schulungen
format csv: csv
format json: json
format excel: excel
to: bis
daily at: täglich um, jeden tag um, einmal am tag um
daily: täglich, jeden tag, einmal am tag
quiet: ruhig von, ruhe von, still von, ruhig zwischen, ruhe zwischen, nicht zwischen
clock: uhr, h
last: letzten, letzte, letzter, vergangenen
since: seit, ab
dayof: am
unit hour: stunde, stunden
unit day: tag, tage, tagen
unit week: woche, wochen
unit month: monat, monate, monaten
unit year: jahr, jahre, jahren
when day 0: heute
when day 1: gestern
when week 0: diese woche, dieser woche
when week 1: letzte woche, letzter woche, vorige woche, voriger woche
when month 0: diesem monat, diesen monat
when month 1: letzten monat, letztem monat, vorigen monat, vorigem monat
weekday 0: sonntag
weekday 1: montag
weekday 2: dienstag
weekday 3: mittwoch
weekday 4: donnerstag
weekday 5: freitag
weekday 6: samstag
month 1: januar
month 2: februar
month 3: märz
month 4: april
month 5: mai
month 6: juni
month 7: juli
month 8: august
month 9: september
month 10: oktober
month 11: november
month 12: dezember
<since> = [seit|ab|in|im|am|vor|aus] {span}
<here> = hier|in diesem raum|in diesem space
<codes> = [tracking] (codes|trackingcodes|kennungen|felder)
code: {code}
	was ist {code}
	(was bedeutet|erkläre|zeig|zeige) {code}
codes: <codes>
	(liste|übersicht) [der] <codes>
	<codes> [sind] {rule}
	(was|welche) [<codes>] ist {rule}
codes rule=required: pflichtcodes
	pflichtfelder
	was muss ich [bei|für] [einem|ein|eine] [{service}] (ausfüllen|eingeben|angeben)
	welche <codes> (brauche|muss) ich [für] [{service}]
fact/admin: wer (ändert|setzt|pflegt|bestimmt) {code}
	wer (kann|darf) {code} (ändern|setzen|pflegen)
codes/count: wie viele <codes>
fact/count: wie viele (optionen|werte|einträge) (hat|gibt es für|für|von) {code}
fact/rule: (ist|sind) {code} {rule}
	{code} {rule}
fact/default: (standard|standardwert|vorgabe|voreinstellung) [von|für|bei] {code}
options: (optionen|werte|auswahl|möglichkeiten|einträge) [von|für|bei] {code}
	{code} (optionen|werte)
	[welche] (optionen|werte|auswahl|möglichkeiten|einträge) (hat|gibt es für|hat das) {code}
find: (suche|finde|such) {term}
sites: [welche] (sites|seiten) [gibt es|kennst du]
values: (<codes>|{code}) (von|für) {person}
values me: meine <codes>
	[welches|welche|welchen] {code} habe ich
	(mein|meine) {code}
check: stimmt alles
	ist alles (ok|okay|in ordnung|richtig)
	(prüfe|prüf|überprüfe) [{site}] [<codes>]
compare: (unterschied|unterschiede) [zwischen] [<codes>|{code}|{site}]
	(vergleiche|vergleich) [<codes>|{code}|{site}]
export: (exportiere|export) [<codes>|{code}] [{format}]
use: (nutze|benutze|verwende|nimm) {site}
history: (verlauf|historie|änderungen) (von|für|an|bei|zu) {code} [<since>]
history/who: wer hat {code} [<since>] (geändert|verändert)
history/option: seit wann ist {option} [option|wert|auswahl] [von|für|bei] {code}
	(seit wann ist|wann wurde) {option} (option|wert|auswahl) [von|für|bei] [{code}]
history/asof: {code} (am|vom|mit stand) {span}
	wie (war|sah) {code} [am|im] {span} [aus]
changed: was (hat|wurde) [sich] [<since>] (geändert|verändert) [<since>]
	änderungen <since>
watch: (beobachte|überwache|abonniere) [<codes>|{code}|änderungen]
	(sag|sage|gib) mir bescheid wenn [sich] [etwas|<codes>|{code}] [sich] ändert
watch/here: (beobachte|überwache|abonniere) [<codes>|{code}|änderungen] <here>
keep: halte {code} (gleich|identisch)
keep/here: halte {code} (gleich|identisch) <here>
drift: (drift|abweichungen)
	was (weicht|weichen) [voneinander] ab
	was sollte gleich sein [ist es aber nicht]
unwatch: (beobachte|überwache) [<codes>|{code}] nicht mehr
	beende [beobachtung] [von] [<codes>|{code}]
unwatch/kept: halte {code} nicht mehr (gleich|identisch)
watches: [meine] (beobachtungen|abos|abonnements)
meetings: [welche] {service} [<since>] ohne [{code}|<codes>|code] [<since>]
	[welche] {service} (haben|hatten|hat|hatte) [<since>] (kein|keinen|keine) [{code}|<codes>|code] [<since>]
meetings/coming: [welche] (kommende|kommenden|nächste|nächsten|geplante|geplanten) {service} [haben] (ohne|kein|keinen|keine) [{code}|<codes>|code] [von] [{person}]
meetings/by: {service} (nach|pro|je) {code} [<since>]
set: (setze|setz|ändere) {code} (von|für|bei) {person} zu {option}
	gib {person} {code} {option}
setmany: (setze|setz|ändere) <codes> [von|für] [personen|leuten|leute|mehreren]
addoption: (füge|ergänze) [option|wert] {option} (zu|bei|in) {code} [hinzu]
removeoption: (entferne|lösche|streiche) [option|wert] {option} (aus|von|bei) {code}
setdefault: (mach|mache|setze) {option} (zum|als) (standard|standardwert|vorgabe) (von|für|bei) {code}
setrule: (mach|mache|setze) {code} [zur|zum|auf] {rule} (für|bei) {service}
createcode: (erstelle|erstell|lege) [neuen] [tracking] (code|trackingcode|kennung) {term} [an]
	(erstelle|erstell|lege) [neuen] [tracking] (code|trackingcode|kennung) {term} mit [den] [werten|optionen] {option} [an]
createcode/text: (erstelle|erstell|lege) [neuen] [tracking] (code|trackingcode|kennung) {term} als (freitext|text) [an]
copycode: (kopiere|kopier|übertrage) [tracking] [code|trackingcode] {code}
approve: (genehmige|genehmigen|freigeben) {term}
approve/own: (genehmige|genehmigen) eigene {term}
discard: (verwirf|verwerfe|verwerfen|ablehnen) {term}
undo: [mach|mache] {term} rückgängig
changes: [offene|wartende] änderungen
missing: wer hat (kein|keine|keinen) {code}
about/who: wer bist du
about/languages: (sprichst|verstehst) du {words}
glossary/code: was ist (tracking code|trackingcode)
help: (hilfe|hilf mir)
	was kannst du
greeting: (hallo|moin|servus|guten tag|guten morgen|guten abend|grüß gott) [zusammen|alle]
thanks: (danke|vielen dank|dankeschön|danke schön|besten dank|merci vielmals|super|prima|perfekt) [danke]
bye: (tschüss|auf wiedersehen|bis bald)
yes: ja
no: nein
`
