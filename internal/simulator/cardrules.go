package simulator

import (
	"slices"
	"strings"
)

// cardRules are the keys that each type of a card of version 1.3 takes. The
// schema is closed: any other key is a fault.
type cardRules struct {
	types    map[string]map[string]keyRule
	required map[string][]string // the keys of each type that must be there, sorted
	typed    map[string]bool     // types that must be named even where nothing else can stand
}

// keyRule lists what one key may hold.
type keyRule []valueKind

// valueKind is one JSON type that a key may have.
type valueKind struct {
	json    string
	words   []string // of a string: the only ones, in any case
	of      []string // of an object, or a list's objects: their types
	strings bool     // of a list: strings may stand in it too
}

// newCardRules reads the tables below.
func newCardRules() cardRules {
	r := cardRules{types: map[string]map[string]keyRule{}, required: map[string][]string{}, typed: map[string]bool{"AdaptiveCard": true}}
	groups := map[string][]string{
		"element": {
			"ActionSet", "ColumnSet", "Container", "FactSet", "Image", "ImageSet", "Input.ChoiceSet", "Input.Date",
			"Input.Number", "Input.Text", "Input.Time", "Input.Toggle", "Media", "RichTextBlock", "TextBlock",
		},
		"action": {"Action.OpenUrl", "Action.ShowCard", "Action.Submit", "Action.ToggleVisibility"},
		"select": {"Action.OpenUrl", "Action.Submit", "Action.ToggleVisibility"},
	}
	for name, table := range cardTables() {
		keys := map[string]keyRule{}
		for key := range strings.FieldsSeq(expand(table)) {
			k, kinds, _ := strings.Cut(key, "=")
			k, must := strings.CutSuffix(k, "!")
			keys[k] = readKinds(kinds, groups)
			if must {
				r.required[name] = append(r.required[name], k)
			}
		}
		slices.Sort(r.required[name])
		r.types[name] = keys
	}
	return r
}

// expand puts sets of keys and words in place of their names: first the sets,
// which hold names of words themselves.
func expand(table string) string {
	const item = "id=s isVisible=b requires=o"
	const rest = " isVisible=b requires=o fallback={element},drop height=auto|stretch separator=b spacing=$spacing"
	table = strings.NewReplacer(
		"+action", "title=s iconUrl=s style=default|positive|destructive fallback={action},drop requires=o",
		"+input", "id!=s errorMessage=s isRequired=b label=s"+rest,
		"+element", "id=s"+rest,
		"+item", item,
	).Replace(table)
	return strings.NewReplacer(
		"$spacing", "default|none|small|medium|large|extraLarge|padding",
		"$colors", "default|dark|light|accent|good|warning|attention",
		"$sizes", "default|small|medium|large|extraLarge",
		"$images", "auto|stretch|small|medium|large",
		"$weights", "default|lighter|bolder",
		"$fonts", "default|monospace",
		"$across", "left|center|right",
		"$down", "top|center|bottom",
		"$style", "default|emphasis|good|attention|warning|accent,null",
		"$background", "{BackgroundImage},s",
	).Replace(table)
}

// readKinds reads one key's kinds: s, b, n, o and null are JSON types, {T} an
// object of a type or group, [T] a list of them, [T]s one with strings too,
// anything else the words of a string.
func readKinds(kinds string, groups map[string][]string) keyRule {
	var out keyRule
	types := func(name string) []string {
		if g := groups[name]; g != nil {
			return g
		}
		return []string{name}
	}
	for kind := range strings.SplitSeq(kinds, ",") {
		switch {
		case kind == "s":
			out = append(out, valueKind{json: kindString})
		case kind == "b":
			out = append(out, valueKind{json: kindBool})
		case kind == "n":
			out = append(out, valueKind{json: kindNumber})
		case kind == "o":
			out = append(out, valueKind{json: kindObject})
		case kind == "null":
			out = append(out, valueKind{json: kindNull})
		case kind[0] == '{':
			out = append(out, valueKind{json: kindObject, of: types(strings.Trim(kind, "{}"))})
		case kind[0] == '[':
			name, mixed := strings.CutSuffix(kind, "s")
			mixed = mixed && strings.HasSuffix(name, "]")
			out = append(out, valueKind{json: kindArray, of: types(strings.Trim(name, "[]")), strings: mixed})
		default:
			out = append(out, valueKind{json: kindString, words: strings.Split(kind, "|")})
		}
	}
	return out
}

// cardTables lists the keys of each type; ! marks those that must be there.
func cardTables() map[string]string {
	return map[string]string{
		"AdaptiveCard": "version!=1.0|1.1|1.2|1.3 body=[element] actions=[action] selectAction={select} fallbackText=s " +
			"backgroundImage=$background minHeight=s speak=s lang=s verticalContentAlignment=$down $schema=s",
		"TextBlock":     "text!=s color=$colors fontType=$fonts horizontalAlignment=$across isSubtle=b maxLines=n size=$sizes weight=$weights wrap=b +element",
		"RichTextBlock": "inlines!=[TextRun]s horizontalAlignment=$across +element",
		"TextRun": "text!=s color=$colors fontType=$fonts highlight=b isSubtle=b italic=b selectAction={select} size=$sizes " +
			"strikethrough=b underline=b weight=$weights",
		"Image": "url!=s altText=s backgroundColor=s height=s horizontalAlignment=$across selectAction={select} size=$images style=default|person " +
			"width=s fallback={element},drop separator=b spacing=$spacing +item",
		"ImageSet":    "images!=[Image] imageSize=$images +element",
		"Media":       "sources!=[MediaSource] poster=s altText=s +element",
		"MediaSource": "mimeType!=s url!=s",
		"FactSet":     "facts!=[Fact] +element",
		"Fact":        "title!=s value!=s",
		"Container": "items!=[element] selectAction={select} style=$style verticalContentAlignment=$down bleed=b " +
			"backgroundImage=$background minHeight=s +element",
		"ColumnSet": "columns=[Column] selectAction={select} style=$style bleed=b minHeight=s horizontalAlignment=$across +element",
		"Column": "items=[element] backgroundImage=$background bleed=b fallback={Column},drop minHeight=s separator=b spacing=$spacing " +
			"selectAction={select} style=$style verticalContentAlignment=$down width=s,n +item",
		"ActionSet":               "actions!=[action] +element",
		"BackgroundImage":         "url!=s fillMode=cover|repeatHorizontally|repeatVertically|repeat horizontalAlignment=$across verticalAlignment=$down",
		"Action.OpenUrl":          "url!=s +action",
		"Action.Submit":           "data=s,o associatedInputs=auto|none +action",
		"Action.ShowCard":         "card={AdaptiveCard} +action",
		"Action.ToggleVisibility": "targetElements=[TargetElement]s +action",
		"TargetElement":           "elementId!=s isVisible=b,null",
		"Input.Text":              "isMultiline=b maxLength=n placeholder=s regex=s style=text|tel|url|email inlineAction={select} value=s +input",
		"Input.Number":            "max=n min=n placeholder=s value=n +input",
		"Input.Date":              "max=s min=s placeholder=s value=s +input",
		"Input.Time":              "max=s min=s placeholder=s value=s +input",
		"Input.Toggle":            "title!=s value=s valueOff=s valueOn=s wrap=b +input",
		"Input.ChoiceSet":         "choices!=[Input.Choice] isMultiSelect=b style=compact|expanded value=s placeholder=s wrap=b +input",
		"Input.Choice":            "title!=s value!=s",
	}
}
