package queue

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// authority signs certificates for this test.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	a.cert, a.key = a.sign("ca", &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	return a
}

// sign writes NAME.pem and NAME.key.
func (a *authority) sign(name string, c *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(time.Now().UnixNano()), time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	a.write(name+".pem", "CERTIFICATE", der)
	a.write(name+".key", "PRIVATE KEY", raw)
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert, key
}

func (a *authority) write(name, kind string, der []byte) {
	a.t.Helper()
	if err := os.WriteFile(a.path(name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), filePerm); err != nil {
		a.t.Fatal(err)
	}
}

func (a *authority) path(name string) string { return filepath.Join(a.dir, name) }

// doorman lets in who signs with a certain key.
type doorman struct{ key ed25519.PublicKey }

// Check implements server.Authentication.
func (d doorman) Check(c server.ClientAuthentication) bool {
	sig, err := base64.RawURLEncoding.DecodeString(c.GetOpts().Sig)
	return err == nil && ed25519.Verify(d.key, c.GetNonce(), sig)
}

// credentials makes the text of a user's credentials file: two prefixes, 32 random bytes and a CRC-16 in base 32.
func credentials(t *testing.T) (text string, key ed25519.PublicKey) {
	t.Helper()
	b := append([]byte{149, 0}, make([]byte, ed25519.SeedSize)...) // reads SU: the seed of a user
	if _, err := rand.Read(b[2:]); err != nil {
		t.Fatal(err)
	}
	key, ok := ed25519.NewKeyFromSeed(b[2:]).Public().(ed25519.PublicKey)
	if !ok {
		t.Fatal("no public key")
	}
	crc := uint16(0)
	for _, x := range b {
		crc ^= uint16(x) << 8
		for range 8 {
			carry := crc >> 15
			crc = crc<<1 ^ carry*0x1021
		}
	}
	seed := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(binary.LittleEndian.AppendUint16(b, crc))
	return "-----BEGIN NATS USER JWT-----\neyJ0eXAiOiJKV1QifQ.e30.c2ln\n------END NATS USER JWT------\n" +
		"-----BEGIN USER NKEY SEED-----\n" + seed + "\n------END USER NKEY SEED------\n", key
}

// A cluster that asks for TLS with an authority of its own, a certificate of the bot, and credentials.
func TestClusterWithTLSAndCredentials(t *testing.T) {
	a := newAuthority(t)
	a.sign("server", &x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	a.sign("client", &x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	pair, err := tls.LoadX509KeyPair(a.path("server.pem"), a.path("server.key"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	text, key := credentials(t)
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: -1, NoSigs: true, NoLog: true, JetStream: true, StoreDir: t.TempDir(),
		TLSConfig:                  &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS12},
		CustomClientAuthentication: doorman{key}, AlwaysEnableNonce: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	defer s.Shutdown()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server does not start")
	}
	creds := a.path("nats.creds")
	if err := os.WriteFile(creds, []byte(text), filePerm); err != nil {
		t.Fatal(err)
	}
	whole := testOptions(t)
	whole.Dir, whole.Key, whole.Replicas = "", nil, 1
	whole.URL = strings.Replace(s.ClientURL(), "nats://", "tls://", 1)
	whole.CA, whole.Cert, whole.CertKey, whole.Creds = a.path("ca.pem"), a.path("client.pem"), a.path("client.key"), creds
	q := openQueue(t, whole)
	stage := newTestStage(t, q, StageOptions{Name: "events"})
	ready(t, q)
	mustPut(t, stage, "k", "l", 1)

	for name, less := range map[string]func(*Options){
		"the authority":   func(o *Options) { o.CA = "" },
		"the certificate": func(o *Options) { o.Cert, o.CertKey = "", "" },
		"the credentials": func(o *Options) { o.Creds = "" },
	} {
		o := whole
		less(&o)
		q := openQueue(t, o)
		pause(t.Context(), 500*time.Millisecond)
		if err := q.Ready(); err == nil || !strings.Contains(err.Error(), "waiting for NATS") {
			t.Errorf("without %s: Ready() = %v, want that it waits", name, err)
		}
	}
	for name, o := range map[string]Options{
		"no such authority":    {URL: whole.URL, CA: a.path("nothing.pem"), Logger: whole.Logger},
		"a key without a pair": {URL: whole.URL, Cert: a.path("client.pem"), CertKey: a.path("ca.key"), Logger: whole.Logger},
	} {
		if q, err := Open(t.Context(), o); err == nil {
			t.Errorf("%s: Open succeeded", name)
			closeQueue(t, q)
		}
	}
}
