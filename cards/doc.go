// Package cards makes what trackbot shows: Adaptive Cards 1.3 as plain values,
// and the markdown that says the same beside them.
//
// There are two layers. A [Card] is elements and actions, limited to what
// every Webex client draws and what the 1.3.0 schema allows. A view ([Code],
// [CodeList], [Notice]) is what an answer says, in plain text; its Card and
// Markdown methods lay it out, escape it and keep it within the budgets
// [MaxCard] and [MaxMarkdown], whatever the data. [Draw] shows a card's JSON
// on a terminal.
package cards
