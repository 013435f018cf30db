// Package simulator is a Webex for development and tests: it speaks the part
// of the REST API that a chat bot needs, over real HTTP on loopback, delivers
// signed webhooks, and is as strict and as rude as the service may be.
//
// It shares no type with the bot that it tests: its wire format stands for
// itself, so that a wrong JSON key in the client cannot agree with itself.
//
// There are two sides. The protocol, below /v1, is what a bot sees. The other
// side is for whoever runs the test: the methods of [Simulator], and below
// /_simulator/ the same for a person with curl. People write there
// ([Simulator.Say]), press buttons ([Simulator.Click]), and things go wrong
// ([Simulator.Fault], [Simulator.SetDelivery], [Simulator.SetQuirks]).
//
// Nothing is kept on disk. All times are those of the clock, all limits those
// that Webex documents; where it documents nothing, the stricter reading holds.
package simulator
