package ask

// Hours are the times of the day at which somebody wants to be told: once a day at
// From, or at any time but between From and To. They are as they were written, such
// as "9" and "6 pm"; an empty From of Daily leaves the time open.
type Hours struct {
	Daily bool   `json:"daily,omitempty"`
	From  string `json:"from,omitempty"`
	To    string `json:"to,omitempty"`
}

// markHours finds "daily at 9" and "quiet from 18 to 8", which may stand anywhere,
// before a site is looked for behind "at".
func (s *sentence) markHours() {
	for i := range s.tokens {
		if h, end := s.hoursAt(i); end > i {
			s.hours = &h
			s.float(i, end)
			return
		}
	}
}

// hoursAt reads the hours that begin at a token, and where they end; there are none
// where that is no further on.
func (s *sentence) hoursAt(i int) (h Hours, end int) {
	if n, value := s.phraseAt(i, listDaily); n > 0 {
		h.Daily = true
		if value == "" {
			return h, i + n
		}
		h.From, end = s.clockAt(i + n)
		return h, end
	}
	n, _ := s.phraseAt(i, listQuiet)
	if n == 0 {
		return h, i
	}
	h.From, end = s.clockAt(i + n)
	to, _ := s.phraseAt(end, listTo)
	if to == 0 {
		to, _ = s.phraseAt(end, listAnd)
	}
	if to == 0 {
		return h, i
	}
	h.To, end = s.clockAt(end + to)
	return h, end
}

// clockAt is the time of the day that stands at a token, such as "9:30" or "6 pm",
// and where it ends; 0 where nothing stands there.
func (s *sentence) clockAt(i int) (written string, end int) {
	if i >= len(s.tokens) {
		return "", 0
	}
	end = i + 1
	if s.in(end, listClock) {
		end++
	}
	return s.text(i, end), end
}
