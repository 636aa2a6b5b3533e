// Package connect_proxy_scheme stands in for a module that is not on every Go module proxy. Ghostunnel uses it for one
// thing only, the flag --proxy of its client mode; the sidecar runs in server mode.
package connect_proxy_scheme

import (
	"errors"
	"net/url"

	"golang.org/x/net/proxy"
)

// ConnectProxy refuses: a client that goes through an HTTP proxy is not what these tests start.
func ConnectProxy(*url.URL, proxy.Dialer) (proxy.Dialer, error) {
	return nil, errors.New("this build has no HTTP CONNECT proxy")
}
