package simulator

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	deviceLimit = 100            // registrations of one user, as clients count
	deviceLife  = 48 * time.Hour // of a registration without a ttl: about two days, by reports
)

// Device is a registration for the websocket.
type Device struct {
	URL              string            `json:"url"`
	WebSocketURL     string            `json:"webSocketUrl"`
	UserID           string            `json:"userId"` // bare UUID
	OrgID            string            `json:"orgId"`  // bare UUID
	DeviceType       string            `json:"deviceType"`
	Name             string            `json:"name"`
	DeviceName       string            `json:"deviceName,omitempty"`
	Model            string            `json:"model"`
	LocalizedModel   string            `json:"localizedModel"`
	SystemName       string            `json:"systemName"`
	SystemVersion    string            `json:"systemVersion"`
	TTL              int               `json:"ttl,omitempty"` // seconds since ModificationTime; 0: a few days
	CreationTime     Timestamp         `json:"creationTime"`
	ModificationTime Timestamp         `json:"modificationTime"`
	Services         map[string]string `json:"services"`
	Features         deviceFeatures    `json:"features"`

	Region  string `json:"-"` // where it was registered; outside the home region it receives nothing
	Waiting int    `json:"-"` // events that were not acknowledged
}

type deviceFeatures struct {
	Developer   []struct{} `json:"developer"`
	Entitlement []struct{} `json:"entitlement"`
	User        []struct{} `json:"user"`
}

// registration is a device with what belongs to it.
type registration struct {
	Device

	id     string
	socket string // the id in the socket's address
	person string
	base   string // where its owner reaches the simulator, such as http://127.0.0.1:1234
	etag   int
	buffer []buffered     // not acknowledged, oldest first
	last   map[string]any // the latest activity; nil: none
	links  []*link        // that are authorized
}

// Devices returns every registration there is, oldest first.
func (k *Socket) Devices() []Device {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	k.expire()
	out := make([]Device, 0, len(k.regs))
	for _, g := range k.regs {
		d := g.Device
		d.Waiting = len(g.buffer)
		out = append(out, d)
	}
	return out
}

// AddDevices registers n more devices of the bot, as other programs with its
// token would, and returns their names.
func (k *Socket) AddDevices(n int) []string {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	var names []string
	for i := range n {
		name := fmt.Sprintf("stranger-%d", i)
		names = append(names, name)
		k.register(strings.TrimSuffix(k.s.url, "/v1"), k.region, k.s.bot, Device{Name: name, DeviceType: "WEB", SystemName: "other"})
	}
	return names
}

// Vanish makes all devices unknown: PUT and the socket's address answer 404.
// Sockets stay open and receive nothing more; see [Socket.Cut].
func (k *Socket) Vanish() {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	k.regs = nil
}

// expire drops the devices whose time is up.
func (k *Socket) expire() {
	k.regs = slices.DeleteFunc(slices.Clone(k.regs), func(g *registration) bool {
		life := cmp.Or(k.faults.DeviceLife, deviceLife)
		if g.TTL > 0 {
			life = time.Duration(g.TTL) * time.Second
		}
		return time.Since(g.ModificationTime.Time) > life
	})
}

// devicesOf returns the caller's registrations in a region.
func (k *Socket) devicesOf(r *request) []*registration {
	k.expire()
	var out []*registration
	for _, g := range k.regs {
		if g.person == r.who.person && g.Region == r.PathValue("region") {
			out = append(out, g)
		}
	}
	return out
}

func (k *Socket) ownDevice(r *request) (*registration, error) {
	for _, g := range k.devicesOf(r) {
		if g.id == r.PathValue("id") {
			return g, nil
		}
	}
	return nil, notFound("Device not found.")
}

// listDevices answers GET {wdm}/devices; who has none gets 404.
func (k *Socket) listDevices(r *request) (reply, error) {
	own := k.devicesOf(r)
	if len(own) == 0 {
		return reply{}, notFound("No devices found.")
	}
	list := make([]Device, 0, len(own))
	for _, g := range own {
		list = append(list, g.Device)
	}
	return ok(map[string]any{"devices": list}), nil
}

func (k *Socket) getDevice(r *request) (reply, error) {
	g, err := k.ownDevice(r)
	if err != nil {
		return reply{}, err
	}
	return g.shown(), nil
}

func (g *registration) shown() reply {
	out := ok(g.Device)
	out.etag = fmt.Sprintf("%q", fmt.Sprint(g.id, "-", g.etag))
	return out
}

// complete refuses a body without the fields that every client sends. It is not
// documented which of them may be missing.
func (d *Device) complete() error {
	if slices.Contains([]string{d.Name, d.DeviceType, d.Model, d.LocalizedModel, d.SystemName, d.SystemVersion}, "") {
		return malformed("'name', 'deviceType', 'model', 'localizedModel', 'systemName' and 'systemVersion' cannot be empty")
	}
	if d.TTL < 0 {
		return malformed("'ttl' is invalid")
	}
	return nil
}

// postDevice answers POST {wdm}/devices.
func (k *Socket) postDevice(r *request) (reply, error) {
	var d Device
	if err := decode(r, &d, "deviceName", "name", "deviceType", "model", "localizedModel", "systemName", "systemVersion", "ttl"); err != nil {
		return reply{}, err
	}
	if err := d.complete(); err != nil {
		return reply{}, err
	}
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	if len(k.devicesOf(r)) >= cmp.Or(k.faults.DeviceLimit, deviceLimit) {
		return reply{}, refuse(http.StatusForbidden, "User has excessive device registrations")
	}
	return k.register("http://"+r.Host, r.PathValue("region"), r.who.person, d).shown(), nil
}

func (k *Socket) register(base, region, person string, d Device) *registration {
	g := &registration{Device: d, id: k.s.dice.uuid(), person: person, base: base}
	g.URL = base + pathWDM + region + "/api/v1/devices/" + g.id
	g.UserID, g.OrgID, g.Region = keyOf(person), keyOf(k.s.people[person].OrgID), region
	g.CreationTime, g.ModificationTime = k.s.now(), k.s.now()
	g.Services, g.Features = map[string]string{}, deviceFeatures{[]struct{}{}, []struct{}{}, []struct{}{}}
	k.move(g)
	k.regs = append(k.regs, g)
	return g
}

// move returns a registration a new socket address.
func (k *Socket) move(g *registration) {
	g.socket = k.s.dice.uuid()
	g.WebSocketURL = "ws" + g.base[len("http"):] + pathMercury + "/registrations/" + g.socket + "/messages"
}

// putDevice answers PUT {wdm}/devices/{id}, which renews the registration.
// Clients send back what they got, so unknown keys pass.
func (k *Socket) putDevice(r *request) (reply, error) {
	var d Device
	if err := decode(r, &d); err != nil {
		return reply{}, err
	}
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	g, err := k.ownDevice(r)
	if err != nil {
		return reply{}, err
	}
	if err := d.complete(); err != nil {
		return reply{}, err
	}
	g.Name, g.DeviceName, g.DeviceType, g.TTL = d.Name, d.DeviceName, d.DeviceType, d.TTL
	g.Model, g.LocalizedModel, g.SystemName, g.SystemVersion = d.Model, d.LocalizedModel, d.SystemName, d.SystemVersion
	g.ModificationTime = k.s.now()
	g.etag++
	if k.faults.NewURLs {
		k.move(g)
	}
	return g.shown(), nil
}

func (k *Socket) deleteDevice(r *request) (reply, error) {
	g, err := k.ownDevice(r)
	if err != nil {
		return reply{}, err
	}
	k.forget(g)
	return reply{status: http.StatusNoContent}, nil
}

// deleteDevices answers DELETE {wdm}/devices: all of the user, also those of
// other programs.
func (k *Socket) deleteDevices(r *request) (reply, error) {
	own := k.devicesOf(r)
	if len(own) == 0 {
		return reply{}, notFound("No devices found.")
	}
	for _, g := range own {
		k.forget(g)
	}
	return reply{status: http.StatusNoContent}, nil
}

func (k *Socket) forget(g *registration) {
	k.regs = slices.DeleteFunc(slices.Clone(k.regs), func(one *registration) bool { return one == g })
}

// hostname returns an address without its port.
func hostname(hostport string) string {
	name, _, err := net.SplitHostPort(hostport)
	if err != nil {
		return hostport
	}
	return name
}
