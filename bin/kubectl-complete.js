#!/usr/bin/env node
// kubectl runs it to complete "kubectl sidecar-injector …": https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/
process.argv.splice(2, 0, '__complete');
await import('./sidecar-injector.js');
