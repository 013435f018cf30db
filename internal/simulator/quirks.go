package simulator

// Quirks are behaviors that the service is known or suspected to have and that
// its documentation leaves open. The zero value is the documented or the
// stricter behavior.
type Quirks struct {
	UnknownCode400     bool `json:"unknownCode400,omitempty"`     // GET of an unknown tracking code: 400 with the body documented for PUT, not 404
	UnknownSiteStatus  int  `json:"unknownSiteStatus,omitempty"`  // for an unknown siteUrl: 400 (when 0), 403 or 404
	UnknownWriteStatus int  `json:"unknownWriteStatus,omitempty"` // of PUT and DELETE of an unknown tracking code: 400 for PUT and 404 for DELETE (when 0), or one for both
	MappedStatus       int  `json:"mappedStatus,omitempty"`       // of a write on a site whose codes are mapped: 403 (when 0), 400 or 409
	MergeUserCodes     bool `json:"mergeUserCodes,omitempty"`     // PUT of a person's codes keeps those that it leaves out, instead of taking them away
	TakeStaleValues    bool `json:"takeStaleValues,omitempty"`    // PUT of a person's codes takes a value that is no option any more where the person has it, instead of 400
	DropValues         bool `json:"dropValues,omitempty"`         // people lose a value whose option goes
	ShortAll           bool `json:"shortAll,omitempty"`           // a code whose services all follow the same rule shows that of All alone
	FreshReads         int  `json:"freshReads,omitempty"`         // how often GET of a new message or action returns 404 first
	EditCards          bool `json:"editCards,omitempty"`          // PUT of a message takes attachments
	RefuseParents      bool `json:"refuseParents,omitempty"`      // POST of a message with parentId: 400
	ResolveParents     bool `json:"resolveParents,omitempty"`     // a parentId that is a reply means its root, instead of 400
	BareParents        bool `json:"bareParents,omitempty"`        // a parentId may be a bare UUID, instead of 404
	EqualWebhooks      bool `json:"equalWebhooks,omitempty"`      // a second webhook equal to another is made, instead of 409
	PageCap            int  `json:"pageCap,omitempty"`            // most items a page, whatever max says
	EmptyPages         bool `json:"emptyPages,omitempty"`         // the first page of a list is empty and has a next
}

// SetQuirks replaces the quirks in force.
func (s *Simulator) SetQuirks(q Quirks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quirks = q
}
