package webex

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// wireOption is an [Option] as it comes.
type wireOption struct {
	Option
	Value   loose           `json:"value"`
	Unknown json.RawMessage `json:"_other"` // no member of Webex's is read into Other
}

// UnmarshalJSON is as that of a code.
func (w *wireOption) UnmarshalJSON(b []byte) error {
	type plain wireOption
	if err := json.Unmarshal(b, (*plain)(w)); err != nil {
		return err
	}
	w.Other = others(b, "value", "defaultValue")
	return nil
}

// wireOptions is a list of options that came.
type wireOptions []Option

// UnmarshalJSON takes a list in one pass where its options have a value and a
// default and no more, as nearly all have: a site has tens of thousands.
func (list *wireOptions) UnmarshalJSON(b []byte) error {
	if plain, ok := plainOptions(b); ok {
		*list = plain
		return nil
	}
	var wire []wireOption
	err := json.Unmarshal(b, &wire)
	*list = optionsOf(wire)
	return err
}

// optionsOf is nil where no list came.
func optionsOf(wire []wireOption) wireOptions {
	if wire == nil {
		return nil
	}
	list := make(wireOptions, len(wire))
	for i, o := range wire {
		list[i] = o.Option
		list[i].Value = string(o.Value)
	}
	return list
}

// plainOptions reads a list of options; false where one has more than a value and
// a default, or either is written in another way than usual. b is valid JSON.
func plainOptions(b []byte) (list wireOptions, ok bool) {
	s := tokens{b}
	if !s.take("[") || s.take("]") {
		return nil, false
	}
	list = make(wireOptions, 0, bytes.Count(b, []byte("{")))
	for {
		o, ok := s.option()
		if !ok {
			return nil, false
		}
		list = append(list, o)
		if !s.take(",") {
			return list, s.take("]")
		}
	}
}

// tokens are what is left of a JSON document.
type tokens struct{ rest []byte }

// take takes a token, if it is the next one.
func (s *tokens) take(token string) bool {
	s.trim()
	if !bytes.HasPrefix(s.rest, []byte(token)) {
		return false
	}
	s.rest = s.rest[len(token):]
	return true
}

// trim takes the space before the next token.
func (s *tokens) trim() {
	for len(s.rest) > 0 && s.rest[0] <= ' ' {
		s.rest = s.rest[1:]
	}
}

// option takes an option of a list.
func (s *tokens) option() (o Option, ok bool) {
	for more := s.take("{"); more; more = s.take(",") {
		switch {
		case s.take(`"value":`):
			o.Value, ok = s.text()
		case s.take(`"defaultValue":`):
			o.DefaultValue = s.take("true")
			ok = o.DefaultValue || s.take("false")
		default:
			ok = false
		}
		if !ok {
			return o, false
		}
	}
	return o, ok && s.take("}")
}

// text takes a string without escapes.
func (s *tokens) text() (string, bool) {
	s.trim()
	if len(s.rest) == 0 || s.rest[0] != '"' {
		return "", false
	}
	end := stringEnd(s.rest)
	text := s.rest[1 : end-1]
	s.rest = s.rest[end:]
	return string(text), bytes.IndexByte(text, '\\') < 0 && utf8.Valid(text)
}
