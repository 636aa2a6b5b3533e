/** Where the bundle begins. */
import './missing-in-node-20.ts';
import '../src/main.ts';
