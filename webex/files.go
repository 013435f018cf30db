package webex

import (
	"bytes"
	"context"
	"fmt"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
)

// File is a file beside a message.
type File struct {
	Name string // as people see it, without folders
	Type string // its media type, such as text/csv
	Data []byte
}

// filesPath is where Webex keeps what was attached to messages.
const filesPath = "/contents/{id}"

// File returns a file that stands beside a message, by its address in
// [Message.Files], at most limit bytes of it: a longer one is a
// [KindTooLarge]. The bot's token goes with the request, so an address
// anywhere but under the API is refused. A file that is being scanned is a
// temporary 423, one with malware a 410, and one that can't be scanned a 428.
func (b *Bot) File(ctx context.Context, address string, limit int64) (File, error) {
	var f File
	q := &request{method: http.MethodGet, path: filesPath, file: &f, limit: limit}
	u, err := url.Parse(address)
	if err != nil || !b.c.ours(u) || u.RawQuery != "" || u.Fragment != "" {
		return File{}, argument(q.op(), "this is no address of a file in Webex")
	}
	id, ok := strings.CutPrefix(u.EscapedPath(), b.c.base.EscapedPath()+strings.TrimSuffix(filesPath, "{id}"))
	if q.id, err = url.PathUnescape(id); !ok || err != nil || strings.ContainsAny(q.id, `/\`) {
		return File{}, argument(q.op(), "this is no address of a file in Webex")
	}
	if err := b.c.do(ctx, q); err != nil {
		return File{}, err
	}
	return f, nil
}

// describe takes the name and the type of a file from its headers.
func (f *File) describe(h http.Header) {
	if kind, _, err := mime.ParseMediaType(h.Get("Content-Type")); err == nil {
		f.Type = kind
	}
	if _, params, err := mime.ParseMediaType(h.Get("Content-Disposition")); err == nil {
		name := params["filename"]
		f.Name = clean(name[strings.LastIndexAny(name, `/\`)+1:])
	}
}

// form writes a message with a file as a multipart form, which is how POST
// /messages takes one. It has no room for a card.
func (m NewMessage) form() (body []byte, contentType string, err error) {
	var b bytes.Buffer
	b.Grow(len(m.File.Data) + len(m.Markdown) + 2048)
	w := multipart.NewWriter(&b)
	for _, field := range [][2]string{
		{"roomId", m.RoomID}, {"toPersonId", m.ToPersonID}, {"parentId", m.ParentID}, {"markdown", m.Markdown}, {"text", m.Text},
	} {
		if field[1] == "" {
			continue
		}
		if err := w.WriteField(field[0], field[1]); err != nil {
			return nil, "", fmt.Errorf("form field %s: %w", field[0], err)
		}
	}
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition("files", m.File.Name)},
		"Content-Type":        {m.File.Type},
	})
	if err != nil {
		return nil, "", fmt.Errorf("form file: %w", err)
	}
	if _, err := part.Write(m.File.Data); err != nil {
		return nil, "", fmt.Errorf("form file: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, "", fmt.Errorf("form: %w", err)
	}
	return b.Bytes(), w.FormDataContentType(), nil
}

// upload makes a POST of a message with a file.
func (c *client) upload(ctx context.Context, q *request, m NewMessage) error {
	kind, _, err := mime.ParseMediaType(m.File.Type)
	switch {
	case len(m.Attachments) > 0:
		return argument(q.op(), "a card and a file go in two messages")
	case m.File.Name == "" || strings.ContainsAny(m.File.Name, "/\\\r\n\x00") || err != nil || kind == "" || len(m.File.Data) == 0:
		return argument(q.op(), "a file needs a name without folders, a media type and content")
	}
	if q.body, q.contentType, err = m.form(); err != nil {
		return &Error{Op: q.op(), Kind: KindArgument, Message: "this can't be written as a form", Err: err}
	}
	return c.do(ctx, q)
}
