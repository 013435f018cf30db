package simulator

// Quirks are ways in which the service is known, or feared, to behave and of
// which its documentation says nothing firm. The zero value is the documented
// or the stricter way of each.
type Quirks struct {
	UnknownCode400    bool `json:"unknownCode400,omitempty"`    // GET of an unknown tracking code: 400 with the body documented for PUT, not 404
	UnknownSiteStatus int  `json:"unknownSiteStatus,omitempty"` // of a siteUrl that is no site: 400 (when 0), 403 or 404
	FreshReads        int  `json:"freshReads,omitempty"`        // how often GET of a message or action says 404 before it is there
	EditCards         bool `json:"editCards,omitempty"`         // PUT of a message takes attachments
	RefuseParents     bool `json:"refuseParents,omitempty"`     // POST of a message with parentId: 400
	ResolveParents    bool `json:"resolveParents,omitempty"`    // a parentId that is a reply stands for its root, where it is else 400
	PageCap           int  `json:"pageCap,omitempty"`           // most items a page, whatever max says
	EmptyPages        bool `json:"emptyPages,omitempty"`        // the first page of a list is empty and has a next
}

// SetQuirks replaces the quirks in force.
func (s *Simulator) SetQuirks(q Quirks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quirks = q
}
