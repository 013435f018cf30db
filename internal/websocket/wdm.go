package websocket

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"trackbot/webex"

	"github.com/google/uuid"
)

// errAddress is an address that the token must not be sent to.
var errAddress = errors.New("an address that is none of Webex's")

const (
	callLimit  = 10 * time.Second // for one call of discovery or registration
	maxBody    = 8 << 20          // of an answer: a device with all its features has a megabyte
	maxMessage = 300              // of the words of a refusal, in bytes
	deviceTTL  = 30 * time.Minute // asked for: what is left behind by a crash is gone by then
)

// catalog is what U2C tells of the account's region.
type catalog struct {
	wdm      string            // base of the device service
	clusters map[string]string // of conversation hosts
}

// deviceRecord is a registration of the account with the device service.
type deviceRecord struct {
	URL          string        `json:"url"`
	WebSocketURL string        `json:"webSocketUrl"`
	Name         string        `json:"name"`
	UserID       loose[string] `json:"userId"`
	Modified     loose[string] `json:"modificationTime"`
	Created      loose[string] `json:"creationTime"`
	TTL          loose[int]    `json:"ttl"`
}

// life is how long the device lives without a refresh.
func (d deviceRecord) life() time.Duration {
	if d.TTL.V > 0 {
		return min(time.Duration(d.TTL.V)*time.Second, 24*time.Hour)
	}
	return deviceTTL
}

// since is when the device was made, by Webex's clock alone where that is told,
// so that a refresh moves nothing; known is what was said of it before.
func (d deviceRecord) since(fresh bool, known, now time.Time) time.Time {
	switch at := published(d.Created.V); {
	case !at.IsZero():
		return at
	case fresh || known.IsZero():
		return now
	default:
		return known
	}
}

// body is what registers us, or refreshes.
func (r *Receiver) body() map[string]any {
	return map[string]any{
		"deviceName": r.o.Name, "name": r.o.Name, "deviceType": "DESKTOP", "model": "go", "localizedModel": "go",
		"systemName": systemName, "systemVersion": "1", "ttl": int(deviceTTL.Seconds()),
	}
}

// systemName begins the names of our devices, by which they are known from
// those of other programs that use the bot's token.
const systemName = "trackbot"

// discover asks U2C for the addresses of the account's region.
func (r *Receiver) discover(ctx context.Context) (catalog, error) {
	var answer struct {
		Links map[string]loose[string] `json:"serviceLinks"`
		Hosts map[string]loose[[]loose[struct {
			Host loose[string] `json:"host"`
			ID   loose[string] `json:"id"`
		}]] `json:"hostCatalog"`
	}
	const op = "GET /catalog"
	if err := r.call(ctx, op, http.MethodGet, r.o.U2C+"/catalog?format=hostmap", nil, &answer); err != nil {
		return catalog{}, err
	}
	c := catalog{wdm: strings.TrimRight(answer.Links["wdm"].V, "/"), clusters: map[string]string{}}
	if _, err := r.trusted(c.wdm); err != nil {
		return catalog{}, &webex.Error{Op: op, Kind: webex.KindBadAnswer, Message: "the catalog names no device service", Err: err}
	}
	for _, entries := range answer.Hosts {
		for _, e := range entries.V {
			if cluster := clusterOf(e.V.ID.V); cluster != "" {
				host, _, _ := strings.Cut(strings.ToLower(e.V.Host.V), ":")
				c.clusters[host] = cluster
			}
		}
	}
	return c, nil
}

// register finds the device of our name and refreshes it, or makes it. fresh
// reports that it was made. With anew the one there is removed first.
func (r *Receiver) register(ctx context.Context, wdm string, how registration) (d deviceRecord, fresh bool, err error) {
	all, err := r.devices(ctx, wdm)
	if err != nil {
		return deviceRecord{}, false, err
	}
	i := slices.IndexFunc(all, func(d deviceRecord) bool { return d.Name == r.o.Name })
	if i >= 0 && how == reuse {
		d, err = r.refresh(ctx, all[i].URL)
		if !webex.IsNotFound(err) {
			return d, false, err
		}
	} else if i >= 0 {
		r.remove(ctx, all[i].URL)
	}
	d, err = r.create(ctx, wdm)
	if tooMany(err) && r.prune(ctx, all) {
		d, err = r.create(ctx, wdm)
	}
	return d, true, err
}

// devices are the account's registrations, the newest first.
func (r *Receiver) devices(ctx context.Context, wdm string) ([]deviceRecord, error) {
	var answer struct {
		Devices []loose[deviceRecord] `json:"devices"`
	}
	err := r.call(ctx, "GET /devices", http.MethodGet, wdm+"/devices", nil, &answer)
	if err != nil && !webex.IsNotFound(err) { // there are none
		return nil, err
	}
	var list []deviceRecord
	for _, d := range answer.Devices {
		list = append(list, d.V)
	}
	slices.SortStableFunc(list, func(a, b deviceRecord) int { return cmp.Compare(b.Modified.V, a.Modified.V) })
	return list, nil
}

func (r *Receiver) create(ctx context.Context, wdm string) (deviceRecord, error) {
	return r.write(ctx, "POST /devices", http.MethodPost, wdm+"/devices")
}

// refresh prolongs a device's life. A 404 says that it is gone.
func (r *Receiver) refresh(ctx context.Context, address string) (deviceRecord, error) {
	return r.write(ctx, "PUT /devices/{id}", http.MethodPut, address)
}

// write sends our record and checks what came of it.
func (r *Receiver) write(ctx context.Context, op, method, address string) (deviceRecord, error) {
	var d deviceRecord
	if err := r.call(ctx, op, method, address, r.body(), &d); err != nil {
		return deviceRecord{}, err
	}
	for _, u := range [...]string{d.URL, d.WebSocketURL} {
		if _, err := r.trusted(u); err != nil {
			return deviceRecord{}, &webex.Error{Op: op, Kind: webex.KindBadAnswer, Message: "the device can't be used", Err: err}
		}
	}
	return d, nil
}

// tooMany reports whether the account has as many devices as it may.
func tooMany(err error) bool {
	e, ok := errors.AsType[*webex.Error](err)
	return ok && e.Status/100 == 4 && strings.Contains(strings.ToLower(e.Message), "excessive device registrations")
}

// prune removes the oldest third of the devices that are ours and not this
// instance's, and reports whether that made room. What other programs
// registered is theirs.
func (r *Receiver) prune(ctx context.Context, all []deviceRecord) bool {
	var ours []deviceRecord
	for _, d := range slices.Backward(all) { // the oldest first
		if strings.HasPrefix(d.Name, systemName+"-") && d.Name != r.o.Name {
			ours = append(ours, d)
		}
	}
	done := false
	for _, d := range ours[:(len(ours)+2)/3] {
		done = r.remove(ctx, d.URL) || done
	}
	r.o.Logger.WarnContext(ctx, "the bot's account has too many device registrations", "removed", (len(ours)+2)/3, "ours", len(ours), "all", len(all))
	return done
}

// remove deletes a device and reports whether it is gone.
func (r *Receiver) remove(ctx context.Context, address string) bool {
	err := r.call(ctx, "DELETE /devices/{id}", http.MethodDelete, address, nil, nil)
	if err != nil && !webex.IsNotFound(err) {
		r.o.Logger.WarnContext(ctx, "a device was not removed", "error", err)
		return false
	}
	return true
}

// call makes one call with the token. Its errors are [*webex.Error].
func (r *Receiver) call(ctx context.Context, op, method, address string, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	fail := func(kind webex.Kind, err error) error { return &webex.Error{Op: op, Kind: kind, Err: err} }
	u, err := r.trusted(address)
	if err != nil {
		return fail(webex.KindArgument, err)
	}
	token, err := r.o.Token(ctx)
	if err != nil {
		return fail(webex.KindToken, err)
	}
	var body []byte
	if in != nil {
		if body, err = json.Marshal(in); err != nil {
			return fail(webex.KindArgument, err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return fail(webex.KindArgument, errAddress)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("TrackingID", trackingID())
	resp, err := r.http.Do(req)
	if err != nil {
		return fail(webex.KindNoAnswer, bare(err))
	}
	defer resp.Body.Close() //nolint:errcheck // nothing is lost with it
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	switch {
	case err != nil:
		return fail(webex.KindNoAnswer, bare(err))
	case resp.StatusCode/100 != 2:
		return webex.NewStatusError(op, resp.StatusCode, resp.Header, answer)
	case out != nil && json.Unmarshal(answer, out) != nil:
		return &webex.Error{Op: op, Kind: webex.KindBadAnswer, Status: resp.StatusCode, Message: "the answer can't be read", TrackingID: resp.Header.Get("TrackingID")}
	}
	return nil
}

// trackingID is what Webex's support asks for.
func trackingID() string { return systemName + "_" + uuid.NewString() + "_1" }

// bare is an error of package net/http, or of the choice of a proxy, without the
// address.
func bare(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// failureOf is what the machine is told of a failed call.
func failureOf(err error) failure {
	e, ok := errors.AsType[*webex.Error](err)
	if !ok {
		return failure{}
	}
	f := failure{Status: e.Status, After: e.RetryAfter(), Limit: tooMany(err)}
	if e.Kind == webex.KindToken {
		f.Status = http.StatusUnauthorized
	}
	return f
}

// Check looks whether the bot's account can be heard, and changes nothing: it
// says in words what it found.
func (r *Receiver) Check(ctx context.Context) (string, error) {
	c, err := r.discover(ctx)
	if err != nil {
		return "", fmt.Errorf("discovery: %w", err)
	}
	all, err := r.devices(ctx, c.wdm)
	if err != nil {
		return "", fmt.Errorf("devices: %w", err)
	}
	ours := 0
	for _, d := range all {
		if strings.HasPrefix(d.Name, systemName+"-") {
			ours++
		}
	}
	return fmt.Sprintf("region %s, %d devices are registered, %d of them trackbot's", region(c.wdm), len(all), ours), nil
}

// region is the host of the device service, which tells the account's region.
func region(wdm string) string {
	u, err := url.Parse(wdm)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
