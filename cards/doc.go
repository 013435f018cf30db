// Package cards draws what trackbot answers.
//
// A [View] says it in plain text: a title, blocks of text, facts, rows and
// fields, and buttons. It is drawn as an Adaptive Card 1.3 ([View.Card]) and as
// markdown ([View.Markdown]); [Draw] writes a card to a terminal. The drawings
// escape every text and stay within [MaxCard] and [MaxMarkdown] whatever the
// data. [Code], [CodeList], [List], [Report], [Notice] and [Form] are the usual
// answers, each of which becomes a View.
package cards
