/** Where the servers of `main.ts` listen. */
export const ports = {
  http: 8080,
  httpLogin: 8081,
  https: 8443,
  httpsLogin: 8444,
  github: 8445,
  ssh: 2222,
  silent: 9000,
  hook: 9001,
  proxy: 3128,
} as const;
