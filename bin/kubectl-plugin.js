#!/usr/bin/env node
// kubectl runs it for "kubectl sidecar-injector"; its name tells the program how it was called.
import './sidecar-injector.js';
