// Package apptest starts the whole bot in front of the made-up Webex, for tests
// that ask it as people do. [New] starts it in the test's own process,
// [NewProcess] as a process that can be killed, [NewRestarts] as one that is
// stopped and started again, and [Askers] ask one bot or several all the time.
//
// The tests themselves lie in packages beside this one, one for each promise,
// and run side by side: nothing here has a fixed port or folder.
package apptest
