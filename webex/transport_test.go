package webex

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestTransport(t *testing.T) {
	tr := NewTransport()
	if tr.TLSClientConfig.MinVersion != tls.VersionTLS12 || tr.TLSClientConfig.InsecureSkipVerify {
		t.Errorf("TLS = %+v, want checked certificates and at least 1.2", tr.TLSClientConfig)
	}
	if tr.MaxIdleConnsPerHost != 64 || tr.IdleConnTimeout <= 0 || tr.IdleConnTimeout >= time.Minute || tr.TLSHandshakeTimeout <= 0 {
		t.Errorf("connections = %d for %v, handshake %v", tr.MaxIdleConnsPerHost, tr.IdleConnTimeout, tr.TLSHandshakeTimeout)
	}
	if !tr.ForceAttemptHTTP2 || tr.HTTP2.SendPingTimeout <= 0 {
		t.Error("HTTP/2 is off or its connections are not watched")
	}
	if tr == http.DefaultTransport {
		t.Error("the transport is not our own")
	}
}

func TestProxyErrorsHideTheAddress(t *testing.T) {
	want := &url.URL{Scheme: "http", Host: "proxy.test:3128"}
	for _, failure := range []error{nil, errors.New(`invalid proxy address "http://user:secret@proxy"`)} {
		u, err := quietly(func(*http.Request) (*url.URL, error) { return want, failure })(nil)
		if failure == nil && (u != want || err != nil) || failure != nil && (u != nil || err == nil || strings.Contains(err.Error(), "secret")) {
			t.Errorf("proxy = %v, %v for the error %v", u, err, failure)
		}
	}
	if NewTransport().Proxy == nil {
		t.Error("the transport asks no proxy")
	}
}
