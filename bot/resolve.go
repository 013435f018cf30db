package bot

import (
	"slices"
	"strings"

	"trackbot/bot/ask"
	"trackbot/internal/text"
)

// Found is what [Query.Resolve] made of the site in a question.
type Found int

// The question names no site; the one in Query.Site, which may be asked; one
// in words that fit several sites (see [Query.Which]), or two of them; or one
// that may not be asked.
const (
	SiteUnnamed Found = iota
	SiteAllowed
	SiteAmbiguous
	SiteUnknown
)

// Resolve decides, once it is known which sites may be asked, what in the
// question is its site. Sites are host names in lower case. A site is named by
// its host or the first labels of it, such as example for example.webex.com.
// The last word of the text counts as one where it is such a label. What only
// may be a site (see [Query].SiteSure) and is none goes back into Text, unless
// the command takes no text.
//
// The query comes back with the full host in Site where it is allowed, and
// with what was written where it is not. Two sites that may both be asked are
// SiteAmbiguous, with both hosts in Site and Also.
func (q Query) Resolve(sites []string) (Query, Found) { return q.resolve(names{hosts: sites}) }

// names are what sites may be called: by their hosts, the first labels of
// those, and the operator's nicknames.
type names struct {
	hosts []string
	nick  map[string]string // nickname, in lower case, to host
}

func (q Query) resolve(sites names) (Query, Found) {
	if q.Site == "" {
		return q.resolveWord(sites)
	}
	which := sites.named(q.Site)
	if len(which) == 0 && !q.SiteSure && !q.textless && q.whole != "" {
		q.Text, q.Site = q.whole, ""
		return q.resolveFront(sites)
	}
	if found := judge(which); found != SiteAllowed {
		return q, found
	}
	q.Site, q.SiteSure = which[0], true
	if q.Also == "" {
		return q, SiteAllowed
	}
	also := sites.named(q.Also)
	if found := judge(also); found != SiteAllowed {
		q.Site, q.Also = q.Also, ""
		return q, found
	}
	if q.Also = also[0]; q.Also == q.Site {
		q.Also = ""
		return q, SiteAllowed
	}
	return q, SiteAmbiguous
}

// Which returns those of the sites that Site may mean.
func (q Query) Which(sites []string) []string { return names{hosts: sites}.named(q.Site) }

func judge(which []string) Found {
	switch len(which) {
	case 0:
		return SiteUnknown
	case 1:
		return SiteAllowed
	}
	return SiteAmbiguous
}

// resolveWord looks for a site's label at the end of the text.
func (q Query) resolveWord(sites names) (Query, Found) {
	i := strings.LastIndexByte(q.Text, ' ')
	if q.Quoted || i <= 0 {
		return q.resolveFront(sites)
	}
	name := text.LowerASCII(q.Text[i+1:])
	which := sites.named(name)
	if len(which) == 0 {
		return q.resolveInner(sites)
	}
	q.Text, q.Site = strings.TrimRight(q.Text[:i], " ,;:"), name
	if len(which) == 1 {
		q.Site, q.SiteSure = which[0], true
	}
	return q, judge(which)
}

// resolveInner looks for a site's label among the words of the text, as in
// "1 on example right now".
func (q Query) resolveInner(sites names) (Query, Found) {
	for rest := newWords(q.Text); rest.raw != ""; rest = rest.rest() {
		if weigh(rest.first().low) != surely {
			continue
		}
		name := ask.SiteName(rest.rest().first().raw)
		which := sites.named(name)
		if len(which) == 0 {
			continue
		}
		q.More = rest.rest().rest().raw
		q.Text = strings.TrimRight(q.Text[:len(q.Text)-len(rest.raw)], " ,;:")
		if q.Site = name; len(which) == 1 {
			q.Site, q.SiteSure = which[0], true
		}
		if q.Text == "" {
			q.Text, q.More = q.More, ""
		}
		return q, judge(which)
	}
	return q.resolveFront(sites)
}

// resolveFront looks for a site's label just before the command's phrase, as
// in "example tracking code 1".
func (q Query) resolveFront(sites names) (Query, Found) {
	word := q.front[strings.LastIndexByte(q.front, ' ')+1:]
	if which := sites.named(ask.SiteName(word)); len(which) == 1 {
		q.Site, q.SiteSure = which[0], true
		return q, SiteAllowed
	}
	return q, SiteUnnamed
}

// named returns the sites that a name means: the one of that host or nickname,
// else those that begin with its labels.
func (n names) named(name string) []string {
	if name == "" || strings.HasSuffix(name, ".") {
		return nil
	}
	if slices.Contains(n.hosts, name) {
		return []string{name}
	}
	if host := n.nick[name]; slices.Contains(n.hosts, host) {
		return []string{host}
	}
	var which []string
	for _, site := range n.hosts {
		if strings.HasPrefix(site, name) && site[len(name)] == '.' && !slices.Contains(which, site) {
			which = append(which, site)
		}
	}
	return which
}
