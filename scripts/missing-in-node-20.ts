/**
 * What the sources use of ES2024 and Node.js 20 lacks; a newer Node.js evaluates none of it. The same three are what `lib`
 * in tsconfig.json adds to ES2023, so that nothing else of this kind gets in.
 */
if (!('groupBy' in Map)) require('core-js/modules/es.map.group-by.js');
if (!('withResolvers' in Promise)) require('core-js/modules/es.promise.with-resolvers.js');
if (!('transfer' in ArrayBuffer.prototype)) require('core-js/modules/es.array-buffer.transfer.js');
