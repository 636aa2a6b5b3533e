#!/usr/bin/env bash
# Builds the programs of the sidecars from their Go modules, in the versions that the images of sidecars/*.yaml have, into
# DIR (default ~/.cache/sidecar-injector/sidecars) as <program>-<version>, and prints DIR. Needs Go 1.26 or later. Three
# minutes on two cores from nothing, a second when DIR is complete.
set -euo pipefail
cd "$(dirname "$0")"
dir=${1:-$HOME/.cache/sidecar-injector/sidecars}
mkdir -p "$dir"
build() { # name directory module package [flags of go build]
  local name=$1 module=$3 package=$4 version file
  cd "$2"
  version=$(go list -m -f '{{.Version}}' "$module")
  file=$dir/$name-${version#v}
  if [ ! -x "$file" ]; then
    echo "building $name $version" >&2
    CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' "${@:5}" -o "$file.part" "$package" && mv "$file.part" "$file"
  fi
  cd - > /dev/null
}
build otelcol collector github.com/open-telemetry/opentelemetry-collector-contrib/receiver/filelogreceiver .
build statsd_exporter statsd-exporter github.com/prometheus/statsd_exporter github.com/prometheus/statsd_exporter
build ghostunnel ghostunnel github.com/ghostunnel/ghostunnel github.com/ghostunnel/ghostunnel -tags nopkcs11
echo "$dir"
