package ask

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSpans reads each time behind a question that takes one.
func TestSpans(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Span{
		"Friday":             {Unit: Weekday, N: 5},
		"last Monday":        {Unit: Weekday, N: 1},
		"yesterday":          {Unit: Day, N: 1, Whole: true},
		"this morning today": {}, // no time of a day
		"last week":          {Unit: Week, N: 1, Whole: true},
		"this month":         {Unit: Month, Whole: true},
		"30 days":            {Unit: Day, N: 30},
		"the last 24 hours":  {Unit: Hour, N: 24},
		"two weeks ago":      {Unit: Week, N: 2},
		"an hour":            {Unit: Hour, N: 1},
		"a year ago":         {Unit: Year, N: 1},
		"1 May":              {Unit: Date, N: 1, Month: 5},
		"May 1st":            {Unit: Date, N: 1, Month: 5},
		"3rd of":             {},
		"24 December 2025":   {Unit: Date, N: 24, Month: 12, Year: 2025},
		"Dec 24, 2025":       {Unit: Date, N: 24, Month: 12, Year: 2025},
		"2026-02-28":         {Unit: Date, N: 28, Month: 2, Year: 2026},
		"2026-13-01":         {},
		"32 May":             {},
		"99999 days":         {},
		"October":            {Unit: Month, Whole: true, Month: 10},
		"October 2025":       {Unit: Month, Whole: true, Month: 10, Year: 2025},
		"May":                {Unit: Month, Whole: true, Month: 5},
		"May 2026":           {Unit: Month, Whole: true, Month: 5, Year: 2026},
	} {
		q := New(English).Read(Text{Words: "what changed since " + text}, world(), From{Site: exampleHost})[0].Question
		var got Span
		if q.Span != nil && q.Command == "changed" {
			got = *q.Span
		}
		want.Since = want.Unit != ""
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the time in %q (-want +got):\n%s", q.Said, diff)
		}
	}
}

// TestSince tells what goes on until now from what ends, in each language.
func TestSince(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"what changed since March":             true,
		"what changed in March":                false,
		"what changed after 1 May":             true,
		"what changed last week":               false,
		"meetings without a code from October": true,
		"meetings without a code in October":   false,
		"was hat sich seit März geändert":      true,
		"was hat sich ab März geändert":        true,
		"was hat sich im März geändert":        false,
		"qu'est-ce qui a changé depuis mars":   true,
		"qu'est-ce qui a changé en mars":       false,
		"qué cambió desde marzo":               true,
		"qué cambió en marzo":                  false,
	} {
		q := New(Languages()...).Read(Text{Words: text}, world(), From{Site: exampleHost})[0].Question
		if q.Span == nil || q.Span.Since != want {
			t.Errorf("%s: %+v, want since %v", text, q.Span, want)
		}
	}
	for text, want := range map[string]bool{
		"what changed on Friday":                 true,
		"what changed on 1 May":                  true,
		"what changed 1 May":                     false,
		"what changed since Friday":              false,
		"was hat sich am Freitag geändert":       true,
		"was hat sich seit Freitag geändert":     false,
		"qu'est-ce qui a changé le 1 mai":        true,
		"qu'est-ce qui a changé depuis le 1 mai": false,
		"qué cambió el viernes":                  true,
		"qué cambió desde el viernes":            false,
	} {
		q := New(Languages()...).Read(Text{Words: text}, world(), From{Site: exampleHost})[0].Question
		if q.Span == nil || q.Span.Whole != want {
			t.Errorf("%s: %+v, want that day alone %v", text, q.Span, want)
		}
	}
	for text, want := range map[string]Span{"in the last week": {Unit: Week, N: 1}, "last month": {Unit: Month, N: 1, Whole: true}} {
		if q := New(English).Read(Text{Words: "what changed " + text}, world(), From{Site: exampleHost})[0].Question; q.Span == nil || *q.Span != want {
			t.Errorf("%s: %+v, want %+v", text, q.Span, want)
		}
	}
}

// TestWhatChanged reads questions about what changed and watches.
func TestWhatChanged(t *testing.T) {
	t.Parallel()
	const friday, days, may, yesterday = "weekday 5", "day 30", "date 1", "day 1"
	for text, want := range map[string]string{
		"what changed":                                      "changed",
		"What has changed on emea since Friday?":            "changed @emea " + friday,
		"what changed in the last 30 days":                  "changed " + days,
		"changes since Friday":                              "changed " + friday,
		"who changed something on example yesterday":        "changed @example " + yesterday,
		"anything new since Friday?":                        "changed " + friday,
		"history of Department on example since Friday":     "history Department @example " + friday,
		"Department history 30 days":                        "history Department " + days,
		"changes of Cost Center on emea since 1 May":        "history Cost Center @emea " + may,
		"who changed Department":                            "history/who Department",
		"by whom was Department changed":                    "history/who Department",
		"when did Legal become an option":                   "history/option option=Legal",
		"when did Legal become an option of Department":     "history/option Department option=Legal",
		"since when is Legal an option of Department":       "history/option Department option=Legal",
		"when was Legal removed from Department":            "history/option Department option=Legal",
		"Department as of 1 May":                            "history/asof Department " + may,
		"how was Department yesterday":                      "history/asof Department " + yesterday,
		"what did Department look like on 1 May on example": "history/asof Department @example " + may,
		"watch codes on emea":                               "watch @emea",
		"watch codes on emea here":                          "watch/here @emea",
		"watch Department here":                             "watch/here Department",
		"tell me when Department changes":                   "watch Department",
		"notify me about changes of Department on example":  "watch Department @example",
		"let me know when something changes on emea":        "watch @emea",
		"tell this space when something changes on emea":    "watch/here @emea",
		"unwatch":                                                       "unwatch",
		"unwatch Department here":                                       "unwatch Department",
		"stop watching Department on example":                           "unwatch Department @example",
		"watch codes on emea here daily at 9":                           "watch/here daily=true from=9 to= @emea",
		"watch codes on emea every day at 9:30 here":                    "watch/here daily=true from=9:30 to= @emea",
		"watch codes daily":                                             "watch daily=true from= to=",
		"watch codes daily at breakfast":                                "watch daily=true from=breakfast to=",
		"watch Department quiet from 18 to 8":                           "watch Department daily=false from=18 to=8",
		"watch Department quiet between 6 pm and 8:30 am":               "watch Department daily=false from=6 pm to=8:30 am",
		"watch Department on emea quiet from 18-8 here":                 "watch/here Department elsewhere daily=false from=18 to=8 @emea",
		"what changed daily at 9":                                       "",
		"drift":                                                         "drift",
		"drift on example and emea":                                     "drift @example,emea",
		"what differs between example and emea that should be the same": "drift @example,emea",
		"what should be the same on example and emea but is not":        "drift @example,emea",
		"keep Department the same on example and emea":                  "keep Department @example,emea",
		"keep Department the same on all sites here daily at 8":         "keep/here Department daily=true from=8 to= @all",
		"stop keeping Department the same on example and emea":          "unwatch/kept Department @example,emea",
		"compare Department on example and emea":                        "compare Department @example,emea",
		"watches":                                                       "watches",
		"what am I watching?":                                           "watches",
		"tell me about Department":                                      "code Department",
		"what is the difference between example and emea today":         "compare @example,emea",
		"stop": "stop",
	} {
		q := New(English).Read(Text{Words: text}, world(), From{Site: exampleHost})[0].Question
		got := short(q)
		if s := q.Span; s != nil {
			got = fmt.Sprint(got, " ", s.Unit, " ", s.N)
		}
		if got != want {
			t.Errorf("%q = %s, want %s", text, got, want)
		}
	}
}

// TestWhatChangedInOtherLanguages reads the same in German, French and Spanish.
func TestWhatChangedInOtherLanguages(t *testing.T) {
	t.Parallel()
	grammar := New(Languages()...)
	for text, want := range map[string]string{
		"Was hat sich seit Freitag geändert?":                 "changed weekday 5",
		"was wurde auf emea seit gestern geändert":            "changed @emea day 1",
		"Änderungen seit 30 Tagen":                            "changed day 30",
		"Verlauf von Department seit letzter Woche":           "history Department week 1",
		"wer hat Department geändert?":                        "history/who Department",
		"seit wann ist Legal eine Option von Department":      "history/option Department option=Legal",
		"Department am 1. Mai":                                "history/asof Department date 1",
		"wie war Department gestern":                          "history/asof Department day 1",
		"beobachte Codes auf emea hier täglich um 9 Uhr":      "watch/here daily=true from=9 Uhr to= @emea",
		"beobachte Department ruhig von 18 bis 8":             "watch Department daily=false from=18 to=8",
		"sag mir Bescheid, wenn sich Department ändert":       "watch Department",
		"beobachte Department nicht mehr":                     "unwatch Department",
		"meine Beobachtungen":                                 "watches",
		"halte Department auf example und emea gleich":        "keep Department @example,emea",
		"halte Department nicht mehr gleich":                  "unwatch/kept Department",
		"Abweichungen":                                        "drift",
		"Qu'est-ce qui a changé depuis hier ?":                "changed day 1",
		"changements depuis 30 jours":                         "changed day 30",
		"historique de Department depuis la semaine dernière": "history Department week 1",
		"qui a modifié Department ?":                          "history/who Department",
		"depuis quand Legal est une option de Department":     "history/option Department option=Legal",
		"Department au 1er mai":                               "history/asof Department date 1",
		"surveille les codes sur emea ici chaque jour à 9h":   "watch/here daily=true from=9h to= @emea",
		"surveille Department silence de 18h à 8h":            "watch Department daily=false from=18h to=8h",
		"préviens-moi quand Department change":                "watch Department",
		"ne surveille plus Department":                        "unwatch Department",
		"mes abonnements":                                     "watches",
		"garde Department identique sur example et emea":      "keep Department @example,emea",
		"ne garde plus Department identique":                  "unwatch/kept Department",
		"écarts":                                              "drift",
		"¿Qué ha cambiado desde el viernes?":                  "changed weekday 5",
		"cambios desde ayer":                                  "changed day 1",
		"historial de Department desde la semana pasada":      "history Department week 1",
		"¿quién cambió Department?":                           "history/who Department",
		"desde cuándo es Legal una opción de Department":      "history/option Department option=Legal",
		"cómo era Department el 1 de mayo":                    "history/asof Department date 1",
		"vigila los códigos en emea aquí cada día a las 9":    "watch/here daily=true from=9 to= @emea",
		"vigila Department silencio de las 18 a las 8":        "watch Department daily=false from=18 to=8",
		"avísame cuando cambie Department":                    "watch Department",
		"deja de vigilar Department":                          "unwatch Department",
		"mis avisos":                                          "watches",
		"mantén Department igual en example y emea":           "keep Department @example,emea",
		"no mantengas Department igual":                       "unwatch/kept Department",
		"divergencias":                                        "drift",
	} {
		q := grammar.Read(Text{Words: text}, world(), From{Site: exampleHost})[0].Question
		got := short(q)
		if s := q.Span; s != nil {
			got = fmt.Sprint(got, " ", s.Unit, " ", s.N)
		}
		if got != want {
			t.Errorf("%q = %s, want %s", text, got, want)
		}
	}
}
