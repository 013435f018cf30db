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
service meetings: meetings, meeting, besprechung, besprechungen
service events: events, webinar, webinare, veranstaltungen
service training: trainings, training, schulungen
format csv: csv
format json: json
format excel: excel
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
	was muss ich (ausfüllen|eingeben|angeben)
fact/rule: (ist|sind) {code} {rule}
	{code} {rule}
fact/default: (standard|standardwert|vorgabe|voreinstellung) [von|für|bei] {code}
options: (optionen|werte|auswahl|möglichkeiten|einträge) [von|für|bei] {code}
	{code} (optionen|werte)
find: (suche|finde|such) {term}
sites: [welche] (sites|seiten) [gibt es|kennst du]
values me: meine <codes>
	(mein|meine) {code}
check: (prüfe|prüf|überprüfe) [{site}] [<codes>]
compare: (vergleiche|vergleich) [<codes>|{code}|{site}]
export: (exportiere|export) [<codes>|{code}]
use: (nutze|benutze|verwende|nimm) {site}
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
help: (hilfe|hilf mir)
	was kannst du
greeting: (hallo|moin|servus|guten tag|guten morgen|guten abend|grüß gott) [zusammen|alle]
thanks: (danke|vielen dank|dankeschön|danke schön|besten dank|merci vielmals|super|prima|perfekt) [danke]
bye: (tschüss|auf wiedersehen|bis bald)
yes: ja
no: nein
`
