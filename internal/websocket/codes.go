package websocket

// Close codes. Those of 4400 and more are HTTP statuses in the service's own
// range; the others are RFC 6455's.
const (
	closeNoStatus     = 1005
	closeAbnormal     = 1006
	closePolicy       = 1008
	closeTooBig       = 1009
	closeReplaced     = 4000
	closeBadRequest   = 4400
	closeUnauthorized = 4401
	closeForbidden    = 4403
	closeNotFound     = 4404
)
