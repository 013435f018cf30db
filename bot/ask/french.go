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
<codes> = codes [de suivi]|champs
code: {code}
	(qu est ce que|que signifie|c est quoi) [c est que] {code}
codes: <codes>
	liste [de] <codes>
	<codes> {rule}
	<codes> (sont|est) {rule}
	quels <codes> {rule}
codes rule=required: que (dois|faut) [je|il] (remplir|saisir|renseigner)
fact/rule: {code} (est|sont) [il|elle] {rule}
	est ce que {code} est {rule}
	(est) {code} {rule}
	{code} {rule}
fact/default: (valeur par défaut|défaut) [de|pour] {code}
options: (options|valeurs|choix) [de|pour] {code}
find: (cherche|chercher|trouve|trouver|recherche) {term}
sites: [quels] sites
values me: mes <codes>
	(mon|ma) {code}
check: (vérifie|vérifier|vérifiez) [{site}] [<codes>]
compare: (compare|comparer|comparez) [<codes>|{code}|{site}]
export: (exporte|exporter|exportez|télécharger) [<codes>|{code}]
use: (utilise|utiliser|utilisez) {site}
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
help: (aide|aidez moi|aide moi|à l aide)
	que (sais tu faire|peux tu faire)
greeting: (bonjour|salut|bonsoir|coucou) [à] [tous]
thanks: (merci|parfait|super|merci beaucoup|grand merci) [merci|beaucoup]
bye: (au revoir|à bientôt|adieu)
yes: oui
no: non
`
