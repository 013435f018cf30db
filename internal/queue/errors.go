package queue

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Errors that callers compare with errors.Is.
var (
	// ErrClosed says that the queue was closed.
	ErrClosed = errors.New("the queue is closed")
	// ErrExists says that [Bucket.Create] found the key already there.
	ErrExists = errors.New("the key exists")
	// ErrChanged says that [Bucket.Update] or [Bucket.Delete] met another revision than the one it expected.
	ErrChanged = errors.New("the key was changed meanwhile")
	// ErrNotFound says that there is no such key or item.
	ErrNotFound = errors.New("not found")
)

// UnavailableError says that the store can't take or give anything now. It is temporary: the same call may succeed later.
type UnavailableError struct {
	Reason string // in plain words
	Err    error  // what the store said, or nil
}

// Error implements error.
func (e *UnavailableError) Error() string {
	if e.Err == nil {
		return "queue unavailable: " + e.Reason
	}
	return "queue unavailable: " + e.Reason + ": " + e.Err.Error()
}

// Unwrap returns what the store said.
func (e *UnavailableError) Unwrap() error { return e.Err }

// Temporary says that trying again later makes sense.
func (e *UnavailableError) Temporary() bool { return true }

// LockedError says that another process holds the folder.
type LockedError struct {
	Dir    string
	Holder string // process id, host and start of the holder, or "an unknown process"
}

// Error implements error.
func (e *LockedError) Error() string {
	return fmt.Sprintf("the folder %s is in use by %s; two processes on one store lose messages", e.Dir, e.Holder)
}

// DamagedError says that part of the store can't be read. Nothing was changed or deleted.
type DamagedError struct {
	Dir  string
	What string
}

// Error implements error.
func (e *DamagedError) Error() string {
	return fmt.Sprintf("the store in %s can't be read: %s; nothing was changed", e.Dir, e.What)
}

// Codes of JetStream's API errors that nats.go has no name for.
const (
	codeStoreFailed     jetstream.ErrorCode = 10077 // a stream could not store; also "maximum bytes exceeded"
	codeNoResources     jetstream.ErrorCode = 10023 // insufficient resources
	statusUnavailable                       = 503
	textLimit                               = "maximum" // "maximum bytes exceeded": a full stream, not a broken disk
	statusServerFailure                     = 500
)

func apiError(err error) *jetstream.APIError {
	if e, ok := errors.AsType[*jetstream.APIError](err); ok {
		return e
	}
	if e, ok := errors.AsType[jetstream.JetStreamError](err); ok {
		return e.APIError()
	}
	return nil
}

// isTaken reports whether err says that the subject or revision was not as expected.
func isTaken(err error) bool {
	e := apiError(err)
	return e != nil && (e.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence ||
		e.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant)
}

// isFull reports whether err says that a stream has reached its MaxBytes.
func isFull(err error) bool {
	e := apiError(err)
	return e != nil && e.ErrorCode == codeStoreFailed && strings.Contains(e.Description, textLimit)
}

// isBroken reports whether err, from an embedded server, means that its store no longer works until a restart.
func isBroken(err error) bool {
	if errors.Is(err, nats.ErrNoResponders) || errors.Is(err, jetstream.ErrNoStreamResponse) ||
		errors.Is(err, nats.ErrConnectionClosed) {
		return true
	}
	e := apiError(err)
	if e == nil || isFull(err) {
		return false
	}
	switch e.ErrorCode {
	case codeStoreFailed, codeNoResources, jetstream.JSErrCodeJetStreamNotEnabled, jetstream.JSErrCodeJetStreamNotEnabledForAccount:
		return true
	}
	return false
}

// isPassing reports whether err may go away by itself: no leader, no connection, no answer in time.
func isPassing(err error) bool {
	for _, t := range []error{
		nats.ErrTimeout, nats.ErrNoResponders, nats.ErrConnectionClosed, nats.ErrConnectionReconnecting, nats.ErrDisconnected,
		nats.ErrReconnectBufExceeded, nats.ErrNoServers, jetstream.ErrNoStreamResponse, context.DeadlineExceeded, errSession,
	} {
		if errors.Is(err, t) {
			return true
		}
	}
	e := apiError(err)
	return e != nil && e.Code == statusUnavailable && !isFull(err)
}
