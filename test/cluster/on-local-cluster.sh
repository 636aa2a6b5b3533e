#!/usr/bin/env bash
# Runs the suite on a one-node cluster of this machine, brings that up before and down after, and passes its arguments
# on to vitest. Where there is no such cluster it says so in one line and ends well.
#
# SIDECAR_INJECTOR_CLUSTER names a directory with up.sh, down.sh and lib.sh, which says where binaries ($BIN), kubeconfig
# ($RC) and the socket of containerd ($SOCK) are. Default: ../shared/cluster beside the checkout. SIDECAR_INJECTOR_CLUSTER_SUITE
# names the npm script, test:cluster unless it says test:cluster:long. Nothing is built here: a
# cluster counts only when its binaries are there, so that this takes ten seconds more than the suite.
set -euo pipefail
cd "$(dirname "$0")/../.."

cluster=${SIDECAR_INJECTOR_CLUSTER:-../shared/cluster}
skip() { echo "test:cluster is skipped: $1; test/cluster/README.md says how to run it on a cluster of your own"; exit 0; }
[ -x "$cluster/up.sh" ] && [ -x "$cluster/down.sh" ] && [ -r "$cluster/lib.sh" ] || skip "there is no cluster in $cluster"
cluster=$(cd "$cluster" && pwd)
[ "$(id -u)" = 0 ] || skip "the cluster in $cluster needs root"
for program in debootstrap ldd setsid timeout; do
  command -v "$program" > /dev/null || skip "$program is missing"
done

where() { bash -c '. "$0/lib.sh" > /dev/null; echo "${!1}"' "$cluster" "$1"; }
bin=$(where BIN)
for program in etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl containerd ctr; do
  [ -x "$bin/$program" ] || skip "the cluster in $cluster has not been built"
done

# Ends the tests where this is interrupted, and takes down only what was not up before.
tests=
socket=$(where SOCK)
bash -c '. "$0/lib.sh" > /dev/null; running containerd' "$cluster" && was_up=true || was_up=false
end() {
  trap '' INT TERM
  if [ -n "$tests" ] && kill -0 "$tests" 2> /dev/null; then kill -TERM -- "-$tests"; wait "$tests" || true; fi
  [ "$was_up" = true ] || timeout --kill-after=10 120 "$cluster/down.sh" > /dev/null 2>&1 || true
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

timeout --kill-after=10 300 "$cluster/up.sh" > /dev/null || { echo "the cluster in $cluster does not start" >&2; exit 1; }
kubeconfig=$(where RC)/kubeconfig
export KUBECONFIG=$kubeconfig PATH="$bin:$PATH" SIDECAR_INJECTOR_TEST_CONTAINERD="$socket"
export SIDECAR_INJECTOR_TEST_RESTART_KUBELET=". '$cluster/lib.sh'; stop kubelet; '$cluster/up.sh'"

# A process group of its own, so that all of it can be ended. Forty minutes are several times what it takes.
setsid timeout --kill-after=60 2400 npm run "${SIDECAR_INJECTOR_CLUSTER_SUITE:-test:cluster}" --silent -- "$@" &
tests=$!
wait "$tests"
