package cards_test

import (
	"bytes"
	"testing"

	"trackbot/cards"
)

func BenchmarkCard(b *testing.B) {
	for _, bb := range []struct {
		name string
		view view
	}{{"Example", example()}, {"500Options", big()}, {"Worst", worst()}, {"200Codes", list(200)}} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := bb.view.View().Card().JSON(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMarkdown(b *testing.B) {
	for _, bb := range []struct {
		name string
		view view
	}{{"Example", example()}, {"500Options", big()}} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bb.view.View().Markdown()
			}
		})
	}
}

func BenchmarkDraw(b *testing.B) {
	card, err := example().View().Card().JSON()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		var w bytes.Buffer
		if err := cards.Draw(&w, card, 72); err != nil {
			b.Fatal(err)
		}
	}
}
