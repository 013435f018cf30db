package bot

import (
	"slices"
	"strings"
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
func (q Query) Resolve(sites []string) (Query, Found) {
	if q.Site == "" {
		return q.resolveWord(sites)
	}
	which := named(q.Site, sites)
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
	also := named(q.Also, sites)
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
func (q Query) Which(sites []string) []string { return named(q.Site, sites) }

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
func (q Query) resolveWord(sites []string) (Query, Found) {
	i := strings.LastIndexByte(q.Text, ' ')
	if q.Quoted || i <= 0 {
		return q.resolveFront(sites)
	}
	name := lowerASCII(q.Text[i+1:])
	which := named(name, sites)
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
func (q Query) resolveInner(sites []string) (Query, Found) {
	for rest := newWords(q.Text); rest.raw != ""; rest = rest.rest() {
		if weigh(rest.first().low) != surely {
			continue
		}
		name := siteName(rest.rest().first().raw)
		which := named(name, sites)
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
func (q Query) resolveFront(sites []string) (Query, Found) {
	word := q.front[strings.LastIndexByte(q.front, ' ')+1:]
	if which := named(siteName(word), sites); len(which) == 1 {
		q.Site, q.SiteSure = which[0], true
		return q, SiteAllowed
	}
	return q, SiteUnnamed
}

// named returns the sites that a name means: the one of that host, else those
// that begin with its labels.
func named(name string, sites []string) []string {
	if name == "" || strings.HasSuffix(name, ".") {
		return nil
	}
	if slices.Contains(sites, name) {
		return []string{name}
	}
	var which []string
	for _, site := range sites {
		if strings.HasPrefix(site, name) && site[len(name)] == '.' && !slices.Contains(which, site) {
			which = append(which, site)
		}
	}
	return which
}
