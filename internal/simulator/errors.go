package simulator

import (
	"errors"
	"net/http"
)

// The messages of documented error bodies.
const (
	textNotFound  = "The requested resource could not be found."
	textMalformed = "The request could not be understood by the server due to malformed syntax. See 'errors' for more details."
	textForbidden = "The server understood the request, but refused to fulfill it because the access token is missing required scopes " +
		"or the user is missing required roles or licenses."
)

// apiError is an answer other than 2xx in the documented shape.
type apiError struct {
	status  int
	message string
	errors  any // usually [{description}]; an object for bad cards
}

func (e *apiError) Error() string { return e.message }

type description struct {
	Description string `json:"description"`
}

func describe(text string) []description { return []description{{text}} }

// refuse is an error whose message is also its description.
func refuse(status int, message string) error {
	return &apiError{status, message, describe(message)}
}

func notFound(text string) error {
	if text == "" {
		text = textNotFound
	}
	return refuse(http.StatusNotFound, text)
}

func malformed(text string) error {
	return &apiError{http.StatusBadRequest, textMalformed, describe(text)}
}

func forbidden(text string) error {
	if text == "" {
		text = textForbidden
	}
	return &apiError{http.StatusForbidden, textForbidden, describe(text)}
}

// errorBody returns status and body of an error; one that is not ours is a 500.
func errorBody(err error, tracking string) (int, []byte) {
	e, isAPI := errors.AsType[*apiError](err)
	if !isAPI {
		e = &apiError{http.StatusInternalServerError, "An unexpected error occurred on the server.", nil}
	}
	body, err := encode(map[string]any{"message": e.message, "errors": e.errors, "trackingId": tracking})
	if err != nil {
		return http.StatusInternalServerError, nil
	}
	return e.status, body
}
