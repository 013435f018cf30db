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
// The other half is the websocket ([Simulator.Socket]): service discovery at
// [Socket.U2CURL] (catalog, authenticated and limited), device registrations
// at the link wdm of the catalog, and sockets at a device's webSocketUrl. Both
// halves report the same events, so a bot with webhooks and a socket receives
// everything twice. A test can look at the devices and sockets
// ([Socket.Devices], [Socket.Sockets], [Socket.WaitReady]), break open sockets
// ([Socket.Cut], [Socket.HalfOpen], [Socket.Close], [Socket.Shutdown],
// [Socket.Send]), break registrations ([Socket.Vanish], [Socket.AddDevices],
// [Socket.Move]), add noise ([Socket.React]), set how later sockets misbehave
// ([Socket.SetFaults]), make an HTTP call fail ([Simulator.Fault] with a path
// that begins with /u2c/, /wdm/, /mercury/ or /conversation/) and make
// everything unreachable ([Simulator.Outage]).
//
// Cards are checked against card.schema.json, which is written for this
// package: the elements of Adaptive Cards 1.3 and the rules that Webex adds.
//
// Nothing is stored on disk. Times are those of the clock. Limits are those
// that Webex documents; where it documents nothing, the stricter reading holds.
package simulator
