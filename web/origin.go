package web

import (
	"net/http"
	"regexp"
	"strings"
)

// hostName takes names, IPv4 and bracketed IPv6 addresses, with a port or not.
// Anything else in a Host header is not put into an answer.
var hostName = regexp.MustCompile(`^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)

// origin is the scheme and host under which the client reached this server,
// through a proxy or not.
func origin(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	if p := firstOf(r.Header.Get("X-Forwarded-Proto")); p == "http" || p == "https" {
		scheme = p
	}
	host := r.Host
	if h := firstOf(r.Header.Get("X-Forwarded-Host")); hostName.MatchString(h) {
		host = h
	}
	if !hostName.MatchString(host) {
		host = "localhost"
	}
	return scheme + "://" + host
}

// firstOf is the first of a list that proxies append to: the client's own.
func firstOf(header string) string {
	first, _, _ := strings.Cut(header, ",")
	return strings.TrimSpace(first)
}
