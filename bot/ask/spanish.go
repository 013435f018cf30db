package ask

// Spanish is what can be said in Spanish: the commonest dozen questions.
const Spanish = `
skip: el, la, los, las, un, una, por favor, nuestro, favor, nuestros, todos, todas, se, nos
the: el, la, los, las
a: un, una, el, la
hi: hola, buenas
lead: muestra, muéstrame, muestrame, dame, dime, quiero, necesito, busco, ver, qué, que, cuál, cuales, cuáles, son, es, hay, puedes, me, mostrar, lista, de, y, tiene, tenemos
tail: hay, en, son, gracias, existen, tenemos, disponibles
on: en, @
near: para, de, del, por, a, desde
from: de, desde
and: y, o, con, e
noun: código, código de seguimiento, códigos, campo
link: número, llamado
all: todos los sitios, ambos sitios, todas partes
as: como, en, en formato
file: archivo, fichero
rule required: obligatorio, obligatorios, obligatoria, requerido, requeridos, necesario, necesarios
rule optional: opcional, opcionales
service meetings: reunión, reuniones
service events: evento, eventos, seminario web, webinars
service training: formación, capacitación
format csv: csv
format json: json
format excel: excel
<codes> = (códigos|codigos|campos) [de seguimiento]
code: {code}
	(qué es|qué significa) {code}
codes: <codes>
	lista [de] <codes>
	<codes> [que] [son] {rule}
codes rule=required: qué (debo|tengo que|hay que) (rellenar|completar|llenar)
fact/rule: (es|son) {rule} {code}
	(es|son) {code} {rule}
	{code} [es] {rule}
fact/default: (valor|valor por defecto|valor predeterminado) [de|para] {code}
options: (opciones|valores) [de|para] {code}
find: (busca|buscar|encuentra) {term}
sites: sitios
	qué sitios hay
values me: mis <codes>
	mi {code}
check: (revisa|comprueba|verifica) [{site}] [<codes>]
compare: (compara|comparar) [<codes>|{code}|{site}]
export: (exporta|exportar|descargar) [<codes>|{code}]
use: (usa|usar|utiliza) {site}
set: (pon|poner|establece|cambia) {code} de {person} (a|en) {option}
	asigna a {person} {code} {option}
addoption: (añade|añadir|agrega|agregar) [opción|valor] {option} a {code}
removeoption: (elimina|eliminar|quita|quitar|borra) [opción|valor] {option} de {code}
setdefault: (pon|poner|establece) {option} (por defecto|como predeterminado) (de|para|en) {code}
setrule: (haz|hacer|pon) {code} {rule} para {service}
createcode: (crea|crear) [nuevo] código {term}
	(crea|crear) [nuevo] código {term} con [opciones|valores] {option}
createcode/text: (crea|crear) [nuevo] código {term} como texto libre
copycode: (copia|copiar) [código] {code}
approve: (aprueba|aprobar) {term}
discard: (descarta|descartar|rechaza|rechazar) {term}
undo: (deshaz|deshacer) {term}
changes: cambios [pendientes]
help: (ayuda|ayúdame)
	qué puedes hacer
greeting: (hola|buenos días|buenas tardes|buenas noches|buenas) [a] [todos]
thanks: (gracias|muchas gracias|mil gracias|perfecto|genial) [gracias]
bye: (adiós|hasta luego|chao)
yes: sí
`
