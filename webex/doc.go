// Package webex speaks the part of the Webex REST API that trackbot needs.
//
// There are two clients, so that the compiler keeps their tokens apart: [Bot]
// reads and posts messages with the bot's token, [Admin] reads tracking codes
// and the list of sites with an administrator's. Both are safe for concurrent
// use and cost one request a call.
//
// Everything that goes wrong comes back as an [*Error], which says what the
// caller can do about it: whether another try may help and when, whether a
// write may have happened all the same, and whether the thing asked for does
// not exist. Retrying stands in one place, inside the clients: a call is tried
// again for as long as its context's deadline has room and it is safe to do
// so. A caller that gives no deadline is given 30 seconds.
package webex
