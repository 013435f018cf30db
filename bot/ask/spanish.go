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
to: a, a las, hasta, hasta las
daily at: cada día a las, todos los días a las, diario a las, a diario a las
daily: cada día, todos los días, a diario
quiet: silencio de, silencio de las, silencio entre, silencio entre las, salvo de, salvo entre
clock: h, horas
since: desde
dayof: el
unit hour: hora, horas
unit day: día, días
unit week: semana, semanas
unit month: mes, meses
unit year: año, años
when day 0: hoy
when day 1: ayer
when week 0: esta semana
when week 1: la semana pasada, semana pasada
when month 0: este mes
when month 1: el mes pasado, mes pasado
weekday 0: domingo
weekday 1: lunes
weekday 2: martes
weekday 3: miércoles
weekday 4: jueves
weekday 5: viernes
weekday 6: sábado
month 1: enero
month 2: febrero
month 3: marzo
month 4: abril
month 5: mayo
month 6: junio
month 7: julio
month 8: agosto
month 9: septiembre
month 10: octubre
month 11: noviembre
month 12: diciembre
<since> = [desde|en|durante|de] {span}
<here> = aquí|en este espacio
<codes> = (códigos|codigos|campos) [de seguimiento]
code: {code}
	(qué es|qué significa) {code}
codes: <codes>
	lista [de] <codes>
	<codes> [que] [son] {rule}
codes rule=required: qué (debo|tengo que|hay que) (rellenar|completar|llenar)
codes/count: (cuántos|cuántas) <codes>
fact/rule: (es|son) {rule} {code}
	(es|son) {code} {rule}
	{code} [es] {rule}
fact/default: (valor|valor por defecto|valor predeterminado) [de|para] {code}
fact/count: (cuántos|cuántas) (opciones|valores) (tiene|hay en|para) {code}
options: (opciones|valores) [de|para|tiene] {code}
find: (busca|buscar|encuentra) {term}
sites: sitios
	qué sitios hay
values: (<codes>|{code}) de {person}
values me: mis <codes>
	mi {code}
check: (revisa|comprueba|verifica) [{site}] [<codes>]
compare: (compara|comparar) [<codes>|{code}|{site}]
export: (exporta|exportar|descargar) [<codes>|{code}] [{format}]
use: (usa|usar|utiliza) {site}
history: historial [de|del|para] {code} [<since>]
	cambios (de|en) {code} [<since>]
history/who: quién (cambió|modificó|ha cambiado) {code} [<since>]
history/option: desde cuándo es {option} (opción|valor) [de|para] [{code}]
	cuándo (pasó a ser|se convirtió en) {option} (opción|valor) [de|para] [{code}]
history/asof: {code} (al|a fecha de) {span}
	cómo (era|estaba) {code} [en] {span}
changed: qué (cambió|ha cambiado) [<since>]
	cambios <since>
watch: (vigila|vigilar) [<codes>|{code}]
	avísame (cuando|si) (cambie|cambia|cambien) [<codes>|{code}]
watch/here: (vigila|vigilar) [<codes>|{code}] <here>
keep: (mantén|mantener) {code} (igual|idéntico)
keep/here: (mantén|mantener) {code} (igual|idéntico) <here>
drift: (deriva|divergencias)
unwatch: (deja de vigilar|dejar de vigilar|no vigiles) [<codes>|{code}]
unwatch/kept: (deja de mantener|no mantengas) {code} [igual|idéntico]
watches: [mis] (vigilancias|avisos)
meetings: [qué] {service} [<since>] sin [{code}|<codes>|código] [<since>]
	qué {service} (no tienen|no tenían) [<since>] [{code}|<codes>|código] [<since>]
meetings/coming: [qué] (próximas|próximos|futuras|futuros) {service} [no tienen] [sin] [{code}|<codes>|código] [de] [{person}]
meetings/by: {service} por {code} [<since>]
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
about/who: quién eres
glossary/code: qué es (código de seguimiento|tracking code)
help: (ayuda|ayuda por favor|ayúdame)
	qué puedes hacer
greeting: (hola|buenos días|buenas tardes|buenas noches|buenas) [a] [todos]
thanks: (gracias|muchas gracias|mil gracias|perfecto|genial) [gracias]
bye: (adiós|hasta luego|chao)
yes: sí
`
