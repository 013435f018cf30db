package ask

// French is what can be said in French: the commonest dozen questions.
const French = `
skip: le, la, les, l, un, une, du, des, d, svp, stp, s'il vous plaît, plait, vous, te, notre, nos, tous, toutes, bien
the: le, la, les, l
a: un, une, le, la
hi: bonjour, salut, bonsoir, coucou
lead: montre, montrez, moi, donne, donnez, je, j, veux, voudrais, cherche, ai, besoin, de, quels, quel, quelle, quelles, sont, est, qu, que, c, ce, y, a, t, il, peux, tu, liste, affiche, et, avez, lister
tail: sont, sur, il, y, a, merci, moi, existe, existent, disponibles, t
on: sur, @
near: pour, de, dans, en, à, du, vers
from: de, depuis
and: et, ou, avec
noun: code, codes, code de suivi, codes de suivi, champ
link: numéro, nommé
all: tous les sites, les deux sites, partout
as: en, au format, comme
file: fichier
rule required: obligatoire, obligatoires, requis, requise, nécessaire, nécessaires
rule optional: facultatif, facultatifs, facultative, optionnel, optionnels
service meetings: réunion, réunions
service events: événement, événements, webinaire, webinaires
service training: formation, formations
format csv: csv
format json: json
format excel: excel
to: à
daily at: chaque jour à, tous les jours à, une fois par jour à
daily: chaque jour, tous les jours, une fois par jour
quiet: silence de, silencieux de, silence entre, sauf de, sauf entre
clock: h, heures
since: depuis
dayof: le
unit hour: heure, heures
unit day: jour, jours
unit week: semaine, semaines
unit month: mois
unit year: an, ans, année, années
when day 0: aujourd'hui
when day 1: hier
when week 0: cette semaine
when week 1: la semaine dernière, semaine dernière
when month 0: ce mois
when month 1: le mois dernier, mois dernier
weekday 0: dimanche
weekday 1: lundi
weekday 2: mardi
weekday 3: mercredi
weekday 4: jeudi
weekday 5: vendredi
weekday 6: samedi
month 1: janvier
month 2: février
month 3: mars
month 4: avril
month 5: mai
month 6: juin
month 7: juillet
month 8: août
month 9: septembre
month 10: octobre
month 11: novembre
month 12: décembre
<since> = [depuis|de|dans|en|pendant|du] {span}
<here> = ici|dans cet espace
<codes> = codes [de suivi]|champs
code: {code}
	(qu est ce que|que signifie|c est quoi) [c est que] {code}
codes: <codes>
	liste [de] <codes>
	<codes> {rule}
	<codes> (sont|est) {rule}
	quels <codes> {rule}
codes rule=required: que (dois|faut) [je|il] (remplir|saisir|renseigner)
codes/count: combien de <codes>
fact/rule: {code} (est|sont) [il|elle] {rule}
	est ce que {code} est {rule}
	(est) {code} {rule}
	{code} {rule}
fact/default: (valeur par défaut|défaut) [de|pour] {code}
options: (options|valeurs|choix) [de|pour] {code}
fact/count: combien (de|d) (options|valeurs|choix) (a|pour|dans) {code}
find: (cherche|chercher|trouve|trouver|recherche) {term}
	où est utilisé {term}
sites: [quels] sites
values: (<codes>|{code}) de {person}
values me: mes <codes>
	(mon|ma) {code}
check: (vérifie|vérifier|vérifiez) [{site}] [<codes>]
compare: (compare|comparer|comparez) [<codes>|{code}|{site}]
export: (exporte|exporter|exportez|télécharger) [<codes>|{code}] [{format}]
use: (utilise|utiliser|utilisez) {site}
history: historique [de|du|pour] {code} [<since>]
	(modifications|changements) (de|du|sur) {code} [<since>]
history/who: qui a (changé|modifié) {code} [<since>]
history/option: depuis quand {option} est option [de|pour] [{code}]
	quand {option} est [il|elle] (devenu|devenue) option [de|pour] [{code}]
history/asof: {code} (au|en date du) {span}
	comment était {code} [au] {span}
changed: (qu est ce qui|quoi|que) a changé [<since>]
	(modifications|changements) <since>
watch: (surveille|surveiller|surveillez) [<codes>|{code}]
	(préviens|prévenez) moi (quand|si) [<codes>|{code}] (change|changent)
watch/here: (surveille|surveiller|surveillez) [<codes>|{code}] <here>
keep: (garde|garder|gardez) {code} (identique|pareil)
keep/here: (garde|garder|gardez) {code} (identique|pareil) <here>
drift: (dérive|dérives|écarts)
unwatch: (ne surveille plus|ne surveillez plus|arrête de surveiller|arrêtez de surveiller) [<codes>|{code}]
unwatch/kept: (ne garde plus|ne gardez plus) {code} (identique|pareil)
watches: [mes] (surveillances|abonnements)
meetings: [quels|quelles] {service} [<since>] sans [{code}|<codes>|code] [<since>]
	[quels|quelles] {service} (n ont|n ont pas|n avaient|n avaient pas) [<since>] (pas de|de|aucun) [{code}|<codes>|code] [<since>]
meetings/coming: [quels|quelles] [prochains|prochaines] {service} [prévus|prévues|à venir] sans [{code}|<codes>|code] [de] [{person}]
meetings/by: {service} par {code} [<since>]
set: (mets|mettre|définis|définir) {code} de {person} (à|sur) {option}
	donne à {person} {code} {option}
addoption: (ajoute|ajouter|ajoutez) [option|valeur] {option} à {code}
removeoption: (supprime|supprimer|retire|retirer) [option|valeur] {option} de {code}
setdefault: (mets|mettre|définis|définir) {option} (par défaut|comme défaut) (de|pour) {code}
setrule: (rends|rendre) {code} {rule} pour {service}
createcode: (crée|créer|créez) [nouveau] code {term}
	(crée|créer|créez) [nouveau] code {term} avec [options|valeurs] {option}
createcode/text: (crée|créer|créez) [nouveau] code {term} en texte libre
copycode: (copie|copier|copiez) [code] {code}
approve: (approuve|approuver|approuvez) {term}
discard: (rejette|rejeter) {term}
undo: (annule|annuler|annulez) {term}
changes: (modifications|changements) [en attente]
about/who: qui es tu
glossary/code: (qu est ce que|c est quoi) [qu] [code de suivi|tracking code]
help: (aide|aidez moi|aide moi|à l aide)
	que (sais tu faire|peux tu faire)
greeting: (bonjour|salut|bonsoir|coucou) [à] [tous]
thanks: (merci|parfait|super|merci beaucoup|grand merci) [merci|beaucoup]
bye: (au revoir|à bientôt|adieu)
yes: oui
no: non
`
