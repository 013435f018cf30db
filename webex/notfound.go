package webex

import "errors"

// IsNotFound reports whether err is an [*Error] that says that the thing asked
// for does not exist; see [Error.NotFound].
func IsNotFound(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.NotFound()
}
