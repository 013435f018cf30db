package ask

// English is what can be said in English. A template is a line under the
// command that it asks: words, (one|of several), [what may be left out],
// {slots} and <pieces> that are defined above. The one that takes most of a
// question counts. Lists are words, or phrases, parted by commas:
//
//	skip     may be left out anywhere      lead, tail  before and behind a question
//	hi, hail greet, a name may follow      on, near    surely or perhaps lead to a site
//	noun     says that a code follows      link        between that and the code
//	it       the code of the last question count n     the number n in words
//	all      every site                    ours        the site that is meant anyway
//	filter   what entries hold follows     as          the form of a file follows
//
// rule, service and format give the words of a value.
const English = `
skip: a, an, the, please, pls, plz, kindly, just, really, actually, currently, now, today, quickly, exactly, maybe, perhaps, also, too, then, so, our, your, all, any, every, each, some, existing, available, possible, current, whole, entire, again, bot, trackbot, always, ever, asap
the: the, our, your, my, this, that
a: a, an, the
hi: hi, hello, hey, hiya, howdy, greetings, dear, yo
hail: good, morning, afternoon, evening, day, there, team, all, everyone, everybody, folks
lead: there, what, which, is, are, am, was, were, do, does, did, can, could, would, will, shall, may, might, should, i, we, you, he, she, they, anyone, someone, somebody, want, wants, wanted, need, needs, like, love, know, see, show, shows, give, tell, get, got, fetch, retrieve, display, view, open, bring, back, print, pull, query, read, look, looking, lookup, up, out, for, find, search, check, about, was, wondering, wonder, have, has, had, let, hear, question, quick, ask, asking, help, explain, describe, details, detail, info, information, everything, everybody, more, list, of, in, on, at, from, to, with, and, but, or, as, if, it, me, us, this, that, these, those, id, now, ok, okay, thanks, thank, number, word, regarding, re, concerning, where, how, one, urgent, urgently, due, update
tail: is, are, was, were, there, do, does, did, i, we, you, have, has, exist, exists, set, configured, get, use, know, see, for, me, us, right, moment, here, like, be, about, of, in, on, at, to, when, while, schedule, scheduling, scheduled, book, booking, start, starting, host, hosting, thanks, thank, thx, ty, cheers, much, very, lot, advance, you, up, out, thx, info, details, information, field, fields, must, should, need, that, this, it, defined, in, general, team, report
on: on, at, @
near: for, from, in, of, to, with, between, across, versus, into, over, within
and: and, &, or, vs, versus, with, to, against, plus, +, than
to: to, through, thru, till, until, -
site: site, sites, webex
noun: tracking code, tracking codes, trackingcode, trackingcodes, code, codes, field, #
link: number, no, nr, id, named, called, for, of, with, is, name, #
it: it, its, this one, that one, this code, that code, the same code, this, that
all: all sites, both sites, every site, each site, any site, all the sites, both, everywhere, all of them
ours: our site, my site, this site, that site, same site, default site, the site
as: as, in, to, into, for
file: file, files, format, form, document, attachment, download
filter: containing, that contain, that contains, which contain, which contains, whose name contains, matching, that match, filtered by, with the word, with the words, that start with, starting with, beginning with, that hold, including
count 1: one
count 2: two
count 3: three
count 4: four
count 5: five
count 6: six
count 7: seven
count 8: eight
count 9: nine
count 10: ten
rule required: required, mandatory, compulsory, obligatory, necessary, needed, a must, must have, must be filled in, must be filled, must be set, must be entered, enforced
rule optional: optional, voluntary, not required, not mandatory, not needed, not necessary, not compulsory
rule unused: unused, not used, hidden, not shown, disabled, switched off, not asked, not asked for
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

<codes> = [tracking] (codes|trackingcodes|fields)
<code> = tracking code|trackingcode|code|#
<who> = i|we|you|one|people|hosts|host|users|user|someone|somebody|everybody|everyone|anyone|they|he|she|admins|attendees
<fill> = enter|fill|filled|set|choose|chosen|provide|select|give|pick|specify|complete|use|enter|entered|add|type|have|put|know
<options> = [allowed|valid|dropdown|drop|down|list|permitted] (options|option|values|value|choices|choice|entries|possibilities)
<have> = has|have|contain|contains|include|includes|with|hold|holds

code:
	{code}
	<code>
	what does {code} (mean|do|stand for)
	(everything|anything|something|details|info|more|update me|bring me up to date) (about|on|of|for) {code}
	{code} (info|details|information|summary|settings|configuration|definition)
	is there {code}
	does {code} exist
	explain {code} to (me|us)
	(<code>) [named|called|for|of|with name|with id|number] {code}

codes:
	<codes>
	list
	what are the <codes>
	(list|overview|summary) [of] (<codes>|everything)
	<codes> (overview|list|summary)
	(list|show|see) (everything|them all)
	(what|which) [<codes>] (exist|are there|is there|do we have|do you have|are configured)
	<codes> (with|about|like|named|called) {filter}

codes rule=required:
	(what|which) (must|should|shall) <who> <fill> [in|out]
	(what|which) (do|does) <who> (need to|have to) <fill> [in|out]
	(what|which) [<codes>] (must|need to|has to|have to|should) be <fill> [in|out]
	(what|which) <codes> (do|does) <who> (need|need to|have to) [<fill>] [in|out]
	(what|which) <codes> (must|should) <who> <fill> [in|out]
	(do|does) {service} [sessions|session] (need|require|use|ask for|have) (<codes>|{code}|a code|code|one)
	(which|what) (<codes>|code) (do|does|will) {service} [sessions|session] (need|require|use)
	what do {service} [sessions] (need|require)

codes:
	<codes> [that|which|who] [are|is|be] {rule} [(for|in|on) {service}]
	{rule} [for {service}] (<codes>|code)
	(what|which|everything|all) [that] (is|are) {rule}
	<codes> {service} [sessions] (need|require|use)

codes/default:
	<codes> [that|which] (have|has|with) default [value|values|option|options]
	(which|what) [<codes>] [have|has] default [value|values|option|options]

codes/nodefault:
	<codes> [that|which] [have|has|with] (without|no) default [value|values|option|options]
	<codes> (without|lacking|missing) default [value|values|option|options]
	<codes> (that|which|) do not have default [value]

codes/freetext:
	<codes> [that|which] [are|is|with|have|use|take] (free text|freetext|free form|text fields|text input)
	(free text|freetext|text) <codes>

codes/list:
	<codes> [that|which] [are|is|with|have|use] (dropdown|dropdowns|drop down|drop downs|list|lists|options|pick lists|select|fixed options)

codes/morethan:
	<codes> [that|which] [have|has|with] (more than|over|at least|greater than) {number} [<options>]

codes/only:
	<codes> [that|which] [are|exist|is|exists] [that] (only|exclusively|just) [exist|exists]
	<codes> (unique|specific) [to]
	only <codes>

codes/count:
	(how many|number of|count|count of|how much|total number of) <codes>
	how many <codes> (have|has|exist|are there|do we have)

options:
	<options> [of|for|in|to|under] {code}
	<options>
	{code} <options>
	<options> [of|for|in] {code} (with|like|about) {filter}
	{code} <options> (with|like|about) {filter}
	list {plural}
	(list of|which|what|all|show me) {plural} [are there|do we have|exist]
	{plural} [are there|do we have|exist]
	list [<options>] [of|for|in] {code} <options>
	(what|which) [<options>] (can|may|could|should|must|do|does) <who> (use|put|enter|choose|select|pick|set|fill|type|have) [in|for|into|as|from|of|under] {code}
	(what|which) (<options>) (does|do|has|have|can|are|is|in|under) {code} [have|take|offer|contain|get|accept|allow]
	(what|which) (can|could|may) be (selected|chosen|picked|set|entered|used|put) [in|for|into|as] {code}
	(what|which) does {code} (offer|take|contain|accept|allow)
	(what|which) (goes|is) in [the] {code}

options format=file:
	(export|download) <options> [of|for|in] {code}
	(export|download) {code} <options>

find:
	(find|search|search for|find out about|look for|looking for|grep) {term}
	(find|search)
	(where|who|which code) (is|are) {term} [used|defined|listed|found|an option|configured]
	where (can|do) <who> find {term}
	(who|which code|what code|which codes|what codes) (has|have|contains|contain|uses|use|holds|hold) [option|value|options] {term}
	(who|which code|what code) (has|have) {code}
	(is|does) {term} exist

fact/sites:
	(which|what|on which|on what) (site|sites) (has|have|uses|use|contains|with|is|knows) {code} [on]
	where (is|does) {code} (exist|available|defined|configured)
	(which|what) sites {code}

fact/rule:
	(is|are|was) {code} {rule}
	{code} {rule}
	{code} (is|are) {rule}
	(where|when|why|for what|for which|how|since when) (is|are) {code} {rule}
	(when|where|why) (do|must|does) <who> [need|have] [to] [<fill>] {code}
	(is|are) {code} (used|asked|asked for|shown|active|enabled|visible|in use)
	(where|when) (is|are) {code} (used|asked|asked for|shown|active|enabled|visible|in use)
	(can|may|could) <who> (leave|keep) {code} (empty|blank|out|unset|open)
	(can|may|could) <who> (skip|omit|ignore) {code}
	(can|may|could) {code} be (empty|blank|left empty|left blank|left out|skipped|omitted)
	what [happens|happen|if|when|is] [if|when] <who> (leave|leaves|keep|do not <fill>|does not <fill>|skip|forget|forgets) {code} [empty|blank|out|in]
	what [happens|happen] [if|when] {code} (is|stays|remains) (empty|blank|missing|not set|not filled|left empty)
	rules (of|for) {code}
	{code} (rule|rules)

fact/rule rule=required:
	(must|should) <who> <fill> [in|out] {code} [in]
	(do|does|did) [<who>] (need|require|have|needs) [to] [<fill>] [in|out] {code} [in|out]
	(do|does) <who> (need|require) {code}
	does {code} (have|need) to be <fill> [in|out]
	must {code} be <fill> [in|out]
	(which|what|do|does) (services|service|meetings|sites|types|meeting types) (require|need|use|requires|needs|ask for|have) {code}
	(do|does) {service} [sessions] (require|need|use|requires|needs|ask for|have) {code}

fact/default:
	default [value|option|setting] [of|for|in|on] {code}
	{code} default [value|option]
	default {code} [value|option]
	(does|do|has|have|is) {code} [have|has] default [value|option|set]
	(is|are) there default [value|option] [for|in|of|on] {code}
	(what|which) [value|option|<options>] (is|does|has|are) [{code}] (preselected|pre-selected|preset|prefilled|default|selected) [in|for|of] [{code}] [by default]
	(what|which) [value|option|<options>] (does|has|is|in) {code} [have|get|set|preselected|use] by default
	{code} by default

fact/count:
	(how many|number of|count|count of|how much|total number of) <options> [does|do|has|have|are in|are there in|are there for|of|for|in|is in] {code} [have|has|on]
	how many {plural} [are there|exist|do we have]
	how (long|big|large) is {code}

fact/option:
	(does|do|has|have|is|can) {code} [already] <have> [<options>] {option}
	(is|are) {option} [one of] <options> [of|for|in] {code}
	(is|are) {option} (in|among|under|part of|one of|allowed in|allowed for|allowed as|valid for|listed in) {code} [<options>]
	(is|are) there (<options>) [called|named] {option} (in|of|for|under) {code}
	(can|may|could) <who> (use|choose|select|pick|set|enter|put) {option} (for|in|as|as a|into|under) {code}
	(is|are) {option} {code} <options>

fact/input:
	(can|may|could|am|are) <who> [allowed to|able to] (type|enter|add|write|use|put|input|put in|set) (anything|own value|my own value|own values|their own value|new value|new values|new value|my own|own|free text|other values|something else|another value|text|my own text|custom value|custom values|what i want|whatever) [in|into|to|for|on] {code}
	(how|where) (do|can|should|must|does|to) [<who>] (enter|fill|fill in|fill out|input|type|write|provide|choose|select|pick|use) {code} [in]
	(is|are) {code} (free text|freetext|free form|free text field|text field|text|text box|dropdown|drop down|list|pick list|select|selection|list or text|list or free text|dropdown or text|a dropdown or free text|editable|free)
	does {code} (accept|allow|take) (free text|freetext|own values|any value|any text|anything|other values|custom values|text)
	(input mode|input type|type|kind|input) (of|for) {code}
	how (is|are) {code} (entered|filled|filled in|filled out|typed|chosen|set)
	(what|which) (type|kind|sort) [of field|of input|of code] (is|has) {code}

fact/admin:
	(who|which person) (can|may|could|is allowed to|is able to) (change|edit|set|modify|fill|fill in|update|see|maintain|enter|choose|delete|rename) {code}
	(who|which person) (sets|changes|edits|maintains|manages|owns|controls|fills|fills in|administers|set|own|is responsible for) {code}
	(is|are) {code} set by [admin|admins|host|hosts|administrator|an admin]
	owner of {code}

check:
	(check|lint|audit|validate|verify|health check|review) [<codes>|site|setup|configuration|config|settings|{site}]
	(check|look at|audit) [{site}] [<codes>] for (problems|problem|errors|issues|mistakes|risks)
	(is|are) [there] (anything|something|everything|things|<codes>) (wrong|ok|okay|fine|right|broken|odd|suspicious|missing|correct|alright|good|bad|in order) [with|in|about] [<codes>]
	what (is|are) wrong [with] [<codes>]
	(problems|problem|issues|errors|mistakes|risks|findings|warnings) [with|in|of|among] [<codes>]
	(is|are) [there] (problems|problem|issues|errors|mistakes|risks|findings|warnings) [with|in|of|among] [<codes>]
	(is|are) {site} (ok|okay|fine|healthy|correct|good|broken|alright|in order)

compare:
	(compare|diff|difference|differences|comparison) [of|between|in] [<codes>|codes|code|{code}|everything|all|sites|them|{site}] [between|with|for|of|in|to|and] [{code}|<codes>|codes]
	(vs|versus)
	{code} (vs|versus)
	(what|which|where|how) [is|are|do|does] [<codes>|{code}] (different|differ|differs|changes|distinct) [between]
	(what|which) (is|are) difference [between] [{code}]
	[is|are|does|do|have|has] same (<codes>|codes|code)
	(is|are|does) {code} [look] (same|identical|equal|different|alike) [between]
	(is|are|do) [<codes>|they|{site}] (same|identical|equal|different|alike) [<codes>] [between]
	(is|are) there (difference|differences) [between] [{code}]
	does {code} differ
	do [<codes>|{site}] [have] (same <codes>|differ|same)

export:
	(export|download) [<codes>|code|everything|all|{code}|list|{site}] [list|file] [{format}]
	{format} (of|with|for|containing) (<codes>|everything|{code}|{site}|code list)
	(send|give|get|want|need|make|create|mail|email) [me|us|a] {format} [of|with|for] [<codes>|everything|{code}]
	{format} export [of] [<codes>|{code}]
	(<codes>|{code}) {format}

export format=csv:
	csv

help/export:
	(how|where) (do|can|to|does) [<who>] (export|download|get a file of|save) [<codes>|{code}|them|it|everything]

values me:
	my (<codes>|values|value|own codes|own values|settings for codes)
	my [own] {code} [value]
	(what|which) is my [own] {code} [value]
	<codes> of (me|mine|myself)
	(which|what) (<codes>|values|value|{code}) (do|have) i (have|got) [set]
	(do|have) i (have|got) {code} [set]
	(what|which) [<codes>|values|{code}] (is|are) [set|stored|saved|configured|assigned] for (me|myself)
	(what|which) {code} (am|do|belong) i [in|have|belong to|set to]
	(is|are) my {code} set
	(show|list) (me|mine)

values/missing me:
	(do|have) i have [all|every] [my] <codes> [set|filled|filled in|complete|done]
	(am|are) i missing [<codes>|{code}|anything|something|code]
	(what|which|is|are) [<codes>|anything|something] [is|are] (missing|incomplete) [for|in|on|from] [me|my profile|my codes|my profile]
	(what|which) [<codes>] (am|do) i (missing|lack|miss|still need|not have)
	(are|is) [all] my <codes> (complete|set|ok|okay|fine|filled|filled in|missing|right|correct)
	my missing <codes>

values:
	{person}
	{person} (<codes>|values|{code})
	(<codes>|values|value|user codes|code values) (of|for|by|set for|assigned to) {person}
	user codes [of] [{person}]
	codes of
	{code} (of|for|value of|has) {person}
	(what|which) [is] {code} (of|for|does|has|is|did) {person} [have|in|got|set|belong to|use|with|under]
	(what|which) [<codes>|values] (does|has|is|are) {person} [have|got|set]
	(does|has|is) {person} (have|has|got|in|missing|with|set) {code}
	(who|tell me about) is {person}
	(what|which) (is|are) [set|stored|configured] for {person}

code:
	codes of {code}

hostview me:
	(what|which) [<codes>] (do|will|would|can|did) i (see|get|meet|be asked|be shown)
	(what|which) (am|will) i [be] (asked|shown)
	my view
	(host view|view) of (me|myself)

hostview:
	(what|which) [<codes>] (does|will|would|can|do|did) {person} (see|sees|get|gets|meet|be asked)
	what does {person}
	(host view|view as|view of|host view of|see as) [of] [{person}]
	what does {person} see [when]

missing:
	(who|anybody|anyone|which people|which users|people) (is missing|are missing|misses|miss|lacks|lack|has no|have no|does not have|do not have|without|has not set|have not set|is without) [{code}] [on] [{person}]
	(missing|people without|users without) [{code}] [{person}]
	(who|which people|which users) (has not|have not) [<fill>] [in|out] {code} [{person}]

stop:
	(stop|cancel|abort|halt|quit job) [it|that|this|check|the check|job|everything|search|running] [{words}]
	never mind

sites:
	sites
	(list|all|which|what|my|show|available|supported) sites [are there|do you know|can i use|do you have|do we have]
	site list
	(which|what) [webex] sites (can|do|are|is) [<who>] [ask|know|there|use|have|available|look up|support]

sites/count:
	(how many|number of|count) sites [are there|do we have|can i ask|do you know|exist]

where:
	where
	where (am i|are we)
	(which|what) site [is|are|am|do] [this|we|i|it|default|used|meant|you] [on|using|use|asking|ask|here|in|default|now]
	default site
	(what|which) (is) [my|our|default] site

use:
	use
	(use|switch|switch to|change to|go to|set|take|select|choose|move to|work with|default to|stay on) [site] {site} [for me|for myself|as default|as my default|as default site|from now on|instead]
	(use|set) [default] site
	(set|change|switch|make|move) [my|our|default|this] [default] (site|sites) [to|as|=] {site}
	(set|change|switch|make|move) [my|our|this] default [site] [to|as|=] {site}
	make {site} [my|our] default [site]
	{site} as [my|our] default [site]

use/here:
	use [site] here
	(use|switch|switch to|set|take|select) [site] {site} (here|in this space|for this space|in this room|for this room|in this 1:1|for everybody here)
	(set|change) [default] site [of|for|in] [this] (space|room|here) [to] {site}

use/default:
	use (default|no site|none|nothing|default site|the default) [for me|again]
	(reset|forget|clear) [my|chosen|default] site

use/defaulthere:
	use (default|no site|none|nothing|default site|the default) (here|in this space|for this space|in this room)

why:
	why [is that|so|do you say that|do you think so]
	how (so|come|do you know|do you know that|did you get this|did you get that|did you know)
	where is that from
	(explain|explain that|explain this answer|how did that come about)

status:
	(status|health|ping|version|bot status|system status|uptime)
	(are you|r u) (ok|okay|there|alive|well|up|online|working|healthy|awake|running|down)
	how (are you|is it going|do you do)
	(is) [the] bot (ok|okay|alive|up|online|working|down|broken)
	(which|what) version [are you|is this|do you run]

help:
	(help|?|commands|usage|/help|manual|instructions|menu|h|options?|examples)
	(i need|need|get|more|give me) help
	help me
	(what|which) (can|could|do|should) (you|i|we) (do|ask|ask you|help with|say|type|ask for|know|answer|offer|ask here) [for me|about|you]
	(what|which) (questions|commands|things) [can|do|are] [i|you|we] [ask|know|answer|there|understand|use]
	how (do|does|can|to|should) [i|this|you|it|we|bot|one] (work|use|ask|use you|use this|ask you|get started|start|use this bot|ask a question|ask questions)
	what is this [bot] [for]
	(show|list) [all|me] commands

help/topic:
	help [on|about] {term}
	how do i (ask|ask for|ask about) {term}

glossary/code:
	(what|define|explain|whats|meaning of) [is|are|does|a] (tracking code|tracking codes) [mean|for|used for|good for|about|do]
	what does (tracking code|tracking codes) mean
	what are tracking codes [for|good for|used for]
	why (do we have|are there|do we need) <codes>

glossary/profile:
	(what|define|explain|meaning of) [is|does|are|a] (host profile|host profiles|profile) [mean|for]
	(host profile) meaning

glossary/admin:
	(what|define|explain|meaning of) [is|does|are] (set by an admin|admin set|set by admin|admin-set|by an admin) [mean]
	difference [between] (optional|required) [and] (set by an admin|admin set)
	difference [between] (set by an admin|admin set) [and] (optional|required)

glossary/required:
	(what|define|explain|meaning of) [is|does|are] (required|mandatory) mean
	difference [between] (required|optional) [and] (optional|required)

glossary/optional:
	(what|define|explain|meaning of) [is|does|are] optional mean

glossary/unused:
	(what|define|explain|meaning of) [is|does|are] (not used|unused|not applicable) mean

glossary/input:
	(what|define|explain|meaning of) [is|does|are] (input mode|editable select|editableselect|free text|select|pick or type|dropdown) [mean]
	what (does pick from the list|does pick or type|does host profile select) mean

glossary/service:
	(what|define|explain|meaning of) [is|does|are] (service|services) [mean]

glossary/limits:
	(max|maximum|maximal|most|limit|highest) [number] [of|on|for] [<options>|<codes>|code|codes] [of] [per|for|of|a] [code|site|field|sites|codes|option]
	(how many) <options> (can|may|could) (<code>|{code}|field|one) (have|has|hold|take)
	(how many) <codes> (can|may|could) (site|one|we|there|i|you|{site}) (have|has|hold|be|create)
	(limits|limit of|limits of|maximum) [<options>|<codes>] [per] [code|site]
	what is limit [of|on|for] [<options>|<codes>] [per] [code|site]
	how long (can|may) (option|value|name|code) be

about/who:
	(who|what) (are|r) you
	(who|what) (made|built|wrote|runs|created|owns|operates|develops|maintains) (you|this|bot|this bot)
	(are you) [a] (bot|robot|human|person|ai|real|machine|chatgpt|real person)
	(what is your name|introduce yourself|about|about you|about yourself|tell me about yourself)
	(what|who) is (trackbot|this bot|bot)

about/access:
	(who|which people) (can|may|could|is allowed to) (use|ask|talk to|access|query) (you|this|bot|this bot)
	(can|may) (everybody|everyone|anybody|anyone|others|guests|externals|my colleague|my colleagues|other people) (use|ask|talk to) you
	(how) (do|can) [i|we|someone] get access

about/contact:
	(who) is [admin|administrator|owner|contact|responsible|in charge|site admin] [of|for] [this|bot|you|site|codes|{site}]
	(who) (do|can|should|must|could) [i|we] (contact|ask|call|talk to|write|write to|turn to) [for|about|if] [help|access|support|questions|more|changes|problems|codes] [{words}]
	(contact|support|admin|administrator|contact person|contact admin|helpdesk|help desk|site admin|who to contact)
	(contact|ask|talk to) [admin|somebody|human|person|support]

about/refused:
	why (was|am|were|did|do|did you|do you) [i|we|you] (refused|denied|rejected|blocked|not allowed|refuse|reject|ignore|ignored|deny|not answer) [me|access|to answer|my question]
	why (can|may|could|do) [i|we|you] not [i|we|you] (use|ask|access|answer|allowed|talk to|see) [you|me|this|that|anything|it|here|bot]
	why not

about/logs:
	(what|do|does|which data|is|are) [do|does|is|are] [you|this|bot|data] (log|record|store|save|keep|collect|logged|recorded|stored|track|remember) [about|of|from] [me|us|my questions|questions|this|data|what i ask|everything|anything|conversations|messages]
	(is|are) (this|my questions|conversation|questions|everything|it|messages) (logged|recorded|stored|saved|monitored|tracked)
	(privacy|data protection|gdpr|audit log|logging|logs)

about/private:
	(is|are) (this|it|my questions|that|our chat|conversation|my data|these answers|answers) (private|confidential|secret|public|safe|secure)
	(can|could|do|will|may) (others|other people|anybody|anyone|everybody|everyone|my colleagues|my boss|people) [else] (see|read|view) [this|that|it|my questions|answers|my values|my answers|what i ask]
	(who) (can|may|could|will) [else] (see|read|view) [this|that|it|my questions|my answers|your answers|answers|my values|what i ask|here]

about/data:
	(where|how) (does|do|is|did|are) (this|that|data|the data|this data|it|you|your data|information|values) [data] (come from|from|get data|get this|get your data|get that|get it|know this|coming from|get this from|taken from)
	(source|data source|what is source) [of] [this|data|this data]
	where (do|did) you get (this|that|your data|data|it|your information) [from]

about/fresh:
	how (fresh|old|current|recent|up to date|new|actual) (is|are) (this|that|it|data|this data|these|values|information|answer)
	(is|are) (this|that|it|data|this data|these) (up to date|current|fresh|live|cached|real time|outdated|old|still correct)
	(when) (was|were|is) (this|that|it|data|this data) (updated|read|refreshed|fetched|loaded)
	(last update|last updated|refresh)

about/ref:
	(what|who|explain) [is|does|are] (ref|reference|reference number|ref number|reference code) [mean|for|{words}]

about/settings:
	(settings|preferences|configuration|config|options menu|my settings|bot settings)
	(how) (do|can) i (configure|set up|setup) (you|this|bot|this bot)

about/subscribe:
	(subscribe|notify|notify me|alert me|inform me|unsubscribe|watch|follow|let me know) [to|about|of|on|when|if|from] [changes|change|updates|{code}|<codes>|anything|something|alerts] [of|in|to|on] [{code}|<codes>] [changes|change|changed|updates]

about/history:
	(history|change log|changelog|audit trail|change history|changes|recent changes|last changes) [of|for|in|to|on] [{code}|<codes>]
	(who|when|what) [was|were|has|have] (changed|edited|modified|created|updated|deleted|renamed|added) [in|on|by|last|to] [{code}|<codes>] [changed|last]
	(when|who) (was|were|has|did) {code} [last] (changed|edited|modified|created|updated|added|renamed)
	{code} history
	what (changed|has changed|is new) [recently|lately|since yesterday|last week|in] [{code}]

about/usage:
	(who|how many people|how many|how often|which people|how many users|how many meetings) (uses|use|used|using|is using|has|have|is|are) {code} {option}
	(who|how many people|how often|which people|how many users|how many meetings) (uses|use|used|using|is using|are using|is used|is) {code} [used|in use]
	(usage|statistics|stats|usage report) [of|for|on] [{code}|<codes>]

about/schedule:
	[{words}] (can not|cannot|not able to|unable to|not possible to) (schedule|start|book|create|save|set up|host|plan) [{service}|session|call|one|anything|it] [{words}] [because|since|as|-] {code} [is] [missing|required|empty|wrong|not there|not filled] [{words}]
	[{words}] (can not|cannot|not able to|unable to|not possible to) (schedule|start|book|create|save|set up|host|plan) [{service}|session|call|one|anything|it] [{words}]
	(error|problem|trouble|issue) (when|while|with|in) (scheduling|schedule|booking|creating) [{service}|session]
	why (can|could) i not (schedule|start|book|create|host) [{service}|session]

about/change:
	my {code} (is|are|was|seems|looks) (wrong|incorrect|missing|outdated|not right|not correct|empty|old|false|not mine)
	(how|where|can|could|may|who|i want|i need) (do|can|could|to|does|i) [i|we|one|to] [can] (change|edit|update|set|correct|fix|modify|replace|get) my [own] ({code}|<codes>|values|value) [changed|fixed|corrected]
	(how|where) (do|can|could|to|does|are|is) [i|we|one|an admin] (change|edit|update|correct|fix|modify|add|delete|create|rename|remove) [<options>] [of|to|in|for|a|an|new] ({code}|<codes>|code|<options>)
	(change|edit|update|correct|fix|modify) my [own] ({code}|<codes>|values|value) [{words}]
	wrong {code}

change:
	(add|change|clear|create|deactivate|delete|disable|edit|enable|erase|modify|remove|rename|replace|reset|set|unset|update|make|insert) {words}
	(add|change|clear|create|deactivate|delete|disable|edit|enable|erase|modify|remove|rename|replace|reset|set|unset|insert)
	(can|could|will|would) you (add|change|clear|create|deactivate|delete|disable|edit|enable|erase|modify|remove|rename|replace|reset|set|unset|update) {words}

again:
	and
	(what|how) about [{code}|it|that|{service}]
	and [for|what about|how about] {code}
	and [for] {service}
	same [again|question|thing|there|please] [for|with] [{code}|{service}]
	(repeat|once more|do same|do it|try again) [{site}|{code}]

more:
	(more|next|next page|show more|go on|continue|more please|further|next one|next ones|the rest|more results|>)

greeting:
	(hi|hello|hey|hiya|howdy|greetings|dear|yo|good morning|good afternoon|good evening|good day|morning|hi there|hello there|hey there) [there|all|team|everyone|everybody|folks|to|you|how are you] [all]
	(hi|hello|hey) (hi|hello|hey)

thanks:
	[ok|okay|great|perfect|cool|hi|many|a lot|super|well|no] (thanks|thank you|thx|ty|cheers|thank|thnx|thankyou|tks) [you|a lot|so much|very much|for|in advance|again|that helps|that helped|your help|the help|help|much|lot|very|lots|mate|man|buddy|friend|great|perfect|got it|it works|it worked|everybody|everyone|team|for your|for the|for that|for help|for this] [help|job|answer|quick|info|information|much|helped] [help|answer]
	(ok|okay|great|perfect|cool|nice|awesome|super|excellent|brilliant|wonderful|good|well|very good|amazing|wow|love it|fantastic) [great|perfect|thanks|thank you|cool|job|bot|one|work|done|got it|that helps|it works|nice|so much]
	(good bot|well done|good job|nice work|got it|that helps|that helped|it works|it worked|understood|alright|sounds good)

bye:
	(bye|goodbye|good bye|bye bye|see you|see ya|cu|ciao|later|good night|have a nice day|see you later|quit|exit|farewell) [bye|later|soon|tomorrow|then]

yes:
	(yes|yep|yeah|yup|sure|correct|right|exactly|y|of course|yes please)

no:
	(no|nope|nah|n|wrong|no thanks|that is wrong|not that|not correct|that is not what i meant|not what i meant)

sorry:
	(sorry|oops|my bad|excuse me|apologies|my mistake|pardon) [about that|for that|bot|wrong chat|wrong window|wrong space]
`
