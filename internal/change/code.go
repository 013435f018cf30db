package change

import (
	"fmt"
	"slices"
	"strings"

	"trackbot/webex"
)

// Edit is one thing that is asked of a whole code. Its error is a [RefusalError]; the
// notes are for those who approve.
type Edit func(*webex.TrackingCode) (notes []string, err error)

// OfCode plans a change of a code as Webex has it. list is all codes of the site.
// Its error is a [RefusalError] with every rule that the result would break.
func OfCode(now webex.TrackingCode, list []webex.TrackingCode, edits ...Edit) (Plan, error) {
	after := Whole(now)
	p := Plan{Site: now.SiteURL, About: now.Name, Before: State{Code: &now}, After: State{Code: &after}}
	for _, edit := range edits {
		notes, err := edit(&after)
		if err != nil {
			return Plan{}, err
		}
		p.Notes = append(p.Notes, notes...)
	}
	if len(p.Lines()) == 0 {
		return Plan{}, RefusalError("It is like that already.")
	}
	return p, broken(after, list)
}

// Creation plans a new code. list is all codes of the site.
func Creation(c webex.TrackingCode, list []webex.TrackingCode) (Plan, error) {
	after := Whole(c)
	p := Plan{Site: c.SiteURL, About: c.Name, After: State{Code: &after}}
	if len(list) >= usualCodes {
		p.Notes = append(p.Notes, fmt.Sprintf("The site has %d codes. Webex does not say how many there can be; older interfaces had room for %d.", len(list), usualCodes))
	}
	return p, broken(after, list)
}

// Deletion plans that a code goes.
func Deletion(now webex.TrackingCode) Plan {
	return Plan{Site: now.SiteURL, About: now.Name, Before: State{Code: &now}, Notes: []string{
		"Undo brings it back with a new id and without the values that people have of it, unless they are saved as a file and set again from that.",
		"Meetings that are scheduled already may keep it or lose it; Webex does not say.",
	}}
}

// AddOption adds a value at the end of the list.
func AddOption(value string) Edit {
	return func(c *webex.TrackingCode) ([]string, error) {
		value = strings.TrimSpace(value)
		if c.InputMode == "text" {
			return nil, RefusalError(c.Name + " is free text: it has no list of values.")
		}
		if i := optionAt(*c, value); i >= 0 {
			return nil, RefusalError(fmt.Sprintf("%s has the value “%s” already.", c.Name, c.Options[i].Value))
		}
		c.Options = append(c.Options, webex.Option{Value: value})
		return nil, nil
	}
}

// RemoveOption takes a value from the list.
func RemoveOption(value string) Edit {
	return func(c *webex.TrackingCode) ([]string, error) {
		i := optionAt(*c, value)
		if i < 0 {
			return nil, noOption(*c, value)
		}
		notes := []string{fmt.Sprintf("People who have “%s” are not changed. Webex does not say what becomes of their value.", c.Options[i].Value)}
		if c.Options[i].DefaultValue {
			notes = append(notes, "It is the default: the code has none then.")
		}
		c.Options = slices.Delete(c.Options, i, i+1)
		return notes, nil
	}
}

// RenameOption puts another value in the place of one.
func RenameOption(value, to string) Edit {
	return func(c *webex.TrackingCode) ([]string, error) {
		to = strings.TrimSpace(to)
		i := optionAt(*c, value)
		if i < 0 {
			return nil, noOption(*c, value)
		}
		if j := optionAt(*c, to); j >= 0 && j != i {
			return nil, RefusalError(fmt.Sprintf("%s has the value “%s” already.", c.Name, c.Options[j].Value))
		}
		old := c.Options[i].Value
		c.Options[i].Value = to
		return []string{fmt.Sprintf("Webex knows no renaming: “%s” goes and “%s” comes. Scheduled meetings that have “%s” keep the old word.", old, to, old)}, nil
	}
}

// Default makes a value the one that is filled in.
func Default(value string) Edit {
	return func(c *webex.TrackingCode) ([]string, error) {
		i := optionAt(*c, value)
		if i < 0 {
			return nil, noOption(*c, value)
		}
		for j := range c.Options {
			c.Options[j].DefaultValue = j == i
		}
		return []string{"A default counts for people without a value of their own."}, nil
	}
}

// NoDefault lets nothing be filled in.
func NoDefault() Edit {
	return func(c *webex.TrackingCode) ([]string, error) {
		for i := range c.Options {
			c.Options[i].DefaultValue = false
		}
		return nil, nil
	}
}

// InService sets the rule of a service, or of [All].
func InService(service, kind string) Edit {
	return func(c *webex.TrackingCode) ([]string, error) {
		if c.ScheduleStartCodes == nil || c.InputMode == hostProfileSelect {
			return nil, RefusalError(c.Name + " is for the host profile alone: it has no rules for meetings.")
		}
		for i, rule := range c.ScheduleStartCodes {
			if service == All || rule.Service == service {
				c.ScheduleStartCodes[i].Type = kind
			}
		}
		settleAll(c.ScheduleStartCodes)
		if kind == Required {
			return []string{"Whoever schedules then must give a value. Meetings in personal rooms, and ad-hoc ones of a space, never carry a code."}, nil
		}
		return nil, nil
	}
}

// notInControlHub goes with a code that the host profile requires.
const notInControlHub = "Webex takes no code that is required in the host profile on a site that is managed in Control Hub. I can't see how a site is managed."

// InHostProfile sets the rule of the host profile.
func InHostProfile(kind string) Edit {
	return func(c *webex.TrackingCode) ([]string, error) {
		c.HostProfileCode = kind
		if kind == Required {
			return []string{notInControlHub}, nil
		}
		return nil, nil
	}
}

// Rename gives a code another name.
func Rename(name string) Edit {
	return func(c *webex.TrackingCode) ([]string, error) {
		c.Name = strings.TrimSpace(name)
		return []string{"Programs that send people's values or meetings to Webex call a code by its name: they must send the new one. Past reports keep the old one."}, nil
	}
}

// optionAt finds a value: as it is written, else whatever its case and blanks;
// -1 where there is none.
func optionAt(c webex.TrackingCode, value string) int {
	if i := slices.IndexFunc(c.Options, func(o webex.Option) bool { return o.Value == value }); i >= 0 {
		return i
	}
	return slices.IndexFunc(c.Options, func(o webex.Option) bool { return fold(o.Value) == fold(value) })
}

func noOption(c webex.TrackingCode, value string) RefusalError {
	return RefusalError(fmt.Sprintf("%s has no value “%s”.", c.Name, strings.TrimSpace(value)))
}
