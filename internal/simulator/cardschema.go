package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// cardSchema is a published JSON Schema for cards.
type cardSchema struct{ compiled *jsonschema.Schema }

func loadCardSchema(path string) (*cardSchema, error) {
	compiled, err := jsonschema.NewCompiler().Compile(path)
	if err != nil {
		return nil, fmt.Errorf("simulator: card schema: %w", err)
	}
	return &cardSchema{compiled}, nil
}

// check gives what the schema finds wrong with a card, leaf by leaf.
func (c *cardSchema) check(card []byte) []string {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(card))
	if err != nil {
		return []string{"#: " + err.Error()}
	}
	err = c.compiled.Validate(v)
	if err == nil {
		return nil
	}
	invalid, is := errors.AsType[*jsonschema.ValidationError](err)
	if !is {
		return []string{"#: " + err.Error()}
	}
	var faults []string
	var walk func(*jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		if len(e.Causes) == 0 {
			faults = append(faults, fmt.Sprintf("#/%s: schema: %v", strings.Join(e.InstanceLocation, "/"), e.ErrorKind))
		}
		for _, cause := range e.Causes {
			walk(cause)
		}
	}
	walk(invalid)
	return faults[:min(len(faults), 20)] // of every alternative one: more would help nobody
}
