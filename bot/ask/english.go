package ask

// English is what can be said in English. A template is a line under the
// command that it asks: words, (one|of several), [what may be left out],
// {slots} and <pieces> that are defined above. The one that takes most of a
// question counts. Lists are words, or phrases, parted by commas:
//
//	skip     may be left out anywhere      lead, tail  before and behind a question
//	hi, hail greet, a name may follow      on, near    surely or perhaps lead to a site
//	from     the site from which is copied
//	noun     says that a code follows      link        between that and the code
//	it       the code of the last question count n     the number n in words
//	all      every site                    ours        the site that is meant anyway
//	filter   what entries hold follows     as          the form of a file follows
//	last     units of time that are over   ago         the same, behind them
//	since    a time goes on until now      dayof       that day alone is meant
//	daily    a time of the day follows     quiet       two of them follow
//	clock    follows the number of an hour
//	weekday n, month n, unit name, when name n         the words of a time
//
// rule, service and format give the words of a value.
const English = `
skip: @, a, an, the, my, please, pls, plz, kindly, just, really, actually, currently, now, today, quickly, exactly, maybe, perhaps, also, too, then, so, our, your, all, any, every, each, some, existing, available, possible, current, whole, entire, again, bot, trackbot, always, ever, asap, over, different, separate, still, sth, smth, full, complete, /
the: the, our, your, my, this, that
a: a, an, the
hi: hi, hello, hey, hiya, howdy, greetings, dear, yo
hail: good, morning, afternoon, evening, day, there, team, all, everyone, everybody, folks
lead: there, anybody, what, which, is, are, am, was, were, do, does, did, can, could, would, will, shall, may, might, should, i, we, you, he, she, they, anyone, someone, somebody, want, wants, wanted, need, needs, like, love, know, see, show, shows, give, tell, get, got, fetch, retrieve, display, view, open, bring, back, print, pull, query, read, look, looking, lookup, up, out, for, find, search, check, about, was, wondering, wonder, have, has, had, let, hear, question, quick, ask, asking, help, explain, describe, details, detail, info, information, everything, anything, something, everybody, more, only, list, into, send, mail, post, of, in, on, at, from, to, with, and, but, or, as, if, it, me, us, this, that, these, those, id, now, ok, okay, thanks, thank, number, word, regarding, re, concerning, where, how, one, urgent, urgently, due, update, u, r, fwd, fw, says, say, said, check, whether, customer, caller, asks, asked, ticket
tail: is, are, was, were, there, do, does, did, i, we, you, have, has, exist, exists, set, configured, get, use, know, see, for, me, us, right, moment, here, like, be, about, of, in, on, at, to, when, while, schedule, scheduling, scheduled, book, booking, start, starting, host, hosting, thanks, thank, thx, ty, cheers, much, very, lot, advance, you, up, out, thx, info, details, information, field, fields, must, should, need, that, this, it, defined, in, general, team, report, him, them, they, create, creating, plan, planning, anyway
on: on, at, @
near: for, from, in, of, to, with, between, across, versus, into, over, within
from: from
and: and, &, or, vs, versus, with, to, against, plus, +, than
to: to, through, thru, till, until, -
site: site, sites, webex
noun: tracking code, tracking codes, trackingcode, trackingcodes, code, codes, field, #
link: number, no, nr, id, named, called, for, of, with, is, name, #
it: it, its, this one, that one, this code, that code, the same code, this, that
all: all sites, both sites, two sites, the two sites, across sites, between sites, across the sites, between the sites, every site, each site, any site, all the sites, everywhere, all of them
ours: our site, my site, this site, that site, same site, default site, the site
as: as, in, to, into, for
file: file, files, format, form, document, attachment, download
filter: ending with, that end with, ending in, containing, that contain, that contains, which contain, which contains, whose name contains, matching, that match, filtered by, with the word, with the words, that start with, starting with, beginning with, that hold, including
count 1: one, first
count 2: two, second
count 3: three, third
count 4: four, fourth
count 5: five, fifth
count 6: six, sixth
count 7: seven, seventh
count 8: eight, eighth
count 9: nine, ninth
count 10: ten, tenth
last: last, past, previous, the last, the past
ago: ago, back, earlier
since: since, after, from
dayof: on
daily at: daily at, every day at, once a day at, each day at
daily: daily, every day, once a day
quiet: quiet from, quiet between, quiet hours from, silent from, silent between, but not from, but not between
clock: am, pm, h, oclock, o'clock
unit hour: hour, hours, hrs
unit day: day, days
unit week: week, weeks
unit month: month, months
unit year: year, years
when day 0: today, this day
when day 1: yesterday
when week 0: this week
when week 1: last week, previous week
when month 0: this month
when month 1: last month, previous month
when year 0: this year
when year 1: last year
weekday 0: sunday
weekday 1: monday
weekday 2: tuesday
weekday 3: wednesday
weekday 4: thursday
weekday 5: friday
weekday 6: saturday
month 1: january, jan
month 2: february, feb
month 3: march
month 4: april
month 5: may
month 6: june
month 7: july
month 8: august, aug
month 9: september, sep
month 10: october, oct
month 11: november, nov
month 12: december, dec
rule required: required, mandatory, compulsory, obligatory, necessary, needed, a must, must have, must be filled in, must be filled, must be set, must be entered, enforced
rule optional: optional, voluntary, not required, not mandatory, not needed, not necessary, not compulsory
rule unused: unused, nobody uses, no one uses, nobody needs, not used, hidden, not shown, disabled, switched off, not asked, not asked for
rule admin: admin set, set by an admin, set by the admin, set by admin, set by admins, adminset, by an admin, set by an administrator
service meetings: meeting, meetings, meeting center
service events: event, events, webinar, webinars, event center
service training: training, trainings, training session, training sessions, training center
service support: support, support session, support sessions, support center
format csv: csv, csv file, comma separated
format json: json, json file
format controlhub: control hub, controlhub, control hub file
format file: file, files, a download, attachment
format excel: excel, xlsx, xls, spreadsheet, excel file, excel sheet
format xml: xml
format text: text, txt, text file, plain text
format pdf: pdf
format yaml: yaml, yml
format word: word document, docx
format html: html

<codes> = [tracking] (codes|trackingcodes|fields)|(every|each|any) [tracking] (code|field)
<code> = tracking code|trackingcode|code|#
<who> = i|we|you|one|people|hosts|host|users|user|someone|somebody|everybody|everyone|anyone|they|he|she|admins|attendees
<what> = what|which
<is> = is|are|was|were|r
<do> = do|does|did|will|would|shall
<can> = can|could|may|might|should|must
<must> = must|should|shall
<fill> = enter|entered|fill|filled|set|choose|chosen|provide|select|selected|give|pick|picked|specify|complete|completed|use|used|add|type|have|put|know|state|write|decide
<options> = [allowed|valid|dropdown|drop|down|list|permitted] (options|option|values|value|choices|choice|entries|possibilities|entry|possibility)
<default> = (default|fallback|preset) [value|values|option|options|setting]
<empty> = empty|blank|out|unset|open|missing
<edit> = add|change|clear|create|deactivate|delete|disable|edit|enable|erase|modify|remove|rename|replace|reset|set|unset|update|insert|correct|fix|make
<edited> = changed|edited|modified|created|updated|deleted|renamed|added|removed
<me> = me|myself|mine
<somebody> = someone|somebody|anyone|anybody|who|they|he|she|you|we|i|an admin
<touch> = change|touch|edit|modify|update|add|remove|delete|rename|create|touched|<edited>
<lately> = lately|recently|<since>
<since> = [since|from|in|during|within|over|for|after|of|on] {span}
<changes> = changes|last change|latest change|recent change|most recent change|recent changes|last changes|latest changes
<history> = history|change log|changelog|audit trail|change history
<this> = this|that|it|data|these|information|values|answer|answers|conversation|chat|questions|messages|everything
<others> = others|people|anybody|anyone|everybody|everyone|colleagues|boss|else|who|guests|externals
<define> = definition|what|define|explain|meaning of|definition of
<trouble> = problem|problems|issue|issues|error|errors|mistake|mistakes|risk|risks|finding|findings|warning|warnings|trouble
<held> = meetings|events|webinars|trainings|training sessions|support sessions
<without> = [that|which] [<is>] (without|w o|lacking|missing|lack|with no|have no|had no|carry no|carried no|do not have|did not have|do not carry) [any] [<code>|<codes>|{code}]
<role> = host|hosts|admin|admins|administrator|user|users|me|organizer|people|site
<owns> = set|sets|decide|decides|choose|chooses|pick|picks|enter|enters|change|changes|fill|fills|maintain|maintains|manage|manages|own|owns|control|controls|determine|determines|give|gives
<owned> = set|maintained|managed|filled|entered|given|chosen|decided|controlled|owned|changed|picked
<thing> = what|which|anything|something|everything|things|stuff
<nobody> = nobody|no one|noone
<here> = here|in this space|for this space|in this room|for this room|in this 1:1|for everybody here

code: {code}
	<code>
	what does {code} (mean|do|stand for)
	what {code} (means|mean|stands for)
	(everything|anything|something|details|info|more|summary|overview|update me|bring me up to date) (about|on|of|for) {code}
	{code} (info|details|information|summary|settings|configuration|definition)
	(is there|do we have|have we|does) [a|an] {code} [exist]
	explain {code} to <me>
	what <is> (deal|story|matter|point|up) (with|about|of) {code}
	where (can|do) <who> (find|see) {code}
	<code> [named|called|for|of|with name|with id|number] {code}
codes: <codes>
	list
	what are the <codes>
	(list|overview|summary|table) [of] (<codes>|everything)
	(overview|summary|inventory)
	(everything|anything|all|more|info|overview) (about|on|of|for) {site}
	<what> (code|<codes>) (has|have|with) (most|few|fewest|least|many|largest|longest list of) <options>
	<codes> (overview|list|summary)
	(list|show|see) (everything|them all)
	<what> [<codes>] (exist|are there|is there|do we have|do you have|are configured)
	<codes> (with|about|like|named|called) {filter}
	<codes> [that|which|who] [are|is|be] {rule} [(for|in|on) {service}]
	{rule} [for {service}] (<codes>|code)
	(<what>|everything|anything|something) [that] [<is>] {rule}
codes rule=required: <what> <do> <who> need
	(<what>|anything|something|everything) [<codes>] (<must>|<who> (need to|have to|must)|<do> <who> (need to|have to)|<must> <who>) [be] <fill> [in|out]
	<what> [<codes>] (need|needs|has|have) to be <fill> [in|out]
	<what> <codes> <do> <who> need
	<codes> <who> (need|must|have to|need to) [<fill>] [in|out]
	<do> {service} (need|require|use|ask for|have) (<codes>|code|one|anything)
	<what> (<codes>|code) <do> {service} (need|require|use)
	<what> <do> {service} (need|require)
	<codes> {service} (need|require|use)
codes rule=optional: (<thing>|<codes>) [<codes>|field|stuff|things] [that] (<nobody> (has|have|needs|need) to|<who> <do> not (have|need) to) <fill> [in|out]
	(<thing>|<codes>) [<codes>|field|stuff|things] [that] <can> [<who>|be] (leave|keep|skip|skipped|omit|omitted|left|ignore) [<empty>]
	(<thing>|<codes>) [<codes>|field|stuff|things] [that] <who> <can> (leave|keep|skip|omit|ignore) [<empty>]
codes/default: (<codes>|<what>) [that|which] [<codes>] (have|has|with|come with|comes with) <default>
	(<thing>|<codes>) [<codes>] [<is>|come|comes] [already] (prefilled|preset|preselected|pre-filled|pre-selected|filled in)
codes/nodefault: [<is>] [there] (<codes>|<code>|field) [that|which] [<is>] [left] (blank|empty|unset) by default
	<codes> [that|which] [have|has|with|do not have|are] (without|no|lacking|missing|not have) <default>
codes/freetext: <codes> [that|which] [have|has|with] (no|without) <options>
	<codes> [that|which] [are|is|with|have|use|take] (free text|freetext|free-text|free form|text fields|text input)
	(free text|freetext|free-text|text) <codes>
codes/list: <codes> [that|which] [are|is|with|have|use] (dropdown|dropdowns|drop down|drop downs|drop-down|list|lists|options|pick lists|select)
codes/morethan: <codes> [that|which] [have|has|with] (more than|over|at least|greater than) {number} [<options>]
codes/used: <what> <codes> (<do>|<can>) (host|hosts|user|users|people|organizers|attendees) (see|get|meet|be asked)
	<what> [{service}] [<do>|would] (host|hosts|user|users|people) (see|get|meet) [{service}]
	<codes> [that|which] [<is>] (used|shown|visible|asked|asked for|active|in use)
codes/only: <codes> [that|which] [are|exist|is|exists] [that] (only|exclusively) [exist|exists]
	<codes> (unique|specific) [to]
codes/count: (how many|number of|count|count of|how much|total number of) <codes>
values me: <what> did i (set|enter|choose|pick|select) (for|in|as) {code}
	<what> (value|values) (do|have) i (have|got) [set] (for|of|in) {code}
options: (search|search for|find|look for) {filter} (in|among|under|within) {code} [<options>]
	(search|grep) {code} [<options>] for {filter}
	<options> [of|for|in] {code} {format}
	{code} <options> {format}
	<options> [of|for|in|to|under] {code} [(with|like|about) {filter}]
	<options>
	<what> <options> <is> there [for|in|of] {code}
	<options> (with|like|about) {filter} (of|for|in) {code}
	{code} [<what>] [<is>] <options> [(with|like|about) {filter}]
	(send|mail|email|give) [<me>] {plural}
	[list|list of|<what>|show me] [possible] {plural}
	(list|show) [<options>] [of|for|in] {code} <options>
	<what> [<options>] (<can>|<do>) <who> <fill> [in|for|into|as|from|of|under] {code}
	<what> <options> (<do>|<is>|has|have|can|in|under) {code} [have|take|offer|contain|get|accept|allow]
	<what> <can> be <fill> [in|for|into|as] {code}
	<what> <do> {code} (offer|take|contain|accept|allow)
	<what> (goes|is) in {code}
	{code} list
options format=file: (export|download) <options> [of|for|in] {code}
	(export|download|save|dump) {code} <options>
	(export|download|save|dump) <options> [of|for|in] {code} {format}
find: (find|search|search for|look for) (anything|everything|something|options|codes|all) (with|containing|about|like|named|called) {term} [in it|in them]
	where <do> {term} (appear|occur|show up|turn up|exist|come up)
	(find|search|search for|find out about|look for|looking for|grep) {term}
	(find|search)
	(where|which code) <is> {term} [used|defined|listed|found|an option|configured]
	where (can|do) <who> find {term}
	(who|which code|what code|which codes|what codes) (has|have|contains|contain|uses|use|holds|hold) [<options>] ({term}|{code})
	(is|does) {term} exist
	<options> {term} (exists|exist)
having: (which|what|on which|on what) (site|sites) (has|have|uses|use|contains|with|is|knows) {code} [on]
	<do> [{site}|sites] have {code}
	<is> there {code} (anywhere|somewhere|on another site|on any site)
	where <is> {code} (available|defined|configured|existing)
fact/rule: [<is>] {code} [<is>] {rule} [or] [not|optional|no]
	(where|when|why|for what|for which|how|since when) <is> {code} {rule}
	why (<is>|<do>) [my {service}|{service}|webex|it] (ask|asking|require|requiring|want|wanting|need|needing) [for] {code}
	(when|where|why) (<do>|must) <who> [need|have] [to] [<fill>] {code}
	(<who>|it|webex|meeting) [gets|get|is|are|am] [being] (asked|asks|ask) (for|about|to <fill>) {code}
	(<who>|it|webex|outlook|site) (wants|asks me for|asks him for|want|needs|demands|insists on|asks|ask) [for] {code} [from]
	[where|when] <is> {code} (used|asked|asked for|shown|active|enabled|visible|in use)
	<can> <who> (leave|keep) {code} <empty>
	<can> <who> (skip|omit|ignore) {code}
	<can> {code} be [left] (<empty>|skipped|omitted)
	what [<do>|<can>] [happens|happen|if|when|is] [if|when] <who> (leave|leaves|keep|do not <fill>|does not <fill>|skip|forget|forgets) {code} [<empty>|in]
	what [<do>|<can>] [happens|happen] [if|when] {code} (is|stays|remains) (<empty>|not set|not filled|left <empty>)
	(rules of|rules for) {code}
	{code} (rule|rules)
	<do> {code} apply [to]
	[<who>] (can not|do not|does not) (see|find|get) {code}
	why <can> <who> not (see|find|get) {code}
	why (can|do) not <who> (see|find|get) {code}
	<is> <empty> {code} (allowed|ok|okay|possible|fine)
fact/rule rule=required: <do> <who> (force|enforce|require|insist on) {code} [on|for|in]
	<is> <who> (forced|obliged|required|made) to <fill> [in] {code}
	<must> <who> <fill> [in|out] {code} [in]
	<do> [<who>] (need|require|need to <fill>|have to <fill>) [in|out] {code} [in|out]
	(<do> {code} (have|need) to|<must> {code}) be <fill> [in|out]
	<what> (services|service|meetings|sites|types|meeting types) (require|need|use|requires|needs|ask for|have) {code}
	<do> {service} (require|use|requires|need|needs|ask for|have) {code}
fact/default: <default> [of|for|in|on] {code}
	{code} <default>
	<default> {code} <options>
	(<do>|<is>|has|have) {code} [have|has] (<default>|default set)
	<is> there <default> [for|in|of|on] {code}
	what [<is>|<do>|happens] [<default>|used|taken|set] [if|when] (<nobody>|<who>) [<do>|not|not <owns>] [<owns>] [nothing|anything] [in|for] {code}
	<what> [<options>] (did|do|have|has) <who> (<fill>|got) [as|for] <default> (of|for|in|on) {code}
	<what> [<options>|one] (<is>|<do>|has|have) [{code}] (preselected|pre-selected|preset|prefilled|default|selected) [in|for|of] [{code}] [by default]
	[<what>] [<options>] [<do>|has|is|in] {code} [have|get|set|preselected|use] by default
fact/count: (how many|number of|count|count of|how much|total number of) <options> [<do>|has|have|<is> in|are there in|are there for|of|for|in] {code} [have|has|on]
	how many {plural}
	how (long|big|large) is {code} [list]
	{code} (count|total)
fact/option: [whether|if] {option} (exists|is listed|is available|is there) (in|under|for|on) {code} [<options>]
	<do> {option} exist (in|under|for|as) {code} [<options>]
	(<do>|has|have|is|can) {code} [already] (has|have|contain|contains|include|includes|with|hold|holds) [<options>] {option}
	<is> {option} [still|already] [one of] <options> [of|for|in] {code}
	<is> {option} [still|already] (in|on|part of) (list|<options>) [of|for|in] {code}
	<is> {option} [still|already] (valid|allowed|possible|permitted|correct|acceptable|ok) {code} [<options>]
	<is> {option} [still|already] (in|among|under|part of|one of|allowed in|allowed for|allowed as|valid for|listed in) {code} [<options>]
	<is> there <options> [called|named] {option} (in|of|for|under) {code}
	<can> <who> <fill> {option} (for|in|as|into|under) {code}
	<is> {option} {code} <options>
	<is> there {code} {option}
	(whether|if) {option} <is> (in|on|part of|listed in) {code} [<options>]
	<is> {option} (a|an) {code}
fact/input: <do> <who> <fill> {code} from [list|dropdown|drop down|menu]
	<is> there (dropdown|drop down|list|menu|text field|free text) (for|in|on) {code}
	(<can>|am|are) <who> [allowed to|able to] <fill> (anything|whatever|something else|what <who> want|[my|their|our] (own|free|custom|other|another|new) [text|value|values]|text|free text) [in|into|to|for|on] {code}
	(how|where) (<do>|<can>|to) [<who>] <fill> [in|out] {code} [in]
	<is> {code} (free text|freetext|free-text|free form|text|dropdown|drop-down|drop down|list|pick list|select|editable|free) [field|box|value] [or] [free text|text|list|dropdown|a list|a dropdown]
	<do> {code} (accept|allow|take) (free text|free-text|own values|any value|any text|anything|other values|custom values|text)
	(input mode|input type|type|kind|input) (of|for) {code}
	how <is> {code} <fill> [in|out]
	(free text|own values|other values|typing) [<is>] (allowed|possible|ok) [in|for] {code}
	<do> <who> (pick|choose|select) or (type|enter) {code}
	<what> (type|kind|sort) [of field|of input|of code] (is|has) {code}
fact/admin: (who|which person) (<can>|is allowed to|is able to) (<edit>|<fill>|see|maintain) [in] {code}
	(who|which person) (sets|changes|edits|maintains|manages|owns|controls|fills|administers|set|own|is responsible for) [in] {code}
	<is> {code} set by [admin|admins|host|hosts|administrator|an admin]
	who <owns> [on|in|about|over] {code} [<role>] [or|and] [<role>]
	<is> {code} <owned> [in] by [<role>] [or|and] [<role>]
	(<do>|<can>) <role> <owns> [in] {code} [himself|themselves|alone|or] [<role>]
	<is> <role> (allowed|able|permitted) to <edit> {code}
	[why] [<is>] {code} [<is>] (greyed out|grayed out|greyed|grayed|grey|locked|read only|readonly|not editable|fixed)
	why <can> <who> not <edit> {code}
	why can not <who> <edit> {code}
	owner of {code}
	<can> (users|people|hosts|admins|anyone|anybody|everyone|everybody|someone) <edit> {code}
history: <history> [of|for|in|to|on] {code} [<lately>]
	{code} (<history>|changes) [<lately>]
	<changes> (of|to|in|on|for) {code} [<lately>]
	(<what>|when|how) [<is>|has|have|did] {code} [been] [last] (<edited>|change) [<lately>]
	what [<is>|has|have] [last] <edited> (in|on|of|with|about) {code} [<lately>]
	(<is>|has|did) {code} [been] [last] (<edited>|touched|change) [<lately>]
	what [has] happened (to|with) {code} [<lately>]
history/who: (who|did <somebody>|has <somebody>|have <somebody>) [has|have] [last] <touch> {code} [last] [<lately>]
	(who|by whom) (<is>|has) {code} [been] [last] <edited> [by] [<lately>]
history/option: when (did|has) {option} (become|became) <options> [of|in|for|to] [{code}]
	since when is {option} <options> [of|in|for|to] [{code}]
	when (was|were|has) {option} [been] (added|removed|deleted) [to|from|as] [<options>] [of|in|for|to|from] [{code}]
history/asof: {code} (as of|as on|as at|as it was on|as it was|on|how it was) {span}
	(how|what) (was|were|did) {code} [look] [like] <since>
	{code} [as] [it] [was] {span}
changes: (changes|(open|pending|waiting) changes|(what|which changes) <is> (waiting|pending|open))
	changes (waiting|pending|open)
	(change|changes) (ref|reference) {term}
changed: <what> [<codes>] [has|have|is|are|was|were] (<edited>|new) [in] [<codes>] [recently|lately] [<since>]
	<history> [of|for] [<codes>|everything] [<since>]
	<changes> [of|to|in] [<codes>|everything] [<since>]
	(who|did <somebody>|has <somebody>|have <somebody>) [has|have] [last] <touch> [<codes>|something|anything|what] [<lately>]
	(<do>|has|have|<is>) [anything|something|<codes>|much] (change|changed|new) [on] <since>
	(<do>|has|have) (anything|something|<codes>) (change|changed) [lately|recently|<since>]
	(news|any news|latest news)
	[<is>] [there] (anything|something) (new|<edited>) [<codes>] [<since>]
watch: (watch|follow|subscribe to|subscribe|observe|monitor) [<codes>|everything|{code}|<changes>] [of|on|to|in] [<codes>|{code}] [changes]
	(notify|alert|inform) <me> (about|of|on|when|if) [<changes>|anything|something] [of|in|to|on] [{code}|<codes>] [changes|change|changed]
	tell <me> (when|if) [anything|something] [in|on] [{code}|<codes>] [<is>] (changes|change|changed)
	(keep|hold) me (posted|updated|informed|up to date) (about|on|of) [<changes>] [of|in|to|on] [{code}|<codes>]
	(ping|message|mail|warn|text|write) <me> (when|if) [anything|something] [in|on] [{code}|<codes>] [<is>] (changes|change|changed)
	let me know (about|of|on|when|if) [<changes>|anything|something] [of|in|to|on] [{code}|<codes>] [changes|change|changed|is changed]
watch/here: (watch|follow|subscribe to|subscribe|observe|monitor) [<codes>|everything|{code}|<changes>] [of|on|to|in] [<codes>|{code}] <here>
	(tell|notify|inform) (us|this space|this room|everybody here) (when|if) [anything|something] [in|on] [{code}|<codes>] [<is>] (changes|change|changed)
keep: keep [<code>] {code} [<is>|to be|being] (same|identical|equal|alike|in sync)
keep/here: keep [<code>] {code} [<is>|to be|being] (same|identical|equal|alike|in sync) <here>
drift: [show|what about] (drift|drifts|drifting|drifted) [of|between|in] [<codes>|sites]
	(do|does|did|have|has|are) [<codes>|sites] (drift|drifted|drifting) [apart]
	<what> [<codes>] [<is>|<do>] (differ|differs|different|not same|drift|drifts|drifted) [between] [<what>|that|<codes>|and|but] <must> be (same|identical|equal|alike)
	<what> [<codes>] <must> be (same|identical|equal|alike) [between] [and|but] [<is>|<do>] (differ|differs|different|not|not same)
unwatch/kept: (stop keeping|do not keep|no longer keep) [<code>] {code} [<is>|to be|being] [same|identical|equal|alike|in sync] [<here>]
unwatch: (unwatch|unsubscribe|unfollow|stop watching|stop following|end watch|stop (telling|notifying|alerting|informing|messaging) <me>) [from|of|about] [{code}|<codes>|everything|<changes>] [<here>]
watches: [list|show] [my|active] (watches|subscriptions)
	what (do|am|are|is) (i|you|we|being) (watch|watching|watched|following|subscribed to)
check: (check|lint|audit|validate|verify|health check|sanity check|run check) [<codes>|site|setup|configuration|config|settings|{site}] [for] [<trouble>]
	(look at|audit) [{site}] [<codes>] for <trouble>
	(anything|something) (wrong|broken|odd|strange) [with|in|about] [<codes>|setup|configuration|config|settings|site]
	<is> [there] (<codes>|anything|something|everything|things|all|{site}) (wrong|ok|okay|fine|right|broken|odd|suspicious|correct|alright|good|bad|healthy|in order|strange) [with|in|about] [<codes>|setup|configuration|config|settings]
	<is> {site} (configured|set up) (correctly|right|properly|well|ok)
	<is> (setup|configuration|config|settings) [of] (wrong|ok|okay|fine|right|correct|broken|good|valid)
	what <is> wrong [with] [<codes>]
	[<is> there] (duplicates|duplicate|doubles|typos|typo|misspellings|inconsistencies) [<options>|<codes>] [in|on|of|among] [<options>|<codes>|{code}]
	[<is> there] <trouble> [with|in|of|among] [<codes>]
compare: (compare|diff|difference|differences|comparison) [of|between|in] [<codes>|codes|code|{code}|everything|all|sites|them|{site}] [between|with|for|of|in|to|and] [{code}|<codes>|codes]
	[{code}] (vs|versus)
	(<what>|where|how) [<is>|<do>] [<codes>|{code}] (different|differ|differs|changes|distinct) [between]
	<what> <is> difference [between|for|in|of|about|on|regarding|concerning|with] [{code}]
	[<what>] [<is>] different [on|in] [{site}] [for|in|about] {code}
	why <do> [{site}] (differ|vary)
	<do> {site} have (everything|all|all codes|same) [that|which] {site} has
	(<what>|why) [<codes>] <do> {site} have [<codes>|code|something|anything|one] [that|which] {site} (does not|has not) [have]
	[<is>|<do>|have|has] same (<codes>|code)
	<do> {site} have same [<options>|<codes>] [of|for|in] [{code}] [as|like] [{site}]
	(<is>|<do>) [{code}|<codes>|they|{site}] [look|have] (same|identical|equal|different|alike|differ) [<codes>] [between]
	<is> there (difference|differences) [between|for|in|of|about|on|regarding|concerning|with] [{code}]
export: (export|download|save|dump) [<codes>|code|everything|all|{code}|list|{site}] [list|file] [of {site}] [as|for|to|in] [{format}]
	{format} (of|with|for|containing) (<codes>|everything|{code}|{site}|code list)
	(send|give|get|want|need|make|create|mail|email) [<me>|us] {format} [of|with|for] [<codes>|everything|{code}]
	{format} export [of] [<codes>|{code}]
	(<codes>|{code}) {format}
export format=csv: csv
help/export: (how|where) (<do>|<can>|to) [<who>] (export|download|get a file of|save) [<codes>|{code}|them|it|everything]
values me: my [own] (<codes>|values|value|{code}) [value]
	<what> <is> my [own] (<codes>|{code}) [value]
	<codes> of <me>
	[<what>] (<codes>|values|value|{code}) (do|have) i (have|got) [set]
	(do|have) i (have|got) {code} [set]
	<what> [<codes>|values|{code}] <is> (set|stored|saved|configured|assigned) for <me>
	<what> {code} (am|do|belong) i [in|have|belong to|set to]
	<is> my {code} set
	what (have|did) i (got|get) (as|for|in) {code}
	<is> i in [right|correct|wrong] {code}
	am i in [right|correct|wrong] {code}
	where (<can>|do) i (find|see|look up|read) my [own] {code}
	[<what>] [<is>] my (value|values|setting) (for|of|in) {code}
	(show|list) mine
values/missing me: (do|have) i have [my] <codes> (set|filled|filled in|complete|done)
	am i missing [<codes>|{code}|anything|something|code]
	(<what>|<is>) [<codes>|anything|something] [<is>] (missing|incomplete) [for|in|on|from] [me|my profile|my codes]
	<what> [<codes>] (am|do) i (missing|lack|miss|still need|not have)
	<is> my (<codes>|profile) (complete|set|ok|okay|fine|filled|filled in|missing|right|correct)
	my missing <codes>
	[<what>] [of] my <codes> <is> (empty|blank|missing|unset|open|not set|not filled)
	do i still (need|have) to <fill> [in] [<codes>|code|anything|something]
values: {person} [<codes>|values|{code}]
	(<codes>|values|value|user codes|code values) (of|for|by|set for|assigned to) {person}
	user codes [of] [{person}]
	codes of
	{code} (of|for|value of|has) {person}
	<what> [is] {code} (of|for|<do>|has|is) {person} [have|in|got|set|belong to|use|with|under]
	<what> [<codes>|values] (<do>|has) {person} (have|got|set)
	(<do>|has|is) {person} (have|has|got|in|missing|with|set) {code}
	who is {person}
	{person} (has|have|has got|does not have|misses|is missing|lacks|without) [no] [<codes>|{code}]
	<is> {code} (set|filled|filled in|stored|empty|missing|entered) (for|of|on|with|by|in) {person}
	[{words}] (his|their) {code} (is|are|was|seems|looks) (missing|empty|wrong|incorrect|outdated|not set) [{words}] {person}
	[<what> <is>] {person} [own] {code}
	<what> <is> (set|stored|configured) for {person}
code: codes of {code}
hostview me: <what> [<codes>] (<do>|can) i (see|get|meet|be asked|be shown)
	<what> (am|will) i [be] (asked|shown)
	my view
	(host view|view) of <me>
hostview: <what> [<codes>] (<do>|can) {person} (see|sees|get|gets|meet|be asked) [when]
	what does {person}
	(host view|view as|view of|host view of|see as) [of] [{person}]
missing: (who|anybody|anyone|people|users|which people|which users) (is missing|are missing|misses|miss|lacks|lack|has no|have no|does not have|do not have|without|has not set|have not set|is without|with no) [{code}] [on] [{person}]
	missing [{code}] [{person}]
	(who|which people|which users) (has not|have not) [<fill>] [in|out] {code} [{person}]
meetings: [<what>] <held> [<since>] <without> [<since>]
	<held> nobody pays for [<since>]
meetings/coming: [<what>] (coming|upcoming|future|next|planned|scheduled) <held> <without> [{person}]
meetings/by: [usage of] (<held>|usage|people minutes) (by|per|for each) {code} [<since>]
stop: (stop|cancel|abort|halt) [it|that|this|check|job|everything|search] [{term}]
	(never mind|nevermind|nvm|forget it|forget that)
sites: [list|<what>|my|show|available|supported] sites [are there|do you know|can i use|do you have|do we have]
	site list
	<can> i (ask|use|query|look at|see) [about] (other|more|another) (sites|site)
	<what> [webex] sites (<can>|<do>|<is>) [<who>] [ask|know|there|use|have|available|look up|support] [about]
sites/count: (how many|number of|count) sites [are there|do we have|can i ask|do you know|exist]
where: where [am i|are we]
	<what> site [is|are|am|do] [this|we|i|it|default|used|meant|you] [on|using|use|asking|ask|here|in|default|now] [by default]
	[<what> is] [my|our] default site
use: use
	(change|switch) [default] site
	[from now on] (use|switch|switch to|change to|go to|set|take|select|choose|move to|work with|default to|stay on) [site] {site} [for me|for myself|as [my] default|as default site|from now on|instead]
	(set|change|switch|make|move|use) [my|our|default|this] [default] (site|sites|default) [to|as|=] {site}
	make {site} [my|our] default [site]
	{site} as [my|our] default [site]
use/here: use [site] here
	(use|switch|switch to|set|take|select) [site] {site} <here>
	(set|change) [default] site [of|for|in] [this] (space|room|here) [to] {site}
use/default: use (default|no site|none|nothing|default site) [for me|again]
	(reset|forget|clear|remove|delete) [my] [chosen|default] site
use/defaulthere: use (default|no site|none|nothing|default site) <here>
why: why [is that|so|do you say that|do you think so]
	how (so|come|do you know|do you know that|did you get this|did you get that|did you know)
	where is that from
	(explain|explain that|explain this answer|how did that come about)
status: (status|health|ping|test|version|bot status|system status|uptime)
	(are you|r u) (ok|okay|there|alive|well|up|online|working|healthy|awake|running|down)
	how (are you|is it going|do you do)
	(anyone|anybody|somebody) there
	is bot (ok|okay|alive|up|online|working|down|broken)
	<what> version [are you|is this|do you run]
help: (help|?|commands|usage|/help|manual|instructions|menu|h|examples)
	help me
	(i need|need|get|more|give me) (help)
	<what> [else] <can> [not] (you|i|we) [not] [else] (do|ask|ask you|help with|say|type|ask for|know|answer|offer|tell|tell me) [for me|about|you]
	<what> do you do
	<what> (questions|commands|things) [<can>|<do>|<is>] [i|you|we] [ask|know|answer|there|understand|use]
	how (<do>|can|to|should) [i|this|you|it|we|bot|one] (work|use|ask|use you|use this|ask you|get started|start|use this bot|ask a question|ask questions)
	what is this [bot] [for]
	what are you (able to|good for|capable of|good at) [do]
	(show|list) [me] commands
	i do not (understand|know|get it|get this)
	(confused|lost|stuck|i am lost)
	(that|this|it) (did not|does not) (help|work)
help/topic: help [on|about] {term}
	how do i (ask|ask for|ask about) {term}
glossary/code: what [for] <is> (tracking code|tracking codes) [for]
	<define> [<is>|does] (tracking code|tracking codes) [mean|for|used for|good for|about|do]
	(tracking code|tracking codes) (definition|meaning)
	why (do we have|are there|do we need) <codes>
glossary/profile: <define> [<is>|does] (host profile|host profiles|profile) [mean|for]
glossary/admin: <define> [<is>|does] (adminset|set by an admin|admin set|set by admin|admin-set|by an admin) [mean]
	difference [between] (optional|required) [and] (set by an admin|admin set)
	difference [between] (set by an admin|admin set) [and] (optional|required)
glossary/required: <define> [<is>|does] (required|mandatory) mean
	difference [between] (required|optional) [and] (optional|required)
glossary/optional: <define> [<is>|does] optional mean
glossary/unused: <define> [<is>|does] (not used|unused|not applicable) mean
glossary/input: <define> [<is>|does] (input mode|editable select|editableselect|free text|select|pick or type|dropdown|pick from list) [mean]
glossary/service: <define> [<is>|does] (service|services) [mean]
glossary/controlhub: <define> [<is>|does] (control hub|controlhub) [mean]
glossary/limits: (max|maximum|maximal|most|limit|limits|highest) [number] [of|on|for] [<options>|<codes>|code] [of] [per|for|of] [code|site|field|sites|codes|option]
	(max|maximum|maximal) (length|size|count) [of|on|for] [<options>|<codes>|code|name|names]
	how many (<codes>|<options>) <is> (allowed|possible|permitted|supported) [per|for|in|on] [code|site|field]
	<can> (code|field|{code}|site) have {number} (<options>|<codes>)
	how many <options> <can> (<code>|{code}|field|one) (have|has|hold|take)
	how many <codes> <can> (site|one|we|there|i|you|{site}) (have|has|hold|be|create)
	how long <can> (option|value|name|code) be
about/who: (who|what) (are|r) you
	(who|what) (made|built|wrote|runs|created|owns|operates|develops|maintains) (you|bot|this|this bot)
	are you (bot|robot|human|person|ai|real|machine|chatgpt|real person)
	(what is your name|introduce yourself|about|about you|about yourself|tell me about yourself)
	(what|who) is (trackbot|this bot|bot)
about/languages: (<can>|<do>) you (speak|understand|know) {words}
	<what> languages (<do>|<can>) you [speak|understand|know]
about/access: (<others>|which people) [<can>|is allowed to] (use|ask|talk to|access|query) (you|this|bot|this bot)
	<can> [my] <others> (use|ask|talk to) you
	how (<do>|can) [i|we|someone] get access
	(need|want|request|get) access
about/contact: who <can> help [me|us|him]
	who <is> [admin|admins|administrator|administrators|owner|contact|responsible|in charge|site admin] [of|for] [this|bot|you|site|codes|{site}]
	(who|whom) (<do>|<can>) [i|we] (contact|ask|call) about [wrong|missing|new] (<codes>|<code>)
	who (maintains|manages|owns|administers|sets|changes|edits) <codes>
	who (<do>|<can>) [i|we] (contact|ask|call|talk to|write|write to|turn to) [for|about|if] [help|access|support|questions|more|changes|problems|codes] [{words}]
	(contact|support|admin|administrator|contact person|contact admin|helpdesk|help desk|site admin|who to contact)
	[need|want] [to] (contact|ask|talk to|speak to|need|want) (admin|somebody|human|person|support|human being)
about/refused: why (<is>|am|<do>) [i|we|you] (refused|denied|rejected|blocked|not allowed|refuse|reject|ignore|ignored|deny|not answer) [me|access|to answer|my question]
	why (<can>|do) [i|we|you] not [i|we|you] (use|ask|access|answer|allowed|talk to|see) [you|me|this|that|anything|it|here|bot]
	why not
about/logs: [<what>|which data] [<do>|<is>] (you|this|bot|data) (log|record|store|save|keep|collect|logged|recorded|stored|track|remember) [about|of|from|logs|records] [me|us|my] [<this>|what i ask|anything|logs]
	what happens (to|with) my <this>
	(how long|where|what|do) <do> you (keep|store|remember|save|log|retain|write down) [my] [<this>|i|write|ask|type|say]
	<do> you (keep|store|remember|save|log|record|track) [what|everything] i (write|ask|type|say|do)
	(what|which) (data|information) <do> you (store|keep|record|save|log|collect|have) [about|on|of] [me|us]
	where <do> [my] <this> go
	<is> [my] (question|message|answer) (logged|recorded|stored|saved|kept) [anywhere|somewhere]
	how long <is> [my] <this> (kept|stored|saved|logged|remembered)
	<is> [my] <this> (logged|recorded|stored|saved|monitored|tracked)
	(privacy|data protection|gdpr|audit log|logging|logs)
about/private: who (sees|reads|can see|can read) [my|your|these|the] <this>
	<is> [my] <this> (private|confidential|secret|public|safe|secure)
	[<can>|<do>] [my] <others> [else] [<can>|<do>] [else] (see|read|view) [my|your] [<this>|what i ask|here]
about/data: (where|how) (<do>|<is>) (<this>|you|your data|this data) [data] (come from|from|coming from|taken from|know this|get [this|that|it|your] [data|information] [from])
	(source|data source|what is source) [of] [<this>|this data]
about/fresh: how (fresh|old|current|recent|up to date|new|actual) <is> (<this>|this data)
	<is> (<this>|this data) (up to date|current|fresh|live|cached|real time|outdated|old|still correct)
	[<is>] (that|this|it) (live|current|fresh|real time|cached|old|up to date) (data|information|info)
	(since when|from when|how recent|of when) <is> (<this>|this data)
	<is> this (latest|newest|current state|latest state|newest data)
	when <is> (<this>|this data) (updated|read|refreshed|fetched|loaded)
	(last update|last updated|refresh)
about/ref: (what|who|explain) [<is>|does] (ref|reference|reference number|ref number|reference code) [mean|for|{words}]
about/settings: (settings|preferences|configuration|config|my settings|bot settings)
	how (<do>|can) i (configure|set up|setup) (you|bot|this|this bot)
about/usage: (who|how many people|how many users|how many meetings|how often|which people) [is|are] (uses|use|used|using|has|have|<is>) {code} [used|in use|{option}]
	who is (in|with|under) {code} {option}
	(usage|statistics|stats|usage report) [of|for|on] [{code}|<codes>]
advice/schedule: [{words}] (can not|cannot|not able to|unable to|not possible to) (schedule|start|book|create|save|set up|host|plan) [{service}|session|call|one|anything|it] [without] [{words}] [because|since|as] [{code}] [is] [missing|required|empty|wrong|not there|not filled] [{words}]
	[{words}] (webex|it|site|outlook|system|app|page) (can not|does not|wont|will not|do not) (let|allow) [me|us|him|them|user|users|<who>] [to] (schedule|book|start|create|save|host|plan) [{service}|one] [{words}]
	<trouble> (when|while|with|in) (scheduling|schedule|booking|creating) [{service}|session]
	why <can> i not (schedule|start|book|create|host) [{service}|session]
advice/own: my {code} (is|are|was|seems|looks) (wrong|incorrect|missing|outdated|not right|not correct|empty|old|false|not mine)
	(how|where|i want|i need|<can>) [<do>|<can>|to] [i|we|one|to] (<edit>|get) my [own] ({code}|<codes>|values|value) [changed|fixed|corrected]
	<edit> my [own] ({code}|<codes>|values|value) [{words}]
	wrong {code}
advice/change: (how|where) (<do>|<can>|to) [i|we|one|an admin] <edit> [<options>] [of|to|in|for|new] ({code}|<codes>|code|<options>)
set: (set|change|update|put) {code} (of|for) {person} (to|as) {option}
	(set|change|update|put) {person} {code} (to|as) {option}
	set {code} to {option} (of|for) {person}
	(give|assign) {person} {code} {option}
	(give|assign) {person} {option} (as|for) {code}
setmany: (set|change|update|import|apply) (<codes>|values|values of codes) [of|for] [many|these|all|several] [people|users] [from|in|with] [this|attached] [csv] [file|csv|list|table]
	(set|change|update) {code} (of|for) [many|these|all|several] (people|users)
	(import|apply) [this|attached] [csv] (file|csv|list|table)
addoption: (add|insert|create) [new] <options> {option} (to|in|for|under) {code}
	(add|insert) {option} (to|as <options> of) {code} [<options>]
removeoption: (remove|delete|drop|erase) <options> {option} (from|of|in) {code}
	(remove|delete|drop|erase) {option} from {code} [<options>]
renameoption: (rename|change) <options> {option} (of|in|from|for) {code} (to|into|as) {term}
	rename <options> {option} (to|into|as) {term} (of|in|for) {code}
setdefault: (make|set|use) {option} [as|to be] default [value|option] (of|for|in) {code}
	(set|change) default [value|option] (of|for|in) {code} to {option}
setdefault/none: (no|remove|clear|delete|drop|unset) default [value|option] (of|for|from|in) {code}
	(make|leave) {code} without default
setrule: (make|set) {code} [to|as] {rule}
	(make|set) {code} [to|as] {rule} (for|in) {service}
setrule/all: (make|set) {code} [to|as] {rule} (for|in) (all|everything|all services|all meetings|all kinds|every service)
setrule/profile: (make|set) {code} [to|as] {rule} (in|for|on) (host profile|host profiles|profile|profiles|host)
createcode: (create|make|define|add new) [new] [list] <code> {term}
	(create|make|define|add new) [new] [list] <code> {term} (with|having) [<options>] {option}
createcode/text: (create|make|define|add new) [new] <code> {term} (as|for) (free text|freetext|free-text|text)
	(create|make|define|add new) [new] (free text|freetext|free-text|text) <code> {term}
copycode: (copy|clone|duplicate|transfer) [<code>] {code} [over]
	(copy|clone|duplicate|transfer) ({code} <code>|<codes>|<code>|everything)
renamecode: rename [<code>] {code} (to|into|as) {term}
deletecode: (delete|remove|erase|drop) [<code>] {code}
approve: (approve|confirm) [change|ref|reference] {term}
approve/own: (approve|confirm) own [change|ref|reference] {term}
discard: (discard|reject|decline) [change|ref|reference] {term}
undo: (undo|revert) [change|ref|reference] {term}
	(roll back|take back) [change|ref|reference] {term}
change: <edit> [{words}]
	(can|could|will|would) you <edit> {words}
again: and [{code}|{service}]
	[no|sorry|not that|oops] [i] (meant|mean) [{code}|{site}|{service}]
	(no|sorry|oops) ({code}|{site}|{service})
	as {format}
	[<what>] [of them|of those|of these] [<is>] {rule} [ones]
	[<what>] (of them|of those|ones) [<is>] {rule}
	(what|how) about [{code}|it|that|{service}]
	and (for|what about|how about) {code}
	same [again|question|thing|there] [for|with] [{code}|{service}]
	(repeat|once more|do same|do it|try again|again) [{site}|{code}]
more: (more|tell me more|next|next page|show more|go on|continue|further|next one|next ones|the rest|more results)
greeting: (hi|hello|hey|hiya|howdy|greetings|dear|yo|good morning|good afternoon|good evening|good day|morning) [there] [all|team|everyone|everybody|folks|to|you|how are you] [all]
	(hi|hello|hey) (hi|hello|hey)
thanks: [ok|okay|great|perfect|cool|hi|many|well|no] (thanks|thank|thx|ty|cheers|thnx|thankyou|tks) [you] [so much|very much|much|lot|a lot|in advance|mate|everybody|everyone|team] [for] [that|your|help|answer|this|it|info|job] [helps|helped|works|worked|help|answer]
	(ok|okay|great|perfect|cool|nice|awesome|super|excellent|brilliant|wonderful|good|well|very good|amazing|wow|fantastic) [great|perfect|thanks|thank you|cool|job|bot|one|work|done|got it|that helps|it works|nice|so much]
	(good bot|well done|good job|nice work|got it|that helps|that helped|it works|it worked|understood|alright|sounds good)
bye: (bye|goodbye|good bye|bye bye|see you|see ya|cu|ciao|later|good night|have a nice day|quit|exit|farewell) [bye|later|soon|tomorrow]
yes: (yes|yep|yeah|yup|sure|correct|right|exactly|y|of course)
no: (no|nope|nah|n|wrong|(that|this|it) is wrong|you are wrong|not that|not correct|that is not what i meant|not what i meant|not what i (asked|wanted|was looking for)|you did not (answer|understand) [me|my question]|(this|that) is not what i (asked|wanted|meant|was looking for) [for])
sorry: (sorry|oops|my bad|excuse me|apologies|my mistake|pardon) [about that|for that|bot|wrong chat|wrong window|wrong space]
`
