// The one wasm module: every kernel is a file of its own and is exported here.
export * from './dot'
