package simulator

import (
	"net/http"
)

// The paths of the services that a websocket client needs, beside the API's
// /v1. A [Rule] for one of them begins with it.
const (
	pathU2C          = "/u2c/api/v1"
	pathWDM          = "/wdm/"                // then the region and /api/v1
	pathMercury      = "/mercury/v1/apps/wx2" // the socket
	pathConversation = "/conversation/api/v1" // the conversation host
	firstRegion      = "urn:TEAM:us-east-2_a" // is written us in ids
	metricsPath      = "/metrics/api/v1"      // clients that measure themselves
	devicesPath      = pathWDM + "{region}/api/v1/devices"
)

// socketEndpoints are those that are not below /v1.
func (s *Simulator) socketEndpoints() []endpoint {
	k, write := s.socket, []string{"spark:devices_write"}
	read, messages := []string{"spark:devices_read"}, []string{"spark:messages_read"}
	return []endpoint{
		{pattern: "GET " + pathU2C + "/catalog", do: s.catalog},
		{pattern: "GET " + pathU2C + "/limited/catalog", do: s.catalog, open: true},
		{pattern: "GET " + devicesPath, need: read, do: k.listDevices},
		{pattern: "POST " + devicesPath, need: write, do: k.postDevice},
		{pattern: "DELETE " + devicesPath, need: write, do: k.deleteDevices},
		{pattern: "GET " + devicesPath + "/{id}", need: read, do: k.getDevice},
		{pattern: "PUT " + devicesPath + "/{id}", need: write, do: k.putDevice},
		{pattern: "DELETE " + devicesPath + "/{id}", need: write, do: k.deleteDevice},
		{pattern: "GET " + pathMercury + "/registrations/{id}/messages", raw: k.upgrade},
		{pattern: "GET " + pathConversation + "/messages/{id}", need: messages, do: s.rawID(kindMessage, s.getMessage)},
		{pattern: "GET " + pathConversation + "/attachment/actions/{id}", need: messages, do: s.rawID(kindAction, s.getAction)},
		{pattern: "POST " + metricsPath + "/", open: true, do: func(*request) (reply, error) { return reply{status: http.StatusNoContent}, nil }},
	}
}

// rawID replaces the bare UUID in a path of the conversation host by the full id,
// with the cluster, and calls do.
func (s *Simulator) rawID(kind string, do func(*request) (reply, error)) func(*request) (reply, error) {
	return func(r *request) (reply, error) {
		r.SetPathValue("id", s.dice.idOf(kind, r.PathValue("id")))
		return do(r)
	}
}

// host is one way to reach a service.
type host struct {
	Host     string `json:"host"` // without the port
	TTL      int    `json:"ttl"`
	Priority int    `json:"priority"`
	ID       string `json:"id"` // urn:TEAM:<region>:<service>
}

// catalog answers GET /catalog and GET /limited/catalog.
func (s *Simulator) catalog(r *request) (reply, error) {
	if r.URL.Query().Get("format") != "hostmap" {
		return reply{}, malformed("'format' must be hostmap")
	}
	base := "http://" + r.Host
	urn := s.dice.cluster
	if urn == homeCluster {
		urn = firstRegion
	}
	return ok(map[string]any{
		"format": "hostmap",
		"serviceLinks": map[string]string{
			"u2c": base + pathU2C, "wdm": base + pathWDM + s.socket.region + "/api/v1", "hydra": base + "/v1",
			"conversation": base + pathConversation, "metrics": base + metricsPath,
		},
		"hostCatalog": s.socket.hosts(r.Host, urn),
	}), nil
}

// hosts returns the conversation hosts that discovery lists, by address.
func (k *Socket) hosts(address, urn string) map[string][]host {
	one := func(name, urn string) []host {
		return []host{{Host: name, TTL: -1, Priority: 5, ID: urn + ":conversation"}}
	}
	if !k.faults.Unlisted {
		return map[string][]host{address: one(hostname(address), urn)}
	}
	list := map[string][]host{}
	for name, urn := range map[string]string{
		"conv-a.example.com": firstRegion, "conv-k.example.com": "urn:TEAM:eu-central-1_k", "conv-r.example.com": "urn:TEAM:us-west-2_r",
	} {
		list[name] = one(name, urn)
	}
	return list
}
