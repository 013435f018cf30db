package simulator

import (
	"cmp"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"
)

// maxUpload bounds a message that comes as a form with a file.
const maxUpload = 32 << 20

// File is a file beside a message.
type File struct {
	Name string `json:"name"`
	Type string `json:"type"` // its media type
	Data []byte `json:"data"`
}

// storeFiles stores files for a message and returns their addresses.
func (s *Simulator) storeFiles(files []File) []string {
	var urls []string
	for _, f := range files {
		id := s.dice.id(kindContent)
		s.files[id] = f
		urls = append(urls, s.url+contents+id)
	}
	return urls
}

const contents = "/contents/"

// File returns a file by its address in [Message.Files]. It panics if there
// is none.
func (s *Simulator) File(address string) File {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.files[s.fileID(address)]
	if !ok {
		panic("simulator: no file has the address " + address)
	}
	return f
}

func (s *Simulator) fileID(address string) string {
	return canonical(strings.TrimPrefix(address, s.url+contents))
}

// getFile answers GET /contents/{id} to everyone who sees the message.
func (s *Simulator) getFile(r *request) (reply, error) {
	id := canonical(r.PathValue("id"))
	f, ok := s.files[id]
	for _, p := range s.posts {
		if ok && slices.Contains(p.m.Files, s.url+contents+id) && s.sees(r.who.person, p.room, p.m) {
			return reply{status: http.StatusOK, file: &f}, nil
		}
	}
	return reply{}, notFound("")
}

// readMessage reads the body of POST /messages: JSON, or a form with a file.
func readMessage(r *request) (n newMessage, err error) {
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return n, decode(r, &n, "roomId", "toPersonId", "toPersonEmail", "parentId", "text", "markdown", "files", "attachments")
	}
	form := multipart.NewReader(r.Body, params["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, malformed("The form could not be read.")
		}
		if err := n.addPart(part); err != nil {
			return n, err
		}
	}
}

// fetched adds the file at an address to uploads: the service copies it, and
// refuses what it can't read.
func fetched(ctx context.Context, addresses []string, uploads []File) ([]File, error) {
	for _, address := range addresses {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil || req.URL.Scheme != "http" && req.URL.Scheme != "https" {
			return nil, malformed("'files' must hold a URL")
		}
		resp, err := (&http.Client{Timeout: deliveryTimeout}).Do(req)
		if err != nil {
			return nil, refuse(http.StatusBadRequest, "Unable to retrieve content.")
		}
		data, err := io.ReadAll(io.LimitReader(resp.Body, maxUpload))
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			return nil, refuse(http.StatusBadRequest, "Unable to retrieve content.")
		}
		uploads = append(uploads, File{path.Base(req.URL.Path), cmp.Or(resp.Header.Get("Content-Type"), "application/octet-stream"), data})
	}
	return uploads, nil
}

// addPart reads one part of a form. A form cannot hold a card.
func (n *newMessage) addPart(part *multipart.Part) error {
	raw, err := io.ReadAll(part)
	if _, tooBig := errors.AsType[*http.MaxBytesError](err); tooBig {
		return refuse(http.StatusRequestEntityTooLarge, "The file is too large.")
	}
	if err != nil {
		return malformed("The form could not be read.")
	}
	field := map[string]*string{
		"roomId": &n.RoomID, "toPersonId": &n.ToPersonID, "toPersonEmail": &n.ToPersonEmail,
		"parentId": &n.ParentID, "text": &n.Text, "markdown": &n.Markdown,
	}[part.FormName()]
	switch {
	case field != nil && *field == "":
		*field = string(raw)
	case part.FormName() != "files":
		return malformed("Unknown or repeated form field '" + part.FormName() + "'.")
	case part.Header.Get("Content-Type") == "" || len(raw) == 0:
		return malformed("'files' needs a content type and content.")
	default:
		n.uploads = append(n.uploads, File{cmp.Or(part.FileName(), "file"), part.Header.Get("Content-Type"), raw})
	}
	return nil
}
