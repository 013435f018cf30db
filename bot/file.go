package bot

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"trackbot/cards"
	"trackbot/webex"
)

// File is a file beside a message: one that is attached to a question, or part
// of an answer.
type File struct {
	Name string // without folders, such as codes.csv
	Type string // its media type, such as text/csv
	Data []byte
}

const (
	// maxAttached bounds one attached file: 500 addresses are 127 KB at most.
	maxAttached = 1 << 20
	// maxAttachments is how many files of one question are read.
	maxAttachments = 5
	// maxPacked bounds a file in an [Outgoing], so that no row of the outbox grows
	// much over a megabyte.
	maxPacked = 900_000
)

// packed is a file as the queue keeps it: tables shrink to a tenth.
type packed struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Data []byte `json:"gzip"`
}

// MarshalJSON packs the data.
func (f *File) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(f.Data)
	if err = errors.Join(err, w.Close()); err != nil {
		return nil, fmt.Errorf("pack a file: %w", err)
	}
	return json.Marshal(packed{f.Name, f.Type, b.Bytes()})
}

// UnmarshalJSON unpacks the data.
func (f *File) UnmarshalJSON(raw []byte) error {
	var p packed
	if err := json.Unmarshal(raw, &p); err != nil {
		return fmt.Errorf("unpack a file: %w", err)
	}
	r, err := gzip.NewReader(bytes.NewReader(p.Data))
	if err != nil {
		return fmt.Errorf("unpack a file: %w", err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("unpack a file: %w", err)
	}
	*f = File{p.Name, p.Type, data}
	return nil
}

// fits reports whether the queue can keep the file.
func (f *File) fits() bool {
	raw, err := f.MarshalJSON()
	return err == nil && len(raw) <= maxPacked
}

// Parts are the messages of a reply, in their order: Webex takes no card and
// file in one. Each has a key of its own, so that each is posted once.
func (o Outgoing) Parts() []Outgoing {
	files := []*File{o.File, o.Picture}
	o.File, o.Picture = nil, nil
	parts := []Outgoing{o}
	for i, f := range files {
		if f != nil {
			file := o
			file.Key, file.File = o.Key+[]string{fileSuffix, pictureSuffix}[i], f
			file.Card, file.Replaces, file.Earlier, file.Trace = nil, "", "", nil
			file.Markdown = cards.Escape(f.Name) + " · Ref " + o.Ref
			parts = append(parts, file)
		}
	}
	return parts
}

// refusedFile stands below the name of a file that Webex did not take.
const refusedFile = "Webex did not take this file. Whoever runs this bot finds the reason in its log under the reference."

// unreadFileError is an attached file that could not be had.
type unreadFileError struct{ error }

func (e unreadFileError) Unwrap() error { return e.error }

// errTooMany says that a question has more files than are read.
var errTooMany = fmt.Errorf("more than %d files are attached", maxAttachments)

// files reads what is attached to a question.
func (b *Bot) files(ctx context.Context, addresses []string) ([]File, error) {
	if len(addresses) > maxAttachments {
		return nil, unreadFileError{errTooMany}
	}
	var files []File
	for _, address := range addresses {
		f, err := b.o.Webex.File(ctx, address, maxAttached)
		if webex.IsStatus(err, http.StatusUnauthorized) {
			return nil, signInError{err}
		}
		if err != nil {
			return nil, unreadFileError{fmt.Errorf("attached file: %w", err)}
		}
		files = append(files, File(f))
	}
	return files, nil
}

// unread answers a question whose files can't be read.
func (b *Bot) unread(ctx context.Context, q question, err error) (*Reply, error) {
	if _, later := errors.AsType[signInError](err); later {
		return nil, err
	}
	return b.failure(ctx, q, err)
}

// words says why the file was not read and who can mend that.
func (e unreadFileError) words() cards.Notice {
	n := cards.Notice{Title: "I can't read the attached file"}
	w, _ := errors.AsType[*webex.Error](e.error)
	switch {
	case errors.Is(e, errTooMany):
		n.Lines = []string{fmt.Sprintf("I read up to %d files at once. Attach fewer, or put the lists into one.", maxAttachments)}
	case w == nil:
		n.Lines = []string{"Something went wrong on the way. Attach it again, or paste the list below your question."}
	case w.Kind == webex.KindTooLarge:
		n.Lines = []string{"It is larger than 1 MB. Attach a shorter list, or paste it below your question."}
	case w.Status == http.StatusGone:
		n.Lines = []string{"Webex found malware in it and does not give it to anybody. Paste the list below your question instead."}
	case w.Status == http.StatusPreconditionRequired:
		n.Lines = []string{"Webex can't scan it for malware, as with files that are encrypted, so I don't open it. Attach it as plain text, or paste the list below your question."}
	case w.Status == http.StatusLocked:
		n.Lines = []string{"Webex is still scanning it for malware. Ask again in a few minutes."}
	case w.Temporary():
		n.Lines = []string{"Webex did not give it to me in time. Ask again in a few minutes, or paste the list below your question."}
	default:
		n.Lines = []string{"Webex does not give it to me. Attach it again, or paste the list below your question."}
	}
	return n
}
