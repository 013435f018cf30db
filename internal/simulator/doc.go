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
// halves tell of the same events, each to whoever listens, so a bot with
// webhooks and a socket hears everything twice. A test reads along
// ([Socket.Devices], [Socket.Sockets], [Socket.WaitReady]), breaks sockets
// that are there ([Socket.Cut], [Socket.HalfOpen], [Socket.Close],
// [Socket.Shutdown], [Socket.Send]), registrations ([Socket.Vanish],
// [Socket.AddDevices], [Socket.Move]), what is heard ([Socket.React]), sockets to come ([Socket.SetFaults]),
// any HTTP call of them ([Simulator.Fault] with a path that begins with /u2c/,
// /wdm/, /mercury/ or /conversation/) and everything ([Simulator.Outage]).
//
// Nothing is kept on disk. All times are those of the clock, all limits those
// that Webex documents; where it documents nothing, the stricter reading holds.
package simulator
