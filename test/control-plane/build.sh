#!/usr/bin/env bash
# Builds etcd, kube-apiserver and kube-controller-manager from their Go modules, as go.mod pins them, into DIR, under
# the names that KUBEBUILDER_ASSETS expects, and prints DIR. What is there already is kept.
#   build.sh [DIR]            default ~/.cache/sidecar-injector/control-plane/<version of Kubernetes>
#   build.sh --old [DIR]      the older kube-apiserver of 1.30/, with the etcd and controller manager of above
# Needs Go 1.26 or later. From nothing it takes about six minutes on two cores, --old three more, and fills several GB of
# Go's caches.
set -euo pipefail
cd "$(dirname "$0")"
cache=$HOME/.cache/sidecar-injector/control-plane
version_in() { awk '{ sub(/^require /, "") } $1 == "k8s.io/kubernetes" { print $2; exit }' "$1"; }
if [ "${1:-}" = --old ]; then
  shift
  current=$("./build.sh")
  cd 1.30
  version=$(version_in go.mod)
  dir=${1:-$cache/$version}
  mkdir -p "$dir"
  for program in etcd kube-controller-manager; do ln -sf "$current/$program" "$dir/$program"; done
else
  current=''
  version=$(version_in go.mod)
  dir=${1:-$cache/$version}
fi
mkdir -p "$dir"

# Without a stamp the binaries call themselves v0.0.0-master and kubectl does not know what they can do.
minor=${version#v1.}
minor=${minor%%.*}
package=k8s.io/component-base/version
stamp="-X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$minor"

build() { # name package time
  [ -x "$dir/$1" ] && return
  echo "building $1 for the control plane of Kubernetes $version; this happens once and takes about $3" >&2
  # Under a name of its own until it is whole: a build that was interrupted, or runs twice, leaves no half a file.
  CGO_ENABLED=0 go build -trimpath -ldflags "-s -w $stamp" -o "$dir/$1.$$" "$2"
  mv "$dir/$1.$$" "$dir/$1"
}
trap 'rm -f "$dir"/*."$$"' EXIT
if [ -z "$current" ]; then
  build etcd go.etcd.io/etcd/server/v3 'one minute'
fi
build kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver 'three minutes'
if [ -z "$current" ]; then
  build kube-controller-manager k8s.io/kubernetes/cmd/kube-controller-manager 'two minutes'
fi
echo "$dir"
